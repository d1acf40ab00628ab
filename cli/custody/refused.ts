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

/** What an error of AWS means for the user whose key was asked for. */
export function refused(user: RegisteredUser): (error: unknown) => Unseen {
  const { keyArn, region, account } = user;
  return (error) => {
    const name = nameOf(error);
    if (isDenied(error)) {
      return {
        state: "unreadable",
        unasked: true,
        problem: `AWS denies access to its key (${saidOf(error)})`,
        fix:
          user.custody === "kms"
            ? "give your role kms:GetPublicKey and kms:DescribeKey on the key, or run this as one of its signers"
            : "give your role secretsmanager:DescribeSecret on the secret, or run this as one of its signers",
      };
    }
    switch (name) {
      case "ResourceNotFoundException":
      case "NotFoundException":
        return {
          state: "missing",
          problem: `there is no ${keyArn}`,
          fix: `use credentials of account ${account}; if they are, the key is missing from ${region}: apply its stack`,
        };
      case "DisabledException":
        return {
          state: "unreadable",
          problem: `its KMS key is disabled (${keyArn})`,
          fix: "if that is a mistake, enable it: aws kms enable-key",
        };
      case "KMSInvalidStateException":
        return {
          state: "unreadable",
          problem: `its KMS key is disabled or scheduled for deletion (${keyArn})`,
          fix: "if that is a mistake, undo it: aws kms cancel-key-deletion, then aws kms enable-key",
        };
      default: {
        const general = generalFailure(error, region);
        if (general) throw general;
        return {
          state: "unreadable",
          unasked: true,
          problem: `AWS did not answer what its key is (${name})`,
          fix: isThrottled(error) ? "the account is throttled: try again later" : "try again",
        };
      }
    }
  };
}
