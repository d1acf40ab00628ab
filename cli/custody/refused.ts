import { generalFailure, isDenied, isThrottled, nameOf, saidOf } from "../../aws/failure";
import type { RegisteredUser } from "../../registration/read";

/** Why no public key can be named. */
export interface Unseen {
  readonly state: "mismatch" | "missing" | "unreadable";
  /** What is wrong. */
  readonly problem: string;
  readonly fix: string;
  /** Whether AWS did not say, so that nothing is known of the key: neither good nor bad. */
  readonly unasked?: true;
}

/** What AWS's refusal means for the user whose key was asked for. */
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
          fix: `run this with credentials of account ${account}; if they are, the key is gone from ${region}: apply its stack`,
        };
      case "DisabledException":
        return {
          state: "unreadable",
          problem: `its KMS key is disabled (${keyArn})`,
          fix: "enable it, if that was not meant: aws kms enable-key",
        };
      case "KMSInvalidStateException":
        return {
          state: "unreadable",
          problem: `its KMS key is disabled or scheduled for deletion (${keyArn})`,
          fix: "take that back, if it was not meant: aws kms cancel-key-deletion, then aws kms enable-key",
        };
      default: {
        const general = generalFailure(error, region);
        if (general) throw general;
        return {
          state: "unreadable",
          unasked: true,
          problem: `AWS did not say what its key is (${name})`,
          fix: isThrottled(error) ? "the account is throttled: try again later" : "try again",
        };
      }
    }
  };
}
