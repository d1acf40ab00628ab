import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { generateKeyPair } from "../../../../keys";
import type { Entry } from "../../../support/cli/custody-account";
import { pointTo, withPointer } from "../../../support/cli/pointer";
import { account, settlement, status, sweep } from "../../../support/cli/status-run";

jest.setTimeout(120_000);

let entry: Entry;
let pointer: string;
beforeEach(async () => {
  entry = await withPointer(account, settlement);
  pointer = String(entry["currentArn"]);
});

test("a pointer that names the registration's current key is fine, and is not decrypted", async () => {
  const { result, actions } = await account.callsDuring(() => status([entry]));
  expect({ code: result.code, problems: result.problems }).toEqual({ code: 0, problems: [] });
  expect(actions).not.toContain("GetSecretValue");
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    "names another generation",
    () => pointTo(account, pointer, { ...entry, generation: 2 }),
    /names generation 2, and the registration 1 \(/,
  ],
  [
    "names another public key for the same generation",
    () => pointTo(account, pointer, { ...entry, publicKey: generateKeyPair().publicKey }),
    /names other ARNs or another public key for generation 1 than the registration/,
  ],
  [
    "names another user's key for the same generation",
    () => pointTo(account, pointer, { ...entry, keyArn: sweep.keyArn }),
    /names other ARNs or another public key/,
  ],
  [
    "was put by somebody else",
    () => pointTo(account, pointer, entry, "11111111-2222-3333-4444-555555555555"),
    /has the current version 11111111-.*, which the key generator did not put/,
  ],
])("a pointer that %s is an alarm, and the key is still ready", async (_, change, what) => {
  await change();
  const { code, problems, users } = await status([entry]);
  expect(problems).toEqual([
    expect.stringMatching(/^alarm: acme-prod-treasury\/settlement bot: the secret that says/),
  ]);
  expect(problems[0]).toMatch(what);
  expect(code).toBe(1);
  expect(users[0]).toMatchObject({ key: "ready", credentials: "stored" });
});

test("a pointer that cannot be read is not seen", async () => {
  const stop = account.aws.intercept((call, _, body) =>
    call.action === "DescribeSecret" && body.includes("/current")
      ? {
          status: 400,
          headers: { "x-amzn-errortype": "AccessDeniedException" },
          body: { __type: "AccessDeniedException", message: "no" },
        }
      : undefined,
  );
  const { code, problems } = await status([entry]).finally(stop);
  expect(problems).toEqual([
    expect.stringMatching(/^not seen: .*which key is current could not be read \(AWS denies/),
  ]);
  expect(code).toBe(1);
});

test("a pointer without a registered secret of credentials cannot be compared", async () => {
  const { credentialsArn: _, ...without } = entry;
  const { problems } = await status([without as Entry]);
  expect(problems).toEqual([expect.stringMatching(/^not seen: .*the registration has no credentialsArn/)]);
});

test("a pointer that the registration does not name, of a user with two keys, cannot be compared", async () => {
  const { keyArn, credentialsArn, publicKey } = entry;
  const first = { stage: "current", registeredAs: entry.username, keyArn, credentialsArn, publicKey };
  const second = { ...first, stage: "pending", registeredAs: "settlement bot 2", publicKey: sweep.publicKey };
  const { currentArn: _, ...without } = entry;
  const { problems } = await status([{ ...without, generations: { 1: first, 2: second } } as Entry]);
  expect(problems).toContainEqual(expect.stringMatching(/^not seen: .*the registration has no currentArn/));
});

test("a pointer that does not exist is an alarm", async () => {
  await account.secrets.send(
    new DeleteSecretCommand({ SecretId: pointer, ForceDeleteWithoutRecovery: true }),
  );
  const { code, problems } = await status([entry]);
  expect(problems).toEqual([expect.stringMatching(/^alarm: .*which key is current does not exist/)]);
  expect(code).toBe(1);
});
