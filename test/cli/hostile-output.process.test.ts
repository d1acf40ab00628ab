/** What others wrote reaches no terminal as it is, whichever command prints it and whichever field it is in. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePrivateKey, generateKeyPair, publicKeyLabel, versionIdOf } from "../../keys";
import { CONTROLS } from "../bad-input/hostile";
import { startHostileAws } from "../support/cli/hostile-aws";
import { output, plan, entry as planEntry, secret } from "../support/cli/plan";
import { ledgerApiUser, type Outcome, type Setting } from "../support/cli/run-cli";
import { runs } from "../support/for-all";
import { proofsOf, registrationOf, STACK, sample } from "../support/page-users";
import { startWorkspace, type Workspace } from "../support/workspace";

jest.setTimeout(300_000);

/** Colours, a line of its own by every way to end one, turned text, and what has no width. */
const HOSTILE = `x\u001b[31mRED\u009b2J${CONTROLS.map((control) => `${control}FORGED `).join("")}\u202eevil\u2066\u200b\u2060\ufeff\ufe0f\u{e0041}\ud800y`;

const UNSEEN = /[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\n]|\p{Default_Ignorable_Code_Point}/u;
/** Our own, on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STYLES = /\u001b\[(?:1|2|22|31|32|33|39)m/g;

let folder: string;
let aws: Awaited<ReturnType<typeof startHostileAws>>;
let workspace: Workspace;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostile-"));
  aws = await startHostileAws(HOSTILE);
  workspace = await startWorkspace();
});
afterAll(async () => {
  await Promise.all([aws.stop(), workspace.stop()]);
  rmSync(folder, { recursive: true });
});
beforeEach(() => aws.answer(() => undefined));

let calls = 0;

/**
 * Runs a command, for people also with a terminal, and looks at every byte of what it prints. Of three calls that people read, a
 * usual run repeats one on a terminal, and `npm run soak` each: they differ in styles alone.
 */
async function expectVisible(args: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const env = { ...aws.env, ...setting.env };
  const outcome = await ledgerApiUser(args, { ...setting, env });
  const { stdout, stderr } = outcome;
  expectSeen(stdout + stderr);
  if (stdout + stderr === "") throw new Error(`${args[0]} printed nothing`);
  const forPeople = !args.some((each) => /^(?:--?json|markdown|html)$/.test(each));
  if (forPeople && (runs(1) > 1 || calls++ % 3 === 0)) {
    const terminal = await ledgerApiUser(args, { ...setting, env, terminal: true });
    expect(terminal.stdout).not.toContain("\u001b[31mRED");
    expectSeen(terminal.stdout.replace(STYLES, "") + terminal.stderr);
  }
  return outcome;
}

function expectSeen(text: string): void {
  expect(UNSEEN.exec(text)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
  expect(text).not.toMatch(/^FORGED/m);
}

type Json = unknown;

/** The value with its text at one place after another replaced, and each name of a member in the same way. */
function* poisoned(value: Json, text: (original: string) => string): Generator<Json> {
  if (typeof value === "string") yield text(value);
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    for (const each of poisoned(member, text)) {
      const copy = structuredClone(value) as Record<string, Json>;
      copy[key] = each;
      yield copy;
    }
    if (!Array.isArray(value)) {
      const { [key]: moved, ...rest } = value as Record<string, Json>;
      yield { ...rest, [text(key)]: moved };
    }
  }
}

const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const user = sample("settlement bot", { custody: "imported", signers: ["arn:aws:iam::123456789012:role/a"] });
const SECRETS =
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme-prod/settlement-bot/generation-1";
const imported = {
  ...user.entry,
  keyArn: `${SECRETS}/private-key-AbC123`,
  credentialsArn: `${SECRETS}/credentials-AbC123`,
  apiUrl: "https://api.vault.ledger.com",
};
const registration = { [STACK]: { "settlement bot": imported } };
const credentials = JSON.stringify({
  LEDGER_ENTERPRISE_API_KEY_ID: "an-id-of-some-length",
  LEDGER_ENTERPRISE_API_KEY_SECRET: "a-secret-of-some-length",
});

