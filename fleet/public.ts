/**
 * A fleet in YAML as stacks of an app of one's own. `import { … } from "cdktf-ledger-api-user/fleet"`.
 *
 * Unlike index.ts, which the commands take, it needs cdktf.
 *
 * @module fleet
 */
export type { Custody, Role } from "../rules/api-user-role";
export type { Generations, KeyStage, RegisteredNames } from "../rules/generations";
export { type Backend, backendOf, type Settings } from "./backend/backend";
export {
  type Fleet,
  formatProblem,
  loadFleet,
  type MovedUser,
  type Problem,
  type UserDeclaration,
  type UserFile,
  type WorkspaceDeclaration,
} from "./index";
export { addStacks } from "./stacks";
