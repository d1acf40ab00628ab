import type { Construct } from "constructs";
import { privateKeySecretName } from "../../rules/aws-names";
import type { IApiUser } from "../api-user/interface";
import { LockedSecret } from "./locked-secret";
import { namedKey } from "./named-key";

/** The secret of a private key, which signers read; the writers are the generator's role, or the custodians. */
export class KeySecret extends LockedSecret {
  constructor(scope: Construct, id: string, user: IApiUser, writers: readonly string[]) {
    super(scope, id, {
      user,
      name: privateKeySecretName(namedKey(user)),
      description: "Private key of a Ledger Enterprise API user: hexadecimal digits of a SEC1 PEM file",
      what: `the secret of ${user.username}`,
      whoReads: "Signers",
      allowedToRead: () => user.signers,
      writers,
    });
  }
}
