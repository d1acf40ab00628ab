/** A workspace that takes the user files of another is one that has them written out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { formatProblem, loadFleet } from "../../fleet";
import { synthesize } from "../../fleet/synthesize";
import { generateKeyPair } from "../../keys";
import { anyFleet } from "../bad-input/fleets";
import { hostileText } from "../bad-input/hostile";
import { forAll, runs } from "../support/for-all";
import { type Files, writeFleet } from "../support/temporary-fleet";

const PROD = "123456789012";
const PARTNER = "210987654321";
const SANDBOX = "111111111111";
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const keyOf = () => {
  const pair = generateKeyPair();
  pair.wipe();
  return pair.publicKey;
};

const NAMES = ["a", "b", "c", "d", "e"] as const;
interface Made {
  readonly custody: "secrets-manager" | "kms" | "imported";
  readonly isPinned: boolean;
  readonly signers: readonly (readonly ["own" | "partner", string])[];
  readonly more: Readonly<Record<string, unknown>>;
}
const made: fc.Arbitrary<Made> = fc.record({
  custody: fc.constantFrom("secrets-manager", "kms", "imported"),
  isPinned: fc.boolean(),
  signers: fc.uniqueArray(
    fc.tuple(fc.constantFrom("own", "partner"), fc.constantFrom("x", "path/y", "z+=,.@-_")),
    { maxLength: 3, selector: ([, name]) => name },
  ),
  more: fc.record(
    {
      removalProtection: fc.boolean(),
      groups: fc.constantFrom([], ["Treasury: arn:aws:iam::123456789012:role/x"]),
      generations: fc.constant({ 2: "current" }),
    },
    { requiredKeys: [] },
  ),
});
const anyUsers = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), made), {
  minLength: 1,
  maxLength: 4,
  selector: ([name]) => name,
});
const settingsOf = fc.record(
  {
    region: fc.constantFrom("eu-west-1", "us-east-1"),
    tags: fc.constant({ environment: "sandbox" }),
    removalProtection: fc.boolean(),
    apiUrl: fc.constant("https://sandbox.acme.example"),
  },
  { requiredKeys: ["region"] },
);
const anyEnvironments = fc.record({
  users: anyUsers,
  settings: settingsOf,
  stack: fc.option(fc.constantFrom("old", "older"), { nil: undefined }),
  region: fc.option(fc.constantFrom("eu-west-1", "eu-central-1"), { nil: undefined }),
  partner: fc.constantFrom(SANDBOX, "333333333333"),
});

const PROD_KEYS = Object.fromEntries(NAMES.map((name) => [name, keyOf()]));
const SANDBOX_KEYS = Object.fromEntries(NAMES.map((name) => [name, keyOf()]));

type Environments = typeof anyEnvironments extends fc.Arbitrary<infer T> ? T : never;

/** A fleet of a sandbox that takes the files, or one that has them written out. */
function environments({ users, settings, stack, region, partner }: Environments, isTaking: boolean): Files {
  const file = (own: string, other: string, keys: Readonly<Record<string, string>>) =>
    JSON.stringify({
      ...(stack && { stack }),
      ...(region && { region }),
      users: users.map(([username, { custody, isPinned, signers, more }]) => ({
        ...{ username, role: "operator", custody, ...more },
        ...((custody === "imported" || (custody === "kms" && isPinned)) && { publicKey: keys[username] }),
        signers: signers.map(([where, name]) => role(where === "own" ? own : other, name)),
      })),
    });
  const keys = users.filter(
    ([, { custody, isPinned }]) => custody === "imported" || (custody === "kms" && isPinned),
  );
  const named = users.flatMap(([, { signers }]) => signers.map(([where]) => where));
  const sandbox = {
    ...{ account: SANDBOX, custodians: [role(SANDBOX, "custodian")], ...settings },
    ...(partner !== SANDBOX && { signerAccounts: [partner] }),
  };
  const taking = {
    users: "../acme-prod",
    accountMap: { [PROD]: SANDBOX, ...(named.includes("partner") && { [PARTNER]: partner }) },
    publicKeys: Object.fromEntries(keys.map(([name]) => [name, SANDBOX_KEYS[name]])),
  };
  return {
    "acme-prod/workspace.yaml": JSON.stringify({
      ...{
        account: PROD,
        region: "eu-west-1",
        signerAccounts: [PARTNER],
        custodians: [role(PROD, "custodian")],
      },
    }),
    "acme-prod/team.yaml": file(PROD, PARTNER, PROD_KEYS),
    "acme-sandbox/workspace.yaml": JSON.stringify({ ...sandbox, ...(isTaking && taking) }),
    ...(!isTaking && { "acme-sandbox/team.yaml": file(SANDBOX, partner, SANDBOX_KEYS) }),
  };
}

