/**
 * The invariants of the design, one by one. Each has a check that would find its breach. It is run on what is built, where it finds
 * none, and then with the protection taken away, where it must find one: how it is taken away stands in that test's name.
 *
 * Real Terraform runs show the same in test/e2e: onboarding (1, 2, 3), start (1, 7), faults and interruptions (4, 5).
 */
import { spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { auditPaths } from "../audit";
import { addVerify } from "../cli/commands/verify/command";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../constructs";
import { buildZip, codeSha256 } from "../functions/key-generator/build";
import { generateKeyPair } from "../keys";
import { environmentWithoutAws } from "../local-aws/emulator/environment";
import { ACTORS } from "./permissions/actors";
import { COMMERCIAL, type Custody, type Emitted, emit, type Policy } from "./permissions/emitted";
import { type Operation, SECRET, SIGNING_KEY } from "./permissions/operations";
import { mayDo } from "./permissions/simulate";
import { CustodyAccount, type Entry } from "./support/cli/custody-account";
import { Account, declaredAs } from "./support/generator-account";
import { PROJECT } from "./support/project";
import { synthesize, type Template } from "./support/synthesis";

jest.setTimeout(120_000);

const account = new Account();
const scratch = mkdtempSync(join(tmpdir(), "invariants-"));
beforeAll(() => account.open());
afterAll(async () => {
  await account.close();
  rmSync(scratch, { recursive: true });
});

/** The statement is taken out of a policy, as if it had never been written. */
function without(policy: Policy, sid: string): void {
  const index = policy.Statement.findIndex(({ Sid }) => Sid === sid);
  if (index < 0) throw new Error(`no statement ${sid}: has it another name now?`);
  policy.Statement.splice(index, 1);
}

/** Which rows of the matrix in docs/permissions.md may do something. */
async function whoMay(emitted: Emitted, operation: Operation | undefined): Promise<string[]> {
  const who: string[] = [];
  for (const [name, actor] of Object.entries(ACTORS))
    if (operation && (await mayDo(actor(emitted), operation(emitted)))) who.push(name);
  return who;
}

const emitted = (custody: Custody, removalProtection = true) =>
  emit({ custody, removalProtection, deployers: true, place: COMMERCIAL });

describe("1. The private key is nowhere but in its custody", () => {
  /** Private keys in what a generator leaves behind beside the secret: its log, its answer, the other calls that it makes. */
  async function leaks(name: string, changes = {}): Promise<number> {
    await account.deploy(name, changes);
    const bodies: string[] = [];
    const stop = account.aws.intercept((call, _forward, body) => {
      if (call.caller === name && call.action !== "PutSecretValue") bodies.push(String(body));
      return undefined;
    });
    const { answer } = await account.invoke(name, { secretArn: await account.emptySecret() });
    stop();
    const folder = mkdtempSync(join(scratch, "left-"));
    writeFileSync(
      join(folder, "left.txt"),
      [account.log(name), JSON.stringify(answer), ...bodies].join("\n"),
    );
    return (await auditPaths([folder])).leaks.length;
  }

  test("not in the generator's log, answer or other calls", async () => {
    expect(await leaks("quiet")).toBe(0);
  });

  test.each([
    [
      "logs the key that it made",
      { 'log2("key made", {': 'log2("key made", { key: pair.privateKeyPem.toString(),' },
    ],
    ["answers with it", { "return pair.publicKey;": "return encodePrivateKey(pair.privateKeyPem);" }],
  ])("is found broken by a generator that %s", async (what, changes) => {
    expect(await leaks(what.replaceAll(" ", "-"), changes)).toBeGreaterThan(0);
  });

  /** What in a stack would bring a private key into a plan or state: a key that Terraform makes, a value that it knows or reads. */
  const bringsKeys = (template: Template): string[] =>
    Object.keys({ ...template.json.resource, ...template.json.data }).filter((type) =>
      /^(tls_private_key|aws_secretsmanager_(secret_version|random_password)|random_)/.test(type),
    );

  test("not in what Terraform declares, makes or reads", () => {
    for (const custody of [KeyCustody.secretsManager(), KeyCustody.kms()])
      expect(bringsKeys(stackOf(custody))).toEqual([]);
  });

  test("is found broken by a secret version in the stack", () => {
    const template = stackOf(KeyCustody.secretsManager());
    template.json.resource.aws_secretsmanager_secret_version = { key: { secret_id: "x" } };
    expect(bringsKeys(template)).toEqual(["aws_secretsmanager_secret_version"]);
  });
});

/** A workspace and a user in one stack. */
function stackOf(custody: KeyCustody): Template {
  return synthesize((stack) => {
    const workspace = new LedgerWorkspace(stack, "Workspace", { name: "acme", account: "123456789012" });
    const role = ApiUserRole.OPERATOR;
    new ApiUser(stack, "Bot", { workspace, username: "bot", role, custody });
  });
}

describe("2. The lock is on the door before the key is in the room", () => {
  /** Why a key could be made before its secret is locked and its alerts are on. */
  function tooEarly({ json }: Template): string[] {
    const [invocation] = Object.values(json.resource.aws_lambda_invocation) as {
      input: string;
      depends_on: string[];
    }[];
    const secrets = Object.entries(json.resource.aws_secretsmanager_secret) as [
      string,
      { name: string; policy?: string },
    ][];
    const [name, secret] = secrets.find(([, each]) => each.name.endsWith("/private-key")) ?? [];
    const rules = Object.keys(json.resource.aws_cloudwatch_event_rule ?? {}).map(
      (each) => `aws_cloudwatch_event_rule.${each}`,
    );
    return [
      ...(secret?.policy?.includes("OnlySignersRead") ? [] : ["the secret is created without its policy"]),
      ...(invocation?.input.includes(`aws_secretsmanager_secret.${name}.arn`)
        ? []
        : ["the key may be made before the secret"]),
      ...(rules.length > 5 && rules.every((rule) => invocation?.depends_on.includes(rule))
        ? []
        : ["the key may be made before the alerts"]),
    ];
  }

  test("in what Terraform is given: policy with the secret, then alerts, then the key", () => {
    expect(tooEarly(stackOf(KeyCustody.secretsManager()))).toEqual([]);
  });

  test("is found broken by a policy of its own resource, and by an invocation that waits for nothing", () => {
    const template = stackOf(KeyCustody.secretsManager());
    for (const secret of template.all("aws_secretsmanager_secret")) delete secret.policy;
    for (const invocation of template.all("aws_lambda_invocation")) invocation.depends_on = [];
    expect(tooEarly(template)).toHaveLength(2);
  });

  /** Whether a key is made while an alert rule is off. */
  async function madeUnwatched(name: string, changes = {}): Promise<boolean> {
    await account.deploy(name, changes);
    const secretArn = await account.emptySecret();
    const rule = `ledger-enterprise.acme.${name}`;
    await account.putRule(rule, "DISABLED");
    await account.invoke(name, { secretArn, alertRules: declaredAs(rule) });
    return (await account.labelsOf(secretArn)).length > 0;
  }

  test("by the generator, which looks for itself", async () => {
    expect(await madeUnwatched("watched")).toBe(false);
  });

  test("is found broken by a generator that does not look", async () => {
    expect(
      await madeUnwatched("unwatched", { "() => requireAlerts(eventBridge, sns, alerts)": "async () => {}" }),
    ).toBe(true);
  });
});

describe("3. The generator writes and cannot read. Nor can deployers, custodians or account administrators: only signers", () => {
  const others = (who: readonly string[]) => who.filter((name) => !name.startsWith("signer"));

  test.each(["secrets-manager", "imported"] as const)("of custody %s", async (custody) => {
    const who = await whoMay(emitted(custody), SECRET["read key"]);
    expect(who.length).toBeGreaterThan(0);
    expect(others(who)).toEqual([]);
  });

  test("of custody kms, who signs", async () => {
    expect(others(await whoMay(emitted("kms"), SIGNING_KEY["sign"]))).toEqual([]);
  });

  test.each([
    ["secrets-manager", "OnlySignersRead", SECRET["read key"]],
    ["imported", "OnlySignersRead", SECRET["read key"]],
  ] as const)("is found broken without the statement: %s, %s", async (custody, sid, operation) => {
    const broken = emitted(custody);
    without(broken.keyPolicy, sid);
    expect(others(await whoMay(broken, operation))).toEqual(
      expect.arrayContaining([
        "administrator of the account, a role",
        "deployer that is an administrator",
        "custodian that is an administrator",
        "generator whose role was widened to an administrator's",
      ]),
    );
  });

  test("is found broken by a KMS key whose policy lets the account sign", async () => {
    const broken = emitted("kms");
    without(broken.keyPolicy, "OnlySignersSign");
    for (const { Sid, Action } of broken.keyPolicy.Statement)
      if (Sid === "AccountSees") (Action as string[]).push("kms:Sign");
    expect(others(await whoMay(broken, SIGNING_KEY["sign"]))).not.toEqual([]);
  });
});

describe("4. A generation is generated once", () => {
  /** How many versions two invocations make that meet at PutSecretValue, and whether they answer the same. */
  async function race(name: string, changes = {}): Promise<{ versions: number; answers: number }> {
    await account.deploy(name, changes);
    const secretArn = await account.emptySecret();
    let arrived = 0;
    let open = () => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const stop = account.aws.intercept(async (call) => {
      if (call.caller !== name || call.action !== "PutSecretValue") return undefined;
      if (++arrived >= 2) open();
      await both;
      return undefined;
    });
    const event = { secretArn };
    const answers = await Promise.all([account.invoke(name, event), account.invoke(name, event)]);
    stop();
    const versions = (await account.labelsOf(secretArn)).length;
    return { versions, answers: new Set(answers.map(({ answer }) => JSON.stringify(answer))).size };
  }

  test("though two invocations put a key at the same moment", async () => {
    expect(await race("one-token")).toEqual({ versions: 1, answers: 1 });
  });

  test("is found broken by a token that does not follow from the secret", async () => {
    const changes = {
      "ClientRequestToken: versionIdOf(secretArn)": 'ClientRequestToken: require("node:crypto").randomUUID()',
    };
    expect(await race("any-token", changes)).toEqual({ versions: 2, answers: 2 });
  });

  /** Whether a key is made beside another one. */
  async function madeBeside(name: string, changes = {}): Promise<boolean> {
    await account.deploy(name, changes);
    const secretArn = await account.emptySecret();
    await account.putVersion(secretArn, ["generation-2", `public-key-04${"ab".repeat(64)}`]);
    await account.invoke(name, { secretArn });
    return (await account.labelsOf(secretArn)).length > 1;
  }

  test("and none beside another one", async () => {
    expect(await madeBeside("alone")).toBe(false);
    expect(await madeBeside("beside", { "foreign === void 0 && other === void 0": "true" })).toBe(true);
  });
});

describe("5. Losing something takes two reviewed steps", () => {
  const LOSSES = ["delete", "delete, 7 days", "delete at once", "delete policy"];
  const KMS_LOSSES = ["delete", "delete, 7 days", "disable"];
  const loseAlias: Operation = ({ keyArn, keyPolicy }) => [
    { action: "kms:DeleteAlias", resource: keyArn, policy: keyPolicy },
  ];

  test("while it is protected nobody deletes it, its lock or its KMS key", async () => {
    for (const loss of LOSSES) expect(await whoMay(emitted("secrets-manager"), SECRET[loss])).toEqual([]);
    for (const loss of KMS_LOSSES) expect(await whoMay(emitted("kms"), SIGNING_KEY[loss])).toEqual([]);
    expect(await whoMay(emitted("kms"), loseAlias)).toEqual([]);
  });

  test("and once it is not, nobody without the full recovery window", async () => {
    for (const loss of ["delete, 7 days", "delete at once"])
      expect(await whoMay(emitted("secrets-manager", false), SECRET[loss])).toEqual([]);
    expect(await whoMay(emitted("kms", false), SIGNING_KEY["delete, 7 days"])).toEqual([]);
  });

  test.each([
    ["secrets-manager", true, "NobodyDeletes", SECRET["delete at once"]],
    ["secrets-manager", false, "NobodyDeletesAtOnce", SECRET["delete at once"]],
    ["secrets-manager", false, "NobodyShortensTheRecoveryWindow", SECRET["delete, 7 days"]],
    ["secrets-manager", true, "NobodyUpdatesRotatesReplicatesOrUnlocks", SECRET["delete policy"]],
    ["kms", true, "NobodyDeletes", SIGNING_KEY["delete"]],
    ["kms", true, "NobodyDeletes", loseAlias],
    ["kms", false, "NobodyShortensTheWaitingPeriod", SIGNING_KEY["delete, 7 days"]],
  ] as const)("is found broken without the statement: %s, protected %s, %s", async (custody, protection, sid, loss) => {
    const broken = emitted(custody, protection);
    without(broken.keyPolicy, sid);
    expect(await whoMay(broken, loss)).toContain("deployer that is an administrator");
  });
});

describe("6. Same input, same bytes; and synthesis touches no network", () => {
  /** Loaded before everything else, it writes down each host that is asked for. */
  const guard = join(scratch, "guard.cjs");
  const asked = join(scratch, "asked");
  beforeAll(() => {
    const log = `require("node:fs").appendFileSync(${JSON.stringify(asked)}, host + "\\n")`;
    writeFileSync(
      guard,
      `const net = require("node:net"), dns = require("node:dns");
      const note = (host) => ${log};
      const { connect } = net.Socket.prototype;
      net.Socket.prototype.connect = function (...args) {
        const to = [args].flat(2)[0];
        if (typeof to === "number" || to?.port) note(String(to?.host ?? args[1] ?? "localhost"));
        return connect.apply(this, args);
      };
      for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
        const own = dns[name];
        dns[name] = (host, ...rest) => (note(host), own(host, ...rest));
      }`,
    );
  });

  const node = (args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = PROJECT) => {
    writeFileSync(asked, "");
    const options = {
      cwd,
      env: { ...environmentWithoutAws(), ...env },
      encoding: "utf8",
    } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", guard, ...args], options);
    return { status, stdout, stderr, hosts: readFileSync(asked, "utf8") };
  };

  const filesOf = (folder: string) =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "base64")]);

  test("in another folder and time zone, without asking for a host", () => {
    symlinkSync(join(PROJECT, "node_modules"), join(scratch, "node_modules"));
    const main = ["--import", "tsx", join(PROJECT, "main.ts")];
    const places = [
      { cwd: PROJECT, TZ: "Pacific/Kiritimati" },
      { cwd: scratch, TZ: "America/Los_Angeles" },
    ].map(({ cwd, TZ }) => {
      const out = mkdtempSync(join(scratch, "out-"));
      const env = { TZ, CDKTF_OUTDIR: out, LEDGER_API_USERS: join(PROJECT, "api-users") };
      expect(node(main, env, cwd)).toMatchObject({ status: 0, hosts: "" });
      return filesOf(out);
    });
    expect(places[0]?.length).toBeGreaterThan(3);
    expect(places[1]).toEqual(places[0]);
  });

  test("is found broken by a stack without a backend of ours, into which cdktf writes this machine's path", () => {
    const places = [PROJECT, scratch].map((cwd) => {
      process.chdir(cwd);
      const outdir = mkdtempSync(join(scratch, "out-"));
      const app = new App({ outdir });
      new TerraformStack(app, "plain");
      app.synth();
      return filesOf(outdir);
    });
    process.chdir(PROJECT);
    expect(places[1]).not.toEqual(places[0]);
  });

  test("is found broken by a program that asks for a host", () => {
    expect(node(["-e", 'fetch("http://127.0.0.1:49999").catch(() => {})']).hosts).toContain("127.0.0.1");
    expect(
      node(["-e", 'require("node:http").get("http://ledger.invalid").on("error", () => {})']).hosts,
    ).toContain("ledger.invalid");
  });

  /** The hash of the function's code that AWS shows and a plan has. Changed with the function, in the same commit. */
  const CODE_SHA256 = "4ZB2wERP8w2fLpo6bmqN0eYsR0+kLvJJqrl/hDjxsPo=";

  test("the function's zip is the one that is pinned here, in any time zone", () => {
    expect(codeSha256(buildZip())).toBe(CODE_SHA256);
    const elsewhere =
      'import("./functions/key-generator/build.ts").then(({ default: b }) => console.log(b.codeSha256(b.buildZip())))';
    const { stdout, stderr } = node(["--import", "tsx", "-e", elsewhere], { TZ: "Pacific/Kiritimati" });
    expect(stdout.trim() || stderr).toBe(CODE_SHA256);
  });
});