test("a registration, at any place", async () => {
  const path = file("registration.json", "");
  const documents = [
    ...poisoned(registration, () => HOSTILE),
    ...poisoned(registration, (original) => `${original}/${HOSTILE}`),
  ];
  let accepted = 0;
  for (const document of documents) {
    writeFileSync(path, JSON.stringify(document));
    await expectVisible(["registration", "--registration", path]);
    // Whatever else reads a registration refuses the others in the same words.
    const { code } = await expectVisible(["registration", "--registration", path, "--format", "json"]);
    if (code !== 0) continue;
    accepted++;
    await expectVisible(["registration", "--registration", path, "--format", "markdown"]);
    await expectVisible(["verify", "--registration", path]);
    await expectVisible(["verify", "--registration", path, "--json"]);
    await expectVisible(["status", "--registration", path]);
    await expectVisible(["credentials", "put", "settlement bot", "--registration", path], {
      input: credentials,
    });
    await expectVisible(["import-key", "settlement bot", path, "--registration", path]);
  }
  expect({ documents: documents.length > 50, accepted: accepted > 5 }).toEqual({
    documents: true,
    accepted: true,
  });
});

test("a stack's name and an address of the API, where credentials and a key were stored", async () => {
  const pair = generateKeyPair();
  const stack = `acme${HOSTILE}`;
  const own = {
    ...imported,
    publicKey: pair.publicKey,
    apiUrl: "https://api.vault.ledger.com/\u202e\u200b",
    groups: [HOSTILE],
  };
  const path = file("registration.json", JSON.stringify({ [stack]: { "settlement bot": own } }));
  const key = file("key.hex", encodePrivateKey(pair.privateKeyPem));
  aws.answer((action, ARN) => (action === "DescribeSecret" ? { ARN } : { ARN, VersionId: "1" }));
  for (const json of [[], ["--json"]]) {
    const args = ["settlement bot", "--registration", path, ...json];
    const { stdout: put } = await expectVisible(["credentials", "put", ...args], { input: credentials });
    expect(put).toContain("https://api.vault.ledger.com/\\u202e\\u200b");
    expect(put).toContain("\\u001b[31mRED\\u009b2J");
    const { stdout: loaded } = await expectVisible(["import-key", "settlement bot", key, ...args.slice(1)]);
    expect(loaded).toContain("\\u001b[31mRED\\u009b2J");
  }
  const { stdout: page } = await expectVisible(["registration", "--registration", path, "--format", "html"]);
  const [, embedded = ""] = /<script type="application\/json"[^>]*>(.*)<\/script>/.exec(page) ?? [];
  expect(JSON.parse(embedded).cards[0]).toMatchObject({ groups: [HOSTILE], username: "settlement bot" });
  const { stdout: json } = await expectVisible(["verify", "--registration", path, "--json"]);
  expect(JSON.parse(json).users[0].stack).toBe(stack);
});

test("proofs, at any place", async () => {
  const path = file("registration.json", registrationOf([user]));
  for (const proofs of poisoned(JSON.parse(proofsOf([user])), () => HOSTILE)) {
    const args = ["--registration", path, "--proofs", file("proofs.json", JSON.stringify(proofs))];
    await expectVisible(["registration", ...args]);
  }
});

