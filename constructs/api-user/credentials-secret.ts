import type { Construct } from "constructs";
import { credentialsSecretName } from "../../rules/aws-names";
import { LockedSecret } from "../custody/locked-secret";
import { namedKey } from "../custody/named-key";
import type { DeclaredGeneration } from "./generation";
import type { IApiUser } from "./interface";

/**
 * The secret for a user's API Key ID and API Secret, which the workspace issues after registration. Signers and readers
 * read it; custodians write it (`cdktf-ledger-api-user credentials put`) and cannot read its value.
 */
export class CredentialsSecret extends LockedSecret {
  constructor(scope: Construct, id: string, user: IApiUser, generation: DeclaredGeneration) {
    super(scope, id, {
      user,
      removalProtection: generation.removalProtection,
      name: credentialsSecretName(namedKey(user, generation.number)),
      description: "API credentials of a Ledger Enterprise API user: JSON with the names of its variables",
      what: `the secret of the credentials of ${user.username}`,
      whoReads: "SignersAndReaders",
      allowedToRead: () => [...new Set([...generation.signers, ...generation.readers])],
      writers: user.workspace.custodians,
    });
  }
}
