export { ApiUserRole } from "../rules/api-user-role";
export type { RuleAssignments } from "../rules/rule-assignments";
export { RoleWatch, type RoleWatchProps } from "./alerts/role-watch";
export { WorkspaceTrail, type WorkspaceTrailProps } from "./alerts/trail";
export type { AlertTargets } from "./alerts/workspace-alerts";
export { ApiUser, type ApiUserProps } from "./api-user/api-user";
export { type ICustodyKey, KeyCustody } from "./custody/key-custody";
export type { PolicyDocument, PolicyStatement } from "./policies/policy";
export type { Surroundings } from "./terraform/aws-location";
export type { GeneratorVpc } from "./workspace/key-generator";
export {
  type ILedgerWorkspace,
  LedgerWorkspace,
  type LedgerWorkspaceOptions,
  type LedgerWorkspaceProps,
} from "./workspace/ledger-workspace";