test("what AWS answers", async () => {
  const path = file("registration.json", JSON.stringify(registration));
  const kms = sample("sweep bot", {
    custody: "kms",
    keyArn: "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-4000-8000-000000000000",
  });
  const kmsPath = file("kms.json", registrationOf([kms]));
  const id = versionIdOf(String(imported.keyArn));
  const labels = ["generation-1", publicKeyLabel(user.entry.publicKey)];
  const secrets = {
    ARN: imported.keyArn,
    Name: "ledger-enterprise/acme-prod/a/generation-1/private-key",
    KmsKeyId: "alias/a",
    VersionIdsToStages: { [id]: labels, other: ["AWSCURRENT", "generation-2"] },
    ReplicationStatus: [{ Region: "eu-west-2", Status: "InSync" }],
  };
  const key = {
    KeyMetadata: {
      Arn: "arn",
      KeyId: "key",
      Origin: "AWS_KMS",
      KeyUsage: "SIGN_VERIFY",
      KeyState: "Enabled",
    },
    KeySpec: "ECC_NIST_P256",
    KeyUsage: "SIGN_VERIFY",
    PublicKey: "AAAA",
  };
  const plans = file(
    "plan.json",
    JSON.stringify(
      plan(
        [
          {
            type: "aws_secretsmanager_secret",
            after: { name: "ledger-enterprise/acme-prod/a/generation-1/private-key" },
          },
          { type: "aws_kms_alias", after: { name: "alias/ledger-enterprise/acme-prod/a/generation-1" } },
          { type: "aws_iam_role", after: { name: "ledger-enterprise-acme-prod-key-generator" } },
        ],
        {
          configuration: {
            provider_config: { aws: { expressions: { region: { constant_value: "eu-west-1" } } } },
          },
        },
      ),
    ),
  );
  for (const answer of [undefined, ...poisoned({ ...secrets, ...key }, () => HOSTILE)]) {
    aws.answer(() => answer as object);
    await expectVisible(["verify", "--registration", path]);
    await expectVisible(["verify", "--registration", kmsPath, "--proof"]);
    await expectVisible(["status", "--registration", path, "--json"]);
    await expectVisible(["status", "--registration", kmsPath]);
    await expectVisible(["adopt", plans]);
    await expectVisible(["credentials", "restore", "settlement bot", "--registration", path]);
  }
});

test("what the workspace answers", async () => {
  const pair = generateKeyPair();
  const own = workspace.addUser({ username: "settlement bot", publicKey: pair.publicKey });
  const env = {
    ...workspace.env(own.username),
    LEDGER_ENTERPRISE_API_PRIVATE_KEY: encodePrivateKey(pair.privateKeyPem),
  };
  workspace.addUser({ username: HOSTILE, publicKey: HOSTILE, role: HOSTILE, status: HOSTILE } as never);
  await expectVisible(["status", "--registration", file("r.json", registrationOf([user]))], { env });
  const request = workspace.addRequest({ content: { [HOSTILE]: HOSTILE, data: [{ [HOSTILE]: [HOSTILE] }] } });
  const id = String(request.id);
  const challenge = Buffer.from(JSON.stringify({ [HOSTILE]: HOSTILE })).toString("base64url");
  const answers = [
    { status: 403, body: { message: HOSTILE } },
    { status: 200, body: { status: HOSTILE, id: HOSTILE, challenge: HOSTILE } },
    { status: 200, body: { status: HOSTILE, challenge } },
    { status: 429, headers: { "retry-after": "\u009b\u0085" }, body: { message: HOSTILE } },
    { status: 500, body: { message: HOSTILE } },
  ];
  for (const answer of answers)
    for (const method of ["GET", "POST"]) {
      const stop = workspace.intercept((call) =>
        call.method === method && call.path.startsWith("/requests/") ? answer : undefined,
      );
      await expectVisible(["approve", id, "--yes", "--max-wait", "0.1"], { env });
      await expectVisible(["reject", id, "--yes", "--json", "--max-wait", "0.1"], { env });
      stop();
    }
  await expectVisible(["sign", "--yes"], { env, input: challenge });
});

test("a plan, at any place", async () => {
  const changes = [
    { type: "aws_secretsmanager_secret", before: secret(), after: secret({ signers: ["a", "b"] }) },
    { type: "aws_kms_alias", after: { name: "alias/x", target_key_id: "y" } },
    { type: "aws_cloudwatch_event_rule", before: { name: "r", state: "ENABLED" }, after: null },
    { type: "odd_type", after: { a: ["b"] } },
  ];
  const whole = plan(
    changes,
    output(null, { "settlement bot": planEntry({ publicKey: user.entry.publicKey }) }),
  );
  for (const each of poisoned(whole, (original) => `${original}${HOSTILE}`)) {
    const path = file("plan.json", JSON.stringify(each));
    await expectVisible(["review", path]);
    await expectVisible(["review", path, "--format", "json"]);
  }
  await expectVisible(["adopt", file("plan.json", JSON.stringify(whole))]);
});

