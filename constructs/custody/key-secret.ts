import type { Construct } from "constructs";
import { privateKeySecretName } from "../../rules/aws-names";
import type { DeclaredGeneration } from "../api-user/generation";
import type { IApiUser } from "../api-user/interface";
import { LockedSecret } from "./locked-secret";
import { namedKey } from "./named-key";

export interface KeySecretProps {
  readonly user: IApiUser;
  readonly generation: DeclaredGeneration;
  /** ARNs of the roles that may put the key in. */
  readonly writers: readonly string[];
}

/** The secret of a private key, which signers read; the writers are the generator's role, or the custodians. */
export class KeySecret extends LockedSecret {
  constructor(scope: Construct, id: string, { user, generation, writers }: KeySecretProps) {
    super(scope, id, {
      user,
      removalProtection: generation.removalProtection,
      name: privateKeySecretName(namedKey(user, generation.number)),
      description: "Private key of a Ledger Enterprise API user: hexadecimal digits of a SEC1 PEM file",
      what: `the secret of ${user.username}`,
      whoReads: "Signers",
      allowedToRead: () => generation.signers,
      writers,
    });
  }
}
