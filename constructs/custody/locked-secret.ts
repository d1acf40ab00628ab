import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import type { IApiUser } from "../api-user/interface";
import { policyJson } from "../policies/policy";
import { checkPolicySize, SECRET_POLICY_LIMIT } from "../policies/policy-size";
import { type SecretPolicyProps, secretPolicy } from "../policies/secret-policy";

export interface LockedSecretProps extends Pick<SecretPolicyProps, "whoReads" | "writers" | "isPublic"> {
  readonly user: IApiUser;
  /** Whether its deletion is denied. */
  readonly removalProtection: boolean;
  /** The secret's name in AWS. */
  readonly name: string;
  readonly description: string;
  /** What the secret is, as messages call it: `the secret of settlement bot`. */
  readonly what: string;
  /** ARNs of the roles that may read it. Called at synthesis, so that later grants count. */
  readonly allowedToRead: () => readonly string[];
}

/** A user's secret, empty and with its policy. Terraform declares no version of it, and so never reads one. */
export class LockedSecret extends Construct {
  readonly arn: string;
  readonly resource: SecretsmanagerSecret;

  constructor(scope: Construct, id: string, props: LockedSecretProps) {
    super(scope, id);
    const { user, removalProtection, name, description, what, whoReads, allowedToRead, writers, isPublic } =
      props;
    const { workspace } = user;
    const statements = () =>
      secretPolicy({
        workspace,
        whoReads,
        allowedToRead: allowedToRead(),
        writers,
        removalProtection,
        isPublic,
      });
    this.resource = new SecretsmanagerSecret(this, "Resource", {
      name,
      // Constant, because the policy denies UpdateSecret to everyone: it also writes values.
      description,
      kmsKeyId: workspace.encryptionKeyArn,
      // Inline, so that no destroy removes the policy before the secret is gone, and a restored secret has it.
      policy: policyJson(statements),
      // The name of what is public holds no generation: a window would keep it from whatever comes after.
      recoveryWindowInDays: isPublic ? 0 : workspace.recoveryWindowInDays,
      tags: { ...workspace.tags, ...user.tags },
      lifecycle: {
        preventDestroy: removalProtection,
        ignoreChanges: ["description", "kms_key_id"],
        precondition: user.principalConditions(),
      },
    });
    this.arn = this.resource.arn;
    const who = whoReads === "Signers" ? "signers" : "signers and readers";
    checkPolicySize(this, {
      what: `the policy of ${what}`,
      limit: SECRET_POLICY_LIMIT,
      fix: () =>
        `it names ${allowedToRead().length} ${who}; name fewer, such as one role that the others assume`,
      location: workspace.location,
      statements,
    });
  }
}