test("the YAML and the names of its files", async () => {
  const yaml = (text: string) => JSON.stringify(text);
  const users = (more: string) =>
    `users:\n  - username: bot\n    role: operator\n    signers: [arn:aws:iam::123456789012:role/a]\n${more}`;
  const wrongs = [
    users(`    ${yaml(HOSTILE)}: 1\n`),
    users(`    groups: [${yaml(HOSTILE)}]\n`),
    users(`    custody: ${yaml(HOSTILE)}\n`),
    users(`    readers: [${yaml(`arn:aws:iam::123456789012:role/${HOSTILE}`)}]\n`),
    users("    role: *a\u0085\n"),
    users("    role: \u009b31m\n"),
    users(`    role: !<x${HOSTILE}> a\n`),
    `users: "\u009b`,
    HOSTILE,
  ];
  for (const [index, wrong] of wrongs.entries()) {
    const fleet = join(folder, `fleet-${index}`);
    mkdirSync(join(fleet, "acme"), { recursive: true });
    writeFileSync(join(fleet, "acme/workspace.yaml"), 'account: "123456789012"\nregion: eu-west-1\n');
    writeFileSync(join(fleet, "acme/users.yaml"), wrong);
    writeFileSync(join(fleet, "acme", "a\u001b[31mRED\nFORGED\u202e.yaml"), wrong);
    mkdirSync(join(fleet, "b\u001b[31mRED\nFORGED\u202e"));
    await expectVisible(["status", "--users", fleet]);
    await expectVisible(["rotate", HOSTILE.replaceAll("\0", ""), "start", "--users", fleet]);
    await expectVisible(["synth", "--users", fleet, "--out", join(folder, "out\u001b\nFORGED")]);
  }
});

test("names of files, keys and archives", async () => {
  const name = HOSTILE.replace(/[\0/]/g, "");
  const short = `\u001b[31mRED\n\u0085FORGED\u202e\u200b`;
  const odd = join(folder, short);
  mkdirSync(odd);
  const pair = generateKeyPair();
  const pem = join(odd, `${short}.pem`);
  writeFileSync(pem, pair.privateKeyPem);
  writeFileSync(join(odd, `${short}.gz`), Buffer.from("1f8b0800ffff", "hex"));
  writeFileSync(join(odd, `${short}.json`), JSON.stringify({ [HOSTILE]: pair.privateKeyPem.toString() }));
  await expectVisible(["audit", odd]);
  await expectVisible(["audit", odd, "--json"]);
  await expectVisible(["inspect", pem, "--json"]);
  await expectVisible(["inspect", pem, "--convert", "--out", `${pem}.new`]);
  await expectVisible(["keygen", "--out", join(odd, "keys")]);
  await expectVisible(["init", join(odd, "project")]);
  for (const command of ["inspect", "audit", "review", "adopt", "sign", "stacks"])
    await expectVisible([command, ...(command === "stacks" ? ["--out"] : []), join(folder, name)]);
  expect(readFileSync(pem)).toEqual(pair.privateKeyPem);
});

test("arguments and variables", async () => {
  const path = file("registration.json", JSON.stringify(registration));
  const wrongs = [
    [HOSTILE],
    ["verify", `--${HOSTILE}`],
    ["verify", "--registration", HOSTILE.replaceAll("\0", "")],
    ["verify", "--registration", path, "--user", HOSTILE],
    ["registration", "--format", HOSTILE],
    ["approve", HOSTILE],
    ["approve", "1", "--timeout", HOSTILE],
    ["review", "--fail-on", HOSTILE],
    ["init", "--workspace", HOSTILE],
    ["init", "--account", HOSTILE],
    ["init", "--backend", HOSTILE],
    ["keygen", HOSTILE, "--out", folder],
    ["synth", "--engine", HOSTILE],
    ["completion", HOSTILE],
    ["sign", "--kms", HOSTILE, path],
  ];
  for (const args of wrongs) await expectVisible(args);
  for (const shell of ["bash", "zsh", "fish"]) await expectVisible(["completion", shell]);
  const env = { CDKTF_OUTDIR: HOSTILE.replaceAll("\0", ""), LEDGER_API_USERS: "\u009b\u202e" };
  for (const command of ["synth", "stacks"]) await expectVisible([command, "--help"], { env });
});
