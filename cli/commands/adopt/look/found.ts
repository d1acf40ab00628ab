import { ExitCode, Failure } from "../../../../messages/failure";

/** What Terraform is to import into its state. */
export interface Import {
  readonly address: string;
  /** The provider's import id. */
  readonly id: string;
  /** What it is, for its reviewers. */
  readonly remarks: readonly string[];
  /** Whether it holds a key or credentials: those of somebody who made it beforehand, perhaps. */
  readonly holds: boolean;
}

export interface Found {
  /** Undefined for the few things that have none. */
  readonly arn?: string;
  readonly imports: readonly Import[];
}

/** A list of AWS's has no such thing. */
export class Absent extends Error {}

export const madeOn = (date: Date | undefined) => `made on ${minuteOf(date)} UTC`;

export const minuteOf = (date: Date | undefined) => date?.toISOString().slice(0, 16).replace("T", " at ");

export const no = (what: string, fix: string) => new Failure(what, fix, ExitCode.NO);

/*
 * Anybody who may create a secret, an alias or a role under a name of ours could do so before us, for us to import. So adopt refuses what
 * this package would not have made as it is. What this cannot show, an alert does (docs/alerts.md).
 */
export const foreign = (what: string) =>
  no(what, "find in CloudTrail who made it like that; do not adopt it");
