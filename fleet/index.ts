/** The fleet in YAML: its schema and its loader. */
export type { MovedUser, UserDeclaration, UserFile, WorkspaceDeclaration } from "./declarations";
export { type Fleet, loadFleet } from "./load";
export { formatProblem, type Problem } from "./yaml/problems";
