import { randomUUID } from "node:crypto";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { pointerText, pointerVersionId } from "../../../keys/pointer";
import type { CustodyAccount, Entry } from "./custody-account";

const targetOf = ({ generation, keyArn, credentialsArn, publicKey }: Entry) => ({
  generation: Number(generation),
  keyArn,
  credentialsArn: String(credentialsArn),
  publicKey,
});

/** Moves the secret that says which key is current, as the key generator does, or with a version of another id. */
export async function pointTo(account: CustodyAccount, pointer: string, entry: Entry, id?: string) {
  const target = targetOf(entry);
  await account.secrets.send(
    new PutSecretValueCommand({
      SecretId: pointer,
      SecretString: pointerText(target),
      ClientRequestToken: id ?? pointerVersionId(target),
    }),
  );
}

/** The entry of a user that has credentials and a secret, of a new name, that says that this key is current. */
export async function withPointer(account: CustodyAccount, entry: Entry): Promise<Entry> {
  const make = async (Name: string, SecretString?: string) =>
    (await account.secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? "";
  const prefix = `ledger-enterprise/acme-prod/${randomUUID()}`;
  const credentialsArn = await make(`${prefix}/generation-1/credentials`, "{}");
  const currentArn = await make(`${prefix}/current`);
  const whole = { ...entry, credentialsArn, currentArn };
  await pointTo(account, currentArn, whole);
  return whole;
}
