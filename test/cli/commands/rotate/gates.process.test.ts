import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signingKeyRules } from "../../../../rules/alerts/signing-keys";
import {
  HOUR,
  journalGroup,
  journalRule,
  journalRules,
  keyArn,
  kmsKeyArn,
  type Rotation,
  record,
  startRotation,
} from "../../../support/cli/rotation";

/** A public key of P-256 as KMS has it, in base64: what comes before the point is the same for all. */
const spkiOf = (publicKey: string) =>
  Buffer.from(`3059301306072a8648ce3d020106082a8648ce3d030107034200${publicKey}`, "hex").toString("base64");

let rotation: Rotation;
let ids: { 1: number; 2: number };
let user: string;

beforeEach(async () => {
  user = "settlement bot";
  rotation = await startRotation();
});
afterEach(() => rotation.stop());

const group = (name: string, members: unknown[], status = "ACTIVE") => ({
  id: name.length,
  name,
  members,
  status,
});
const account = (name: string, users: unknown[], more: object[] = []) => ({
  ...{ id: 100 + name.length, name, status: "ACTIVE" },
  governance_rules: [
    {
      id: 1,
      index: 0,
      name: "Rule 1",
      rules: [{ id: 1, type: "MULTI_AUTHORIZATIONS", data: [{ quorum: 1, users }] }, ...more],
    },
  ],
});

