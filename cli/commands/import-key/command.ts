import type { Command } from "commander";
import { AwsClients } from "../../../aws/clients";
import { formatFingerprint, KeyError, type PrivateKey, parsePrivateKey, versionIdOf } from "../../../keys";
import { ExitCode, Failure } from "../../../messages/failure";
import { optionWith } from "../../../messages/shell";
import { addressOf, everyKeyOf, type RegisteredUser } from "../../../registration/read";
import { type Input, readInput, warnOfReaders } from "../../shared/input";
import { printJson, printRows, style } from "../../shared/output";
import {
  chooseUser,
  generationOption,
  readUsers,
  registrationOption,
  withGeneration,
} from "../../shared/registration-option";
import { type Loaded, load } from "./load";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user import-key "settlement bot" bot.private.hex \\
      --registration registration.json
  $ vault kv get -field=key secret/bot |
      npx cdktf-ledger-api-user import-key "settlement bot" \\
      --registration r.json

For users of custody imported, whose public key is declared in Git. The command
checks the private key (SEC1 PEM, or the hexadecimal digits of its bytes)
against that public key before it sends it. The registration names the secret
that it goes to, so take the registration from the state (terraform output
-json) and not from a mail. An existing key is never replaced. It is safe to run
the command again with the same key.

It needs a custodian's role: secretsmanager:DescribeSecret and PutSecretValue on
the secret, kms:GenerateDataKey and kms:Decrypt on the key that encrypts it, as
in the registration's custodianPolicy. It does not read the secret. FILE stays
as it is: destroy it when the key is loaded. No private key is printed.

Exit code: 0 if the key is in custody; 1 if it is not the declared one, or the
secret may not take it; 2 for bad input, or if AWS cannot be asked or denies.`;

interface Options {
  registration: string;
  generation?: number;
  json?: boolean;
}

export function addImportKey(program: Command): void {
  program
    .command("import-key")
    .summary("load a key that was made elsewhere into its secret")
    .description(
      "Load a private key that was made elsewhere into its user's secret, once it is found to be the declared one.",
    )
    .argument("<USER>", "the user, by name or STACK/NAME")
    .argument("[FILE]", "its private key; without it, standard input")
    .addOption(registrationOption())
    .addOption(generationOption())
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(importKey);
}

async function importKey(
  name: string,
  file: string | undefined,
  { registration, generation, json }: Options,
): Promise<void> {
  if (registration === "-" && (file === undefined || file === "-"))
    throw new Failure("standard input cannot be both registration and key", "name a file for one of them");
  const all = await readUsers(registration);
  const user = withGeneration(chooseUser(all, name), generation);
  const users = everyKeyOf(all);
  if (user.custody !== "imported") {
    throw new Failure(
      `the key of ${JSON.stringify(addressOf(user))} has custody ${user.custody}: it is made there, and not imported`,
      "name a user of custody imported",
    );
  }
  const input = readInput(file, "a private key, in hexadecimal or PEM,");
  let key: PrivateKey | undefined;
  try {
    warnOfReaders(input);
    key = keyIn(input);
    checkIsOf(user, key, input, users);
    report(user, await send(user, key), input, json);
  } finally {
    key?.wipe();
    input.bytes.fill(0);
  }
}

function keyIn({ bytes, name }: Input): PrivateKey {
  try {
    return parsePrivateKey(bytes);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new Failure(`${name}: ${error.what}`, error.fix, ExitCode.NO);
  }
}

/** Nothing has been sent yet. */
function checkIsOf(
  user: RegisteredUser,
  key: PrivateKey,
  input: Input,
  users: readonly RegisteredUser[],
): void {
  if (key.publicKey === user.publicKey) return;
  const other = users.find(({ publicKey }) => publicKey === key.publicKey);
  const whose = other
    ? `it is registered for ${JSON.stringify(addressOf(other))}`
    : `its public key is ${key.publicKey}`;
  throw new Failure(
    `the key in ${input.name} is not the one declared for ${JSON.stringify(addressOf(user))}: ${whose}`,
    `give the key whose public key is ${user.publicKey}, or declare the other one and apply`,
    ExitCode.NO,
  );
}

async function send(user: RegisteredUser, key: PrivateKey): Promise<Loaded> {
  const clients = new AwsClients();
  try {
    return await load(user, key, await clients.secretsManager(user.region));
  } finally {
    await clients.destroy();
  }
}

function report(user: RegisteredUser, loaded: Loaded, { name }: Input, json: boolean | undefined): void {
  const { keyArn, generation, publicKey, fingerprint } = user;
  if (json) {
    const { stack, workspace, username } = user;
    const versionId = versionIdOf(keyArn);
    const found = { stack, workspace, username, keyArn, generation, versionId, publicKey, fingerprint };
    printJson({ result: loaded, ...found });
    return;
  }
  printRows([
    ["Key", style("green", loaded === "loaded" ? "loaded" : "was there already; nothing was changed")],
    ["User", addressOf(user)],
    ["Secret", keyArn],
    ["Generation", String(generation)],
    ["Public key", publicKey],
    ["Fingerprint", formatFingerprint(fingerprint)],
    ["Now", now(user, loaded, name)],
  ]);
}

function now(user: RegisteredUser, loaded: Loaded, from: string): string {
  // That a version is there is known by its labels only; who destroys the last copy must know more.
  if (loaded === "present")
    return `keep the key until a signer has proved that it is the one in custody: npx cdktf-ledger-api-user verify --proof ${optionWith("--user", addressOf(user))}`;
  return from === "standard input"
    ? "destroy the key where it came from, and every copy of it, backups too"
    : `destroy ${from} and every copy of it, backups too: this command leaves it as it is`;
}
