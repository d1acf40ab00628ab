import { reason as reasonOf } from "../messages/failure";

/** Why something could not be audited. An audit that leaves something out says so. */
export class AuditProblem extends Error {}

/** What the operating system or zlib said, in words. */
export function reason(error: unknown): string {
  if (error instanceof AuditProblem) return error.message;
  return isOfZlib(error) ? "the compressed data is damaged" : reasonOf(error);
}

/** Whether the compressed data is at fault, not the disk or pipe that it comes from. */
export const isOfZlib = (error: unknown) => String((error as NodeJS.ErrnoException).code).startsWith("Z_");
