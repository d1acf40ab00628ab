import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { addImportKey } from "../../../cli/commands/import-key/command";
import { encodePrivateKey, generateKeyPair } from "../../../keys";
import type { Interceptor } from "../../../local-aws/emulator";
import { CustodyAccount, type Entry } from "./custody-account";

// A test file that imports this has an account of its own, whose users await the keys that their custodian has.

export let account: CustodyAccount;
let folder: string;
beforeAll(async () => {
  account = await CustodyAccount.start();
  folder = mkdtempSync(join(tmpdir(), "import-key-"));
});
afterAll(async () => {
  await account.stop();
  rmSync(folder, { recursive: true });
});

const stops: (() => void)[] = [];
export function stopAll(): void {
  for (const stop of stops.splice(0)) stop();
}
afterEach(stopAll);
export const intercept = (interceptor: Interceptor) => void stops.push(account.aws.intercept(interceptor));

let users = 0;
/** A user that awaits its key, and the key, as `keygen` would have made it. */
export async function waiting() {
  const pair = generateKeyPair();
  const hex = encodePrivateKey(pair.privateKeyPem);
  const file = join(folder, `${++users}.private.hex`);
  writeFileSync(file, hex, { mode: 0o600 });
  const entry = await account.emptySecretUser(`vault bot ${users}`, "imported", pair.publicKey);
  return { pair, hex, file, entry };
}

export const importKey = (entry: Entry, file: string, ...args: string[]) =>
  account.run(addImportKey, [
    "import-key",
    entry.username,
    file,
    "--registration",
    account.registrationOf(entry),
    ...args,
  ]);

export async function labelsOf({ keyArn }: Entry): Promise<Record<string, string[]>> {
  const { VersionIdsToStages = {} } = await account.secrets.send(
    new DescribeSecretCommand({ SecretId: keyArn }),
  );
  return Object.fromEntries(
    Object.entries(VersionIdsToStages).map(([id, stages]) => [id, [...stages].sort()]),
  );
}

export const oneLine = /^error: [^\n]+; [^\n]+\n$/;
