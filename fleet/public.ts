/**
 * The public entry `cdktf-ledger-api-user/fleet`: a fleet in YAML as stacks of an app of one's own. Unlike index.ts, which the commands
 * take, it needs cdktf.
 */
export {
  type Fleet,
  formatProblem,
  loadFleet,
  type Problem,
  type UserFile,
  type WorkspaceDeclaration,
} from "./index";
export { addStacks } from "./stacks";
