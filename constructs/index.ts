export { ApiUser, type ApiUserProps, type RuleAssignments } from "./api-user";
export { ApiUserRole } from "./api-user-role";
export { type ICustodyKey, KeyCustody } from "./key-custody";
export {
  type ILedgerWorkspace,
  LedgerWorkspace,
  type LedgerWorkspaceOptions,
  type LedgerWorkspaceProps,
} from "./ledger-workspace";
export type { PolicyDocument, PolicyStatement } from "./policy";
export type { Surroundings } from "./surroundings";
