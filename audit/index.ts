/**
 * Looks for leaked private keys in files, folders, archives and streams. `detect/` knows what a key looks
 * like; this folder gets at the bytes.
 */
export { type AuditOptions, auditPaths } from "./paths";
export { AuditProblem } from "./problem";
export { publicKeysOf } from "./registration";
export type { AuditReport, LocatedLeak, Unread } from "./report";
export type { ArchiveLimits } from "./stream";