/** The step is refused with these gates, each one line, and nothing is edited. */
async function expectClosed(
  step: string,
  gates: Readonly<Record<string, string | RegExp>>,
  more: { args?: string[]; env?: Record<string, string> } = {},
) {
  const before = rotation.yaml();
  const { code, stderr, stdout } = await rotation.rotate([user, step, ...(more.args ?? [])], more.env);
  const lines = stderr.trimEnd().split("\n");
  expect({ code, stdout, gates: lines.slice(0, -1).map((line) => line.split(":")[0]) }).toEqual({
    ...{ code: 1, stdout: "" },
    gates: Object.keys(gates).map((gate) => `gate ${gate}`),
  });
  for (const [index, said] of Object.values(gates).entries())
    expect(lines[index]).toMatch(
      said instanceof RegExp ? said : new RegExp(said.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")),
    );
  expect(lines.at(-1)).toMatch(new RegExp(`^error: ${step} is refused, and .*treasury.yaml is as it was`));
  expect(rotation.yaml()).toBe(before);
}

async function expectDone(step: string, args: string[] = []) {
  const outcome = await rotation.rotate([user, step, ...args]);
  expect({ code: outcome.code, stderr: outcome.stderr }).toMatchObject({ code: 0 });
  return outcome;
}

describe("promote", () => {
  beforeEach(() => {
    rotation.declare({ 1: "current", 2: "pending" });
    ids = { 1: rotation.register(1).id, 2: rotation.register(2).id };
    rotation.lists.groups.push(group("Treasury", [ids[1], ids[2], null]), group("Old", [ids[1]], "REVOKED"));
    rotation.lists.accounts.push(
      account("EUR", [ids[1], ids[2]], [{ id: 2, type: "WHITELIST", data: [{ whitelist: 1 }] }]),
    );
  });

  it("makes the pending generation the current one, where every gate is open", async () => {
    const { stdout } = await expectDone("promote");
    expect(rotation.yaml()).toContain("    generations: { 1: previous, 2: current }\n");
    expect(stdout).toContain("makes generation 2 the current one; generation 1 is kept for roll-back");
    // Nothing that gives a value or a signature is asked for.
    expect([...new Set(rotation.aws.asked)]).toEqual(["DescribeSecret"]);
  });

  it.each([
    [
      "the registration is older",
      () => rotation.declare({ 1: "current" }),
      /no generation 2 of "acme-prod-treasury\/settlement bot"/,
    ],
    ["AWS denies", () => void delete rotation.aws.answers["DescribeSecret"], "AWS denies access to its key"],
    [
      "custody has another key",
      () => {
        const { DescribeSecret = () => undefined } = rotation.aws.answers;
        rotation.aws.answers["DescribeSecret"] = (input) =>
          JSON.parse(
            JSON.stringify(DescribeSecret(input)).replaceAll(
              rotation.keys[2]?.entry.publicKey ?? "",
              rotation.keys[3]?.entry.publicKey ?? "",
            ),
          );
      },
      "is not the one of the registration",
    ],
  ])("is refused where %s", async (what, act, said) => {
    const yaml = rotation.yaml();
    act();
    if (what.startsWith("the registration"))
      writeFileSync(join(rotation.directory, "acme-prod/treasury.yaml"), yaml);
    const more: Record<string, string> = what.startsWith("the registration")
      ? { registered: "no generation 2", credentials: "no generation 2", rights: "no generation 2" }
      : what === "AWS denies"
        ? { credentials: "AWS denies to look at the credentials" }
        : {};
    await expectClosed("promote", { key: said, ...more });
  });

  it.each([
    [{ status: "APPROVED" }, '"settlement bot 2" is "APPROVED" in the workspace, not ACTIVE'],
    [{ status: "ACCESS_SUSPENDED" }, "not ACTIVE"],
    [{ role: "ADMIN" }, '"settlement bot 2" is declared as operator, and registered as "ADMIN"'],
    [{ role: "" }, '"settlement bot 2" is declared as operator, and registered without a role'],
  ])("is refused where the new user is %j", async (more, said) => {
    rotation.declare({ 1: "current", 3: "pending" });
    const { id } = rotation.register(3, more);
    rotation.lists.groups[0] = group("Treasury", [ids[1], id]);
    rotation.lists.accounts[0] = account("EUR", [ids[1], id]);
    await expectClosed("promote", { registered: said.replace("bot 2", "bot 3") });
  });

  it("is refused where the new user is not registered, or with another key", async () => {
    rotation.declare({ 1: "current", 3: "pending" });
    await expectClosed("promote", {
      registered: '"settlement bot 3" is not registered',
      rights: "lists no user with the public key of generation 3",
    });
    rotation.workspace.addUser({ username: "settlement bot 3", publicKey: "04".padEnd(130, "a") });
    await expectClosed("promote", { registered: "with another public key", rights: "lists no user" });
  });

  it("is refused where readers without a label would get another key", async () => {
    const { DescribeSecret = () => undefined } = rotation.aws.answers;
    rotation.aws.answers["DescribeSecret"] = (input) => {
      const found = DescribeSecret(input) as { VersionIdsToStages: Record<string, string[]> };
      if (!input.SecretId.includes("private-key")) return found;
      const [[version = "", labels = []] = []] = Object.entries(found.VersionIdsToStages);
      const own = labels.filter((label) => label !== "AWSCURRENT");
      return { ...found, VersionIdsToStages: { [version]: own, ["ab".repeat(16)]: ["AWSCURRENT"] } };
    };
    await expectClosed("promote", { key: "AWSCURRENT is not on generation 2: whoever reads" });
  });

  it("is refused where nobody can say what the alias of its KMS key leads to", async () => {
    rotation.declare({ 1: "current", 2: "pending" }, { custody: "kms" });
    rotation.aws.answers["GetPublicKey"] = () => ({
      ...{ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" },
      PublicKey: spkiOf(rotation.keys[2]?.entry.publicKey ?? ""),
    });
    await expectClosed("promote", { key: /whether alias.* points to its key could not be read/ });
    rotation.aws.answers["DescribeKey"] = () => ({
      KeyMetadata: { KeyId: "2", Arn: kmsKeyArn(2), Origin: "AWS_KMS" },
    });
    await expectDone("promote");
  });

  it("is refused where its credentials are not stored, or are another generation's", async () => {
    const { DescribeSecret = () => undefined } = rotation.aws.answers;
    const stored = (versions: object) => {
      rotation.aws.answers["DescribeSecret"] = (input) =>
        input.SecretId.includes("credentials")
          ? { ARN: input.SecretId, VersionIdsToStages: versions }
          : DescribeSecret(input);
    };
    stored({});
    await expectClosed("promote", {
      credentials:
        "are not stored; have a custodian store them: npx cdktf-ledger-api-user credentials put 'acme-prod-treasury/settlement bot' --generation 2",
    });
    stored({ [`generation-1-${"0a".repeat(16)}`]: ["AWSCURRENT"] });
    await expectClosed("promote", { credentials: "is not of it" });
  });

  it("is refused where the two users have not the same rights", async () => {
    const { groups, accounts } = rotation.lists;
    groups.push(group("Payments", [ids[1]]));
    await expectClosed("promote", {
      rights: '"settlement bot 2" is not in the group "Payments"; have the admins give',
    });
    groups.splice(2, 1, group("Payments", [String(ids[2])]));
    await expectClosed("promote", { rights: '"settlement bot" is not in the group "Payments"' });
    groups.pop();
    accounts.push(account("Dollars", [ids[1]]));
    await expectClosed("promote", {
      rights: 'is not in step 1 of the rule "Rule 1" of the account "Dollars"',
    });
  });

  it("is refused where the rights are not known", async () => {
    const { groups } = rotation.lists;
    groups.push({ name: "Odd" });
    await expectClosed("promote", { rights: "lists a group without name or members" });
    groups.pop();
    rotation.lists.accounts.push({
      name: "Odd",
      governance_rules: [{ rules: [{ type: "MULTI_AUTHORIZATIONS", data: [{}] }] }],
    });
    await expectClosed("promote", { rights: "lists an account without name or rules" });
    rotation.lists.accounts.pop();
    rotation.workspace.useOpaqueTokens();
    await expectClosed("promote", { rights: "not everybody sees all accounts; ask with the credentials of" });
  });

  it("asks as an administrator too, and as nobody else", async () => {
    const { publicKey } = rotation.keys[3]?.entry ?? { publicKey: "" };
    rotation.workspace.addUser({ username: "auditor", publicKey, role: "OPERATOR" });
    await expectClosed(
      "promote",
      { rights: "not everybody sees all accounts" },
      { env: rotation.workspace.env("auditor") },
    );
  });

  it("is refused for an administrator, whose rules the API does not list, unless that gate is passed", async () => {
    rotation.declare({ 1: "current", 3: "pending" }, { role: "administrator" });
    rotation.register(3, { role: "ADMIN" });
    await expectClosed("promote", { rights: "the API does not list API Admin rules" });
    await expectClosed("promote", { rights: "API Admin rules" }, { args: ["--force", "key"] });
    const { stderr } = await expectDone("promote", ["--force", "rights"]);
    expect(stderr).toMatch(/^warning: skipped the gate rights: the API does not list API Admin rules.*\n$/);
    expect(rotation.yaml()).toContain("{ 1: previous, 3: current }");
  });

  it("is refused where another workspace takes the file, unless that gate is passed", async () => {
    mkdirSync(join(rotation.directory, "sandbox"));
    writeFileSync(
      join(rotation.directory, "sandbox/workspace.yaml"),
      'account: "345678901234"\nregion: eu-west-1\nusers: ../acme-prod\naccountMap: { "123456789012": "345678901234" }\n',
    );
    user = "acme-prod/settlement bot";
    await expectClosed("promote", {
      workspaces: /: "sandbox" takes .*treasury\.yaml too, and their gates were not looked at; add --force/,
    });
    const { stderr } = await expectDone("promote", ["--force", "workspaces"]);
    expect(stderr).toMatch(/^warning: skipped the gate workspaces: "sandbox" takes .*\n$/);
  });

  it("is refused where the workspace is another one, or is not asked", async () => {
    const other = { LEDGER_ENTERPRISE_WORKSPACE: "acme-test" };
    await expectClosed(
      "promote",
      { registered: 'LEDGER_ENTERPRISE_WORKSPACE is "acme-test"', rights: "acme-test" },
      { env: other },
    );
    const none = { LEDGER_ENTERPRISE_API_KEY_ID: "" };
    await expectClosed(
      "promote",
      { registered: "not set: LEDGER_ENTERPRISE_API_KEY_ID", rights: "not set" },
      { env: none },
    );
  });
});

describe("retire", () => {
  const journal = (...events: object[]) => {
    rotation.aws.answers["FilterLogEvents"] = () => ({ events });
  };
  const NAME = "ledger-enterprise/acme-prod/settlement-bot/generation";
  const PREFIX = "ledger-enterprise.acme-prod.";
  const EVENTS = { eventSource: "events.amazonaws.com" };
  const TRAIL = { eventSource: "cloudtrail.amazonaws.com" };
  const LOGS = { eventSource: "logs.amazonaws.com" };

  beforeEach(() => {
    rotation.declare({ 1: "previous", 2: "current" });
    ids = { 1: rotation.register(1).id, 2: rotation.register(2).id };
  });

  it("makes the previous generation retired, where every gate is open", async () => {
    // What others did, and what is about another generation, is no use of the old key.
    journal(
      record("GetSecretValue", { secretId: `${NAME}-2/private-key` }),
      record("GetSecretValue", { secretId: `${NAME}-10/private-key` }),
      record("DescribeSecret", { secretId: keyArn(1) }),
      record("DisableRule", { name: "backup" }, EVENTS),
      record("PutRule", { name: `${PREFIX}kms-use-0a0a0a-0` }, EVENTS),
      record("TagResource", { resourceARN: `rule/${PREFIX}access` }, EVENTS),
      record("StartLogging", { name: "all" }, TRAIL),
    );
    rotation.lists.requests.push({
      id: 1,
      created_by: ids[2],
      status: "APPROVED",
      created_on: new Date().toISOString(),
    });
    await expectDone("retire");
    expect(rotation.yaml()).toContain("{ 1: retired, 2: current }");
  });

  it.each([
    ["read by name", record("GetSecretValue", { secretId: `${NAME}-1/private-key` })],
    ["read by ARN", record("GetSecretValue", { secretId: keyArn(1) })],
    ["read, of its credentials", record("GetSecretValue", { secretId: `${NAME}-1/credentials` })],
    ["read in a batch", record("BatchGetSecretValue", { secretIdList: ["x", `${NAME}-1/credentials`] })],
    ["asked for in vain", record("GetSecretValue", { secretId: keyArn(1) }, { errorCode: "AccessDenied" })],
    [
      "asked for in vain, as the message says",
      record("GetSecretValue", undefined, {
        ...{ errorCode: "AccessDenied", requestParameters: null },
        errorMessage: `not authorized to perform: secretsmanager:GetSecretValue on resource: ${keyArn(1)}`,
      }),
    ],
  ])("is refused where the old key was %s", async (_what, event) => {
    journal(event);
    await expectClosed("retire", {
      drain:
        /generation 1 of "settlement bot" was used since .*assumed-role\/settlement\/i-1 on 2026-11-27T10:00:00Z \(event e-1\); move that service/,
    });
  });

  it("asks for the time that is given", async () => {
    let [start, pattern] = [0, ""];
    rotation.aws.answers["FilterLogEvents"] = ({ startTime, filterPattern }) => {
      [start, pattern] = [startTime, filterPattern];
      return {};
    };
    await expectDone("retire", ["--quiet-for", "72h"]);
    expect(pattern).toMatch(
      /^\{ \(\$\.detail\.eventName = "GetSecretValue"\) \|\| \(\$\.detail\.eventName = "BatchGetSecretValue"\) \|\| /,
    );
    expect(Math.abs(Date.now() - 72 * HOUR - start)).toBeLessThan(HOUR);
  });

  const since = (milliseconds: number) => () => ({
    IsLogging: true,
    StartLoggingTime: (Date.now() - milliseconds) / 1000,
  });
  it.each([
    ["no trail is there", "DescribeTrails", () => ({}), "no trail logs what the journal needs"],
    ["the trail was off", "GetTrailStatus", since(HOUR), "no trail was on since"],
    [
      "no one says since when it is on",
      "GetTrailStatus",
      () => ({ IsLogging: true }),
      "no trail was on since",
    ],
    [
      "AWS denies",
      "DescribeTrails",
      undefined,
      "AWS denies to look); give your role cloudtrail:DescribeTrails",
    ],
    [
      "the rule is off",
      "ListRules",
      () => ({}),
      "the rule ledger-enterprise.acme-prod.access does not write",
    ],
    ["the rule writes elsewhere", "ListTargetsByRule", () => ({}), "does not write the access journal"],
    [
      "the journal is not CloudTrail's",
      "FilterLogEvents",
      () => ({ events: [{ message: "{}" }] }),
      "none of CloudTrail's",
    ],
    [
      "the rule sees less than is declared",
      "ListRules",
      () => ({
        Rules: journalRules().map((rule) => ({
          ...rule,
          EventPattern: rule.EventPattern.replace(/^\{/, '{"region":["eu-west-2"],'),
        })),
      }),
      "the rule ledger-enterprise.acme-prod.access does not write the access journal as it is declared",
    ],
    [
      "what changes the rules is not written",
      "ListRules",
      () => ({ Rules: journalRules().slice(0, 1) }),
      "the rule ledger-enterprise.acme-prod.changes does not write",
    ],
    [
      "the rule writes less than the records",
      "ListTargetsByRule",
      () => ({
        Targets: [
          {
            ...{ Id: "journal", Input: "{}" },
            Arn: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/events/ledger-enterprise/acme-prod",
          },
        ],
      }),
      "does not write the access journal",
    ],
    [
      "the journal is new",
      "DescribeLogGroups",
      () => ({ logGroups: [journalGroup({ creationTime: Date.now() - HOUR })] }),
      "the access journal was not there since",
    ],
    ["the journal is gone", "DescribeLogGroups", () => ({}), "the access journal was not there since"],
    ["AWS does not say how old it is", "DescribeLogGroups", undefined, "logs:DescribeLogGroups"],
  ])("is refused where %s: unknown is not clean", async (_what, action, answer, said) => {
    if (answer) rotation.aws.answers[action] = answer;
    else delete rotation.aws.answers[action];
    await expectClosed("retire", { drain: said });
  });

  it("is refused where the journal keeps its records for a shorter time", async () => {
    rotation.aws.answers["DescribeLogGroups"] = () => ({ logGroups: [journalGroup({ retentionInDays: 1 })] });
    await expectClosed(
      "retire",
      { drain: "the access journal keeps its records for 1 days" },
      { args: ["--quiet-for", "48h"] },
    );
    await expectDone("retire");
  });

  it("is refused where anything was done to the rules, the trails or the journal that may have blinded it", async () => {
    const log = { logGroupName: "/aws/events/ledger-enterprise/acme-prod" };
    for (const [what, parameters, source] of [
      ...["DeleteRule", "DisableRule", "EnableRule", "PutRule"].map(
        (what) => [what, { name: `${PREFIX}access` }, EVENTS] as const,
      ),
      ...["PutTargets", "RemoveTargets"].map((what) => [what, { rule: `${PREFIX}changes` }, EVENTS] as const),
      ["UpdateEventBus", { name: "default" }, EVENTS] as const,
      ...["DeleteTrail", "StopLogging", "PutEventSelectors", "UpdateTrail"].map(
        (what) => [what, { name: "all" }, TRAIL] as const,
      ),
      ...["DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy", "AssociateKmsKey"].map(
        (what) => [what, log, LOGS] as const,
      ),
    ]) {
      journal(record(what, parameters, source));
      await expectClosed("retire", { drain: `unknown: ${what} by arn:aws:sts` });
    }
  });

  it("looks for signatures of a key in KMS, by its id and its alias", async () => {
    rotation.declare({ 1: "previous", 2: "current" }, { custody: "kms" });
    const keyId = kmsKeyArn(1).split("/")[1];
    const of = (generation: number) => ({
      ...{ username: "settlement bot", keyId: kmsKeyArn(generation).split("/")[1] ?? "" },
      alias: `alias/ledger-enterprise/acme-prod/settlement-bot/generation-${generation}`,
    });
    const { pattern } = signingKeyRules([of(1), of(2)], []).use;
    const rules = journalRules();
    const narrower = journalRule("kms-use-0a0a0a-0", { ...pattern, region: ["eu-west-2"] });
    rotation.aws.answers["ListRules"] = () => ({ Rules: [...rules, narrower] });
    await expectClosed("retire", { drain: "the rule ledger-enterprise.acme-prod.kms-use-… does not write" });
    rotation.aws.answers["ListRules"] = () => ({
      Rules: [...rules, journalRule("kms-use-0a0a0a-0", pattern)],
    });
    for (const name of [
      kmsKeyArn(1),
      keyId,
      "alias/ledger-enterprise/acme-prod/settlement-bot/generation-1",
    ]) {
      journal(record("Sign", { keyId: name }));
      await expectClosed("retire", { drain: "was used since" });
    }
    journal(
      record("Sign", { keyId: kmsKeyArn(2) }),
      record("Sign", { keyId: "alias/ledger-enterprise/acme-prod/settlement-bot/generation-10" }),
    );
    await expectDone("retire");
  });

  it("reads the whole journal", async () => {
    let pages = 0;
    rotation.aws.answers["FilterLogEvents"] = ({ nextToken }) =>
      nextToken === undefined
        ? { events: [], nextToken: `page ${++pages}` }
        : { events: [record("GetSecretValue", { secretId: keyArn(1) })] };
    await expectClosed("retire", { drain: "was used since" });
  });

  it("is refused while the old user does something in the workspace, or something of it waits", async () => {
    const { requests } = rotation.lists;
    const now = new Date().toISOString();
    requests.push({ id: 7, approved_by: ids[1], created_by: 99, status: "APPROVED", created_on: now });
    await expectClosed("retire", { requests: '"settlement bot" approved request 7 since' });
    requests[0] = { id: 8, created_by: ids[1], status: "REJECTED", created_on: now };
    await expectClosed("retire", { requests: "created request 8 since" });
    requests[0] = { id: 9, created_by: ids[1], status: "PENDING_APPROVAL", created_on: "2020-01-01" };
    await expectClosed("retire", {
      requests: "has requests that still wait: 9; have them approved or rejected",
    });
  });

  it("is refused where the workspace does not say whose requests it lists", async () => {
    rotation.lists.requests.push({ id: 5, created_by: 77, isAlwaysListed: true });
    await expectClosed("retire", { requests: "lists requests of others too" });
    rotation.workspace.useOpaqueTokens();
    await expectClosed("retire", {
      requests: "not everybody sees all requests; ask with the credentials of",
    });
  });
});

describe("finish", () => {
  beforeEach(() => rotation.declare({ 1: "retired", 2: "current" }));

  it("takes the generation out, once its user is revoked", async () => {
    rotation.register(1, { status: "REVOKED" });
    rotation.register(2);
    const asSecond = rotation.workspace.env("settlement bot 2");
    const { code, stdout } = await rotation.rotate(["settlement bot", "finish", "--json"], asSecond);
    expect({ code, answer: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      answer: { ok: true, gates: [], generations: { 2: "current" } },
    });
    expect(rotation.yaml()).toContain("    generations: { 2: current }\n");
  });

  it.each([
    "ACTIVE",
    "ACCESS_SUSPENDED",
    "PENDING_REVOCATION",
    "ODD",
  ])("is refused while it is %s", async (status) => {
    rotation.register(1, { status });
    await expectClosed("finish", {
      revoked: `"settlement bot" is "${status}" in the workspace: its key still approves`,
    });
  });

  it("is refused where nobody in the workspace has that key", async () => {
    rotation.register(1, { publicKey: "" });
    await expectClosed("finish", { revoked: "lists no user with the public key of generation 1" });
  });
});