/** What stacks are made from: all but where it is written. */
function declared(files: Files): string {
  const directory = writeFleet(files);
  const { workspaces, problems } = loadFleet(directory);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  rmSync(directory, { recursive: true });
  const notCompared = ["file", "line", "accountMap", "publicKeys"];
  return JSON.stringify(
    workspaces.map(({ users: _, ...each }) => each),
    (key, value) => (notCompared.includes(key) ? undefined : value),
  );
}

test("files that are taken declare what they would if they were written out, with the values put in by hand", () => {
  forAll(
    anyEnvironments,
    150,
    (each) => declared(environments(each, true)) === declared(environments(each, false)),
  );
});

/** The bytes of each file of the stacks. */
function bytesOf(files: Files): Record<string, string> {
  const out = mkdtempSync(join(tmpdir(), "taken-"));
  try {
    expect(synthesize(writeFleet(files), out).problems).toEqual([]);
    const names = readdirSync(join(out, "stacks"), { recursive: true }).map(String);
    return Object.fromEntries(
      names
        .filter((name) => name.endsWith("cdk.tf.json"))
        .sort()
        .map((name) => [name, readFileSync(join(out, "stacks", name), "utf8")]),
    );
  } finally {
    rmSync(out, { recursive: true });
  }
}

test("both are synthesized to the same bytes", () => {
  const each: Environments = {
    users: (["secrets-manager", "kms", "imported"] as const).map((custody, index) => [
      NAMES[index] ?? "a",
      {
        custody,
        isPinned: true,
        signers: [
          ["own", "x"],
          ["partner", "y"],
        ],
        more: { removalProtection: false },
      },
    ]),
    settings: { region: "us-east-1", tags: { environment: "sandbox" } },
    stack: "old",
    region: undefined,
    partner: "333333333333",
  };
  const [taking, written] = [true, false].map((isTaking) => bytesOf(environments(each, isTaking)));
  expect(Object.keys(taking ?? {}).length).toBe(4);
  expect(taking).toEqual(written);
});

test("whatever the files and the settings are, they are taken, or each mistake is a line", () => {
  const users = fc.oneof({ weight: 9, arbitrary: fc.constant("../acme-prod") }, hostileText);
  const map = fc.dictionary(fc.oneof(fc.constantFrom(PROD, PARTNER, "a"), hostileText), hostileText, {
    maxKeys: 2,
  });
  const taking = fc.record({ users, accountMap: map, publicKeys: map }, { requiredKeys: ["users"] });
  const directory = writeFleet({ "acme-prod/workspace.yaml": "", "acme-sandbox/workspace.yaml": "" });
  let taken = 0;
  forAll(fc.tuple(anyFleet, anyFleet, taking, fc.boolean()), 150, ([there, here, values, isBare]) => {
    const settings = isBare
      ? JSON.stringify({ account: PROD, region: "eu-west-1", users: values.users })
      : undefined;
    const lines = Object.entries(values).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    writeFileSync(join(directory, "acme-prod/workspace.yaml"), there.workspace);
    writeFileSync(join(directory, "acme-prod/team.yaml"), there.users);
    writeFileSync(
      join(directory, "acme-sandbox/workspace.yaml"),
      settings ?? here.workspace + lines.join(""),
    );
    const { workspaces, problems, warnings } = loadFleet(directory);
    taken += problems.length === 0 ? 1 : 0;
    expect(workspaces.length).toBe(problems.length === 0 ? 2 : workspaces.length);
    for (const each of [...problems, ...warnings]) expect(formatProblem(each)).not.toMatch(/[\n\p{Cc}]/u);
    return true;
  });
  expect(taken).toBeGreaterThan(runs(150) / 30);
});
