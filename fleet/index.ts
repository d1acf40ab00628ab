/**
 * The fleet in YAML: its schema and its loader. `import { … } from "cdktf-ledger-api-user/fleet"`.
 *
 * @module
 */
export type { Custody, Role } from "../rules/api-user-role";
export { type Backend, backendOf, type Settings } from "./backend/backend";
export type { UserDeclaration, UserFile, WorkspaceDeclaration } from "./declarations";
export { type Fleet, loadFleet } from "./load";
export { formatProblem, type Problem } from "./yaml/problems";
