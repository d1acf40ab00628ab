/** The fleet in YAML: its schema and its loader. */
export { type Backend, backendOf } from "./backend/backend";
export type { UserDeclaration, UserFile, WorkspaceDeclaration } from "./declarations";
export { type Fleet, loadFleet } from "./load";
export { declaredButNotInEffect, NOT_YET_IN_EFFECT } from "./not-yet";
export { formatProblem, type Problem } from "./yaml/problems";
