import type { Construct } from "constructs";
import { MOST_GENERATIONS } from "../../keys";
import { privateKeySecretName } from "../../rules/aws-names";
import type { IApiUser } from "../api-user/interface";
import { LockedSecret } from "./locked-secret";

/** The secret of a private key, which signers read; the writers are the generator's role, or the custodians. */
export class KeySecret extends LockedSecret {
  constructor(scope: Construct, id: string, user: IApiUser, writers: readonly string[]) {
    super(scope, id, {
      user,
      name: privateKeySecretName(user.workspace.name, user.awsName),
      description: "Private key of a Ledger Enterprise API user: hexadecimal digits of a SEC1 PEM file",
      what: `the secret of ${user.username}`,
      whoReads: "Signers",
      allowedToRead: () => user.signers,
      writers,
    });
    this.node.addValidation({ validate: () => labelProblems(user.generation) });
  }
}

function labelProblems(generation: number): string[] {
  if (!Number.isSafeInteger(generation) || generation <= MOST_GENERATIONS) return [];
  return [
    `generation: ${generation} would need ${2 * generation + 2} staging labels of one secret, and AWS takes 20: ${MOST_GENERATIONS} generations; register a user of another name instead`,
  ];
}
