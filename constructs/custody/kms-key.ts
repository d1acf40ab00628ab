import { DataAwsKmsPublicKey } from "@cdktf/provider-aws/lib/data-aws-kms-public-key";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey as AwsKmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { TerraformLocal, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { userKeyAlias } from "../../rules/aws-names";
import { keyDeletionWindow } from "../../rules/recovery-window";
import { SigningKeyAlerts } from "../alerts/signing-key-alerts";
import type { DeclaredGeneration } from "../api-user/generation";
import type { IApiUser } from "../api-user/interface";
import { SIGN } from "../policies/actions";
import { keyAdministration } from "../policies/key-administration";
import {
  accountPrincipals,
  allow,
  deny,
  isOneOf,
  type PolicyStatement,
  policyJson,
} from "../policies/policy";
import { checkPolicySize, KEY_POLICY_LIMIT } from "../policies/policy-size";
import type { ICustodyKey } from "./interface";
import { namedKey } from "./named-key";
import { hexPointOf } from "./spki";

export interface KmsKeyProps {
  readonly user: IApiUser;
  readonly generation: DeclaredGeneration;
  /** The public key as the YAML pins it: 130 lower-case hexadecimal digits. */
  readonly publicKey?: string;
}

/** A key in AWS KMS. It signs there, and no one, not even its signers, can export it. */
export class KmsKey extends Construct implements ICustodyKey {
  readonly keyArn: string;
  readonly publicKey: string;
  readonly signStatements: readonly PolicyStatement[];
  readonly registeredAfter: string[];

  constructor(scope: Construct, id: string, { user, generation, publicKey }: KmsKeyProps) {
    super(scope, id);
    const { workspace } = user;
    const key = new AwsKmsKey(this, "Resource", {
      description: `Private key of a Ledger Enterprise API user of ${workspace.name}: signs approvals`,
      customerMasterKeySpec: "ECC_NIST_P256",
      keyUsage: "SIGN_VERIFY",
      deletionWindowInDays: keyDeletionWindow(workspace.recoveryWindowInDays),
      policy: policyJson(() => signingKeyPolicy(user, generation)),
      tags: { ...workspace.tags, ...user.tags },
      lifecycle: { preventDestroy: generation.removalProtection, precondition: user.principalConditions() },
    });
    checkPolicySize(this, {
      what: `the policy of the KMS key of ${user.username}`,
      limit: KEY_POLICY_LIMIT,
      fix: () =>
        `it names ${generation.signers.length} signers; name fewer, such as one role that the others assume`,
      location: workspace.location,
      statements: () => signingKeyPolicy(user, generation),
    });
    const name = userKeyAlias(namedKey(user, generation.number));
    const alias = new KmsAlias(this, "Alias", { name, targetKeyId: key.keyId });
    // Where an answer to CreateKey was lost, KMS makes a second key and refuses only its alias. So the alias comes first: that key
    // is neither watched by the rules nor registered.
    this.registeredAfter = [`aws_kms_alias.${alias.friendlyUniqueId}`];
    SigningKeyAlerts.of(this, workspace)?.add({
      username: user.awsName,
      keyId: alias.targetKeyId,
      alias: name,
    });
    // Through a local: if a data source names a resource with a pending change, Terraform reads it only after apply, and
    // everything with the public key becomes unknown.
    const arn = new TerraformLocal(this, "KeyArn", key.arn);
    this.keyArn = key.arn;
    this.publicKey = publicKey ?? this.readPublicKey(arn.asString);
    if (publicKey) this.checkPublicKey(key.friendlyUniqueId, publicKey, arn.asString);
    this.signStatements = [allow("SignAndVerify", SIGN, { Resource: key.arn })];
  }

  private readPublicKey(keyId: string): string {
    const { friendlyUniqueId } = new DataAwsKmsPublicKey(this, "PublicKey", { keyId });
    const ownPublicKey = hexPointOf(`data.aws_kms_public_key.${friendlyUniqueId}.public_key`);
    return new TerraformLocal(this, "PublicKeyHex", `\${${ownPublicKey}}`).asString;
  }

  /**
   * Compares a pinned public key with the key's own in a `check` block (Terraform 1.5). Its data source may fail, as it does
   * for a disabled key, without stopping the plan. A mismatch is a warning at plan; `cdktf-ledger-api-user verify` exits 1.
   */
  private checkPublicKey(name: string, publicKey: string, keyId: string): void {
    const ownPublicKey = hexPointOf(`data.aws_kms_public_key.${name}.public_key`);
    TerraformStack.of(this).addOverride(`check.${name}`, {
      data: { aws_kms_public_key: { [name]: { key_id: keyId } } },
      assert: [
        {
          condition: `\${${ownPublicKey} == "${publicKey}"}`,
          error_message: "The public key that is pinned for an API user is not the one of its KMS key.",
        },
      ],
    });
  }
}

/**
 * The policy of a KMS key that signs, in the same shape as a secret's. It denies, because a grant could allow what is merely
 * not allowed.
 */
function signingKeyPolicy(
  { workspace }: IApiUser,
  { signers, removalProtection }: DeclaredGeneration,
): PolicyStatement[] {
  const { location, signerAccounts } = workspace;
  const Principal = accountPrincipals(location.partition, [location.account, ...signerAccounts]);
  return [
    ...(signers.length > 0 ? [allow("SignersSign", SIGN, { Principal, Condition: isOneOf(signers) })] : []),
    deny("OnlySignersSign", "kms:Sign", signers),
    // Anyone in the account may compare the public key with the registered one.
    ...keyAdministration({ ...workspace, removalProtection, see: "kms:GetPublicKey" }),
  ];
}
