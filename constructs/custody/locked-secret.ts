import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import type { IApiUser } from "../api-user/interface";
import { policyJson } from "../policies/policy";
import { checkPolicySize, SECRET_POLICY_LIMIT } from "../policies/policy-size";
import { type SecretPolicyProps, secretPolicy } from "../policies/secret-policy";

export interface LockedSecretProps extends Pick<SecretPolicyProps, "whoReads" | "writers"> {
  readonly user: IApiUser;
  /** The secret's name in AWS. */
  readonly name: string;
  readonly description: string;
  /** What the secret is, as messages call it: `the secret of settlement bot`. */
  readonly what: string;
  /** ARNs of the roles that may read it, asked for at synthesis, so that what is granted until then counts. */
  readonly allowedToRead: () => readonly string[];
  /** Who is to be fewer where the policy is too large: `12 signers`. */
  readonly count: () => string;
}

/** A secret of a user's: empty, and already locked. Terraform declares no version of it, and so never reads one. */
export class LockedSecret extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: LockedSecretProps) {
    super(scope, id);
    const { user, name, description, what, whoReads, allowedToRead, writers, count } = props;
    const { workspace, removalProtection } = user;
    const statements = () =>
      secretPolicy({ workspace, whoReads, allowedToRead: allowedToRead(), writers, removalProtection });
    const secret = new SecretsmanagerSecret(this, "Resource", {
      name,
      // Constant, as the policy lets nobody update a secret: UpdateSecret also writes values.
      description,
      kmsKeyId: workspace.encryptionKeyArn,
      // Inline, so that no destroy takes the lock off before the secret is gone, and a restored secret has it on.
      policy: policyJson(statements),
      recoveryWindowInDays: 30,
      tags: { ...workspace.tags, ...user.tags },
      lifecycle: {
        preventDestroy: removalProtection,
        ignoreChanges: ["description", "kms_key_id"],
        precondition: user.principalConditions(),
      },
    });
    this.arn = secret.arn;
    checkPolicySize(this, {
      what: `the policy of ${what}`,
      limit: SECRET_POLICY_LIMIT,
      fix: () => `it names ${count()}; name fewer, such as one role that the others assume`,
      location: workspace.location,
      statements,
    });
  }
}
