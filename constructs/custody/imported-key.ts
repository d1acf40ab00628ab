import { DataAwsSecretsmanagerSecretVersions } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-versions";
import { Construct } from "constructs";
import type { DeclaredGeneration } from "../api-user/generation";
import type { IApiUser } from "../api-user/interface";
import type { ICustodyKey } from "./interface";
import { KeySecret } from "./key-secret";

export interface ImportedKeyProps {
  readonly user: IApiUser;
  readonly generation: DeclaredGeneration;
  /** The public key that is declared: 130 lower-case hexadecimal digits. */
  readonly publicKey: string;
}

/**
 * A key that was generated elsewhere. The secret is made empty, with its policy; a custodian loads the key with
 * `cdktf-ledger-api-user import-key`, which checks it against the declared public key. Terraform never sees it.
 */
export class ImportedKey extends Construct implements ICustodyKey {
  readonly keyArn: string;
  readonly publicKey: string;
  readonly secretArn: string;
  readonly loadedByCustodian = true;
  readonly keyStatus: string;

  constructor(scope: Construct, id: string, { user, generation, publicKey }: ImportedKeyProps) {
    super(scope, id);
    const { workspace } = user;
    const secret = new KeySecret(this, "Secret", { user, generation, writers: workspace.custodians });
    this.keyArn = this.secretArn = secret.arn;
    this.publicKey = publicKey;
    // Versions and their labels, without values: ListSecretVersionIds.
    const versions = new DataAwsSecretsmanagerSecretVersions(this, "Versions", { secretId: secret.arn });
    // For a secret without versions the provider answers null, not an empty list.
    const labels = `try(flatten(${versions.fqn}.versions[*].version_stages), [])`;
    this.keyStatus = `\${contains(${labels}, "generation-${generation.number}") ? "in custody" : "awaiting key"}`;
    this.node.addValidation({
      validate: () =>
        workspace.custodians.length > 0
          ? []
          : ["custody imported: the workspace has no custodians; name the roles that load the key"],
    });
  }
}
