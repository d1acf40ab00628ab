/**
 * The constructs: API users and their workspace, for an app in TypeScript or JavaScript.
 * `import { … } from "cdktf-ledger-api-user"`.
 *
 * @module
 */
export { ApiUserRole, type Role } from "../rules/api-user-role";
export type { Generations, KeyStage, RegisteredNames } from "../rules/generations";
export type { RuleAssignments } from "../rules/rule-assignments";
export { RoleWatch, type RoleWatchProps } from "./alerts/role-watch";
export { WorkspaceTrail, type WorkspaceTrailProps } from "./alerts/trail";
export { ApiUser } from "./api-user/api-user";
export type { DeclaredGeneration, IGeneration } from "./api-user/generation";
export type { IApiUser } from "./api-user/interface";
export type { ApiUserProps } from "./api-user/props";
export type { ICustodyKey } from "./custody/interface";
export { type ImportedCustodyOptions, KeyCustody, type KmsCustodyOptions } from "./custody/key-custody";
export type { PolicyDocument, PolicyStatement } from "./policies/policy";
export type { AwsLocation } from "./terraform/aws-location";
export type { AlertTargets, ILedgerWorkspace } from "./workspace/interface";
export { LedgerWorkspace } from "./workspace/ledger-workspace";
export type { GeneratorVpc, LedgerWorkspaceOptions, LedgerWorkspaceProps } from "./workspace/options";