describe("7. What a person registers can be checked", () => {
  let custody: CustodyAccount;
  beforeAll(async () => {
    custody = await CustodyAccount.start();
  });
  afterAll(() => custody.stop());

  /** The exit code of `verify`, with the registration of a user whose entry somebody may have changed. */
  const verified = async (entry: Entry, ...more: string[]) =>
    (await custody.run(addVerify, ["verify", "--registration", custody.registrationOf(entry), ...more])).code;

  test("by the metadata of what is in custody, by anyone; and by a signature, by a signer", async () => {
    for (const entry of [await custody.secretUser("bot"), await custody.kmsUser("sweep")]) {
      expect(await verified(entry)).toBe(0);
      expect(await verified(entry, "--proof")).toBe(0);
    }
  });

  test("is found broken by a public key that was swapped in the registration", async () => {
    const { publicKey } = generateKeyPair();
    for (const entry of [await custody.secretUser("bot2"), await custody.kmsUser("sweep2")])
      expect(await verified({ ...entry, publicKey })).toBe(1);
  });

  test("is found broken, by its signature only, by a label that was swapped together with it", async () => {
    const { publicKey: label } = generateKeyPair();
    const entry = { ...(await custody.emptySecretUser("bot3", "secrets-manager", label)) };
    await custody.putKey(entry.keyArn, 1, { label });
    expect(await verified(entry)).toBe(0);
    expect(await verified(entry, "--proof")).toBe(1);
  });
});
