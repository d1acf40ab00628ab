import { generalFailure, isDenied, isThrottled, nameOf, saidOf } from "../../aws/failure";
import type { RegisteredUser } from "../../registration/read";

/** Why the public key in custody is unknown, or cannot be trusted. */
export interface Unseen {
  readonly state: "mismatch" | "missing" | "unreadable";
  /** What is wrong. */
  readonly problem: string;
  readonly fix: string;
  /** Set if AWS gave no answer: the key may be right or wrong. */
  readonly unasked?: true;
  /** Set if a custodian is still to load an imported key. */
  readonly awaiting?: true;
}

/** @param more set if custody gave no answer, or awaits its key */
export const unseen = (
  state: Unseen["state"],
  problem: string,
  fix: string,
  more: Pick<Unseen, "unasked" | "awaiting"> = {},
): Unseen => ({ state, ...more, problem, fix });

/** What an error of AWS means for the user whose key was asked for. */
export function refused({ custody, keyArn, region, account }: RegisteredUser): (error: unknown) => Unseen {
  return (error) => {
    const name = nameOf(error);
    if (isDenied(error)) {
      const needs =
        custody === "kms"
          ? "kms:GetPublicKey and kms:DescribeKey on the key"
          : "secretsmanager:DescribeSecret on the secret";
      return unseen(
        "unreadable",
        `AWS denies access to its key (${saidOf(error)})`,
        `give your role ${needs}, or run this as one of its signers`,
        { unasked: true },
      );
    }
    switch (name) {
      case "ResourceNotFoundException":
      case "NotFoundException":
        return unseen(
          "missing",
          `there is no ${keyArn}`,
          `use credentials of account ${account}; if they are, the key is missing from ${region}: apply its stack`,
        );
      case "DisabledException":
        return unseen(
          "unreadable",
          `its KMS key is disabled (${keyArn})`,
          "if that is a mistake, enable it: aws kms enable-key",
        );
      case "KMSInvalidStateException":
        return unseen(
          "unreadable",
          `its KMS key is disabled or scheduled for deletion (${keyArn})`,
          "if that is a mistake, undo it: aws kms cancel-key-deletion, then aws kms enable-key",
        );
    }
    const general = generalFailure(error, region);
    if (general) throw general;
    const fix = isThrottled(error) ? "the account is throttled: try again later" : "try again";
    return unseen("unreadable", `AWS did not answer what its key is (${name})`, fix, { unasked: true });
  };
}
