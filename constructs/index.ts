export { RoleWatch, type RoleWatchProps } from "./alert-role-watch";
export { ApiUser, type ApiUserProps } from "./api-user";
export { ApiUserRole } from "./api-user-role";
export { type ICustodyKey, KeyCustody } from "./key-custody";
export type { GeneratorVpc } from "./key-generator";
export {
  type ILedgerWorkspace,
  LedgerWorkspace,
  type LedgerWorkspaceOptions,
  type LedgerWorkspaceProps,
} from "./ledger-workspace";
export type { PolicyDocument, PolicyStatement } from "./policy";
export type { RuleAssignments } from "./rule-assignments";
export type { Surroundings } from "./surroundings";
export { WorkspaceTrail, type WorkspaceTrailProps } from "./trail";
export type { AlertTargets } from "./workspace-alerts";
