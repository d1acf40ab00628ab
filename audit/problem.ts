/** Why something could not be audited, in words for people. An audit that leaves something out says so. */
export class AuditProblem extends Error {}

/** What the operating system or zlib said, in words; their own messages repeat the call and the path. */
export function reason(error: unknown): string {
  if (error instanceof AuditProblem) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ELOOP") return "too many symbolic links";
  if (code?.startsWith("Z_")) return "the compressed data is damaged";
  return code ?? "unexpected error";
}
