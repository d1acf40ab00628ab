/** A user of each custody moves from one file to another and back, declared and undeclared, and keeps its key whatever breaks off. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Break, breakOff } from "../support/e2e/breaking-off";
import { IS_SOAK, LETS_GO, TAKES_OVER } from "../support/e2e/breaks";
import { denials } from "../support/e2e/denials";
import { Tampering } from "../support/e2e/tampering";
import { NEW, OLD, TwoFiles, WHO } from "../support/e2e/two-files";

jest.setTimeout(IS_SOAK ? 3_600_000 : 900_000);

const deployment = new TwoFiles();
const came = process.cwd();

beforeAll(async () => {
  await deployment.start();
  await deployment.settle();
});
afterAll(async () => {
  process.chdir(came);
  await deployment.end();
});

/** Each key of a stack signs, and its public key verifies that. */
async function expectProofs(registration: string): Promise<void> {
  const args = ["verify", "--proof", "--registration", registration];
  expect(await deployment.command(args)).toMatchObject({ code: 0, stderr: "" });
}

interface Found {
  readonly kind: string;
  readonly text: string;
  readonly fact: { readonly fact: string };
}

/** What a stack's state has of resources, by their types. */
function managedIn(stack: string): string[] {
  const state = readFileSync(join(deployment.stack(stack), "terraform.tfstate"), "utf8");
  const { resources } = JSON.parse(state) as { resources: { mode: string; type: string }[] };
  return resources.filter(({ mode }) => mode === "managed").map(({ type }) => type);
}

/** What changed something in AWS, or would have, since so many calls. */
const writesSince = (calls: number) =>
  deployment.aws
    .calls()
    .slice(calls)
    .filter(({ action }) => !/^(Get|Describe|List)/.test(action));

/** What Terraform says of an apply or a plan that fails, in one line. */
const failure = (stack: string, ...args: string[]) =>
  deployment.run(stack, ...args).then(
    () => "",
    (error: Error) => error.message.replace(/[\s│]+/g, " "),
  );

/** The files say that all users move from the one to the other. */
const declareMove = (from: "old" | "new") =>
  from === "old"
    ? deployment.declare({ old: deployment.movedTo("new"), new: deployment.entries(", movedFrom: old") })
    : deployment.declare({ new: deployment.movedTo("old"), old: deployment.entries(", movedFrom: new") });

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@acme.example", ...args]);

/** Commits the YAML as it is. */
function commit(): void {
  git("add", "api-users");
  git("commit", "--quiet", "--message=c");
}

/** What `affected` has people write, when it compares the YAML with the last commit and says no. */
async function linesToWrite(): Promise<string[]> {
  const { code, stdout } = await deployment.command(["affected", "--base", "HEAD", "--json"]);
  expect(code).toBe(1);
  return (JSON.parse(stdout) as { problems: { fix: string }[] }).problems.map(({ fix }) => fix);
}

/** For each user, those that declare a move. */
const linesFor = (from: string, to: string) =>
  Object.keys(deployment.entriesByName).map((name) =>
    expect.stringContaining(
      `movedFrom: ${from} here, and in place of it { username: ${JSON.stringify(name)}, movedTo: ${to} }`,
    ),
  );

const sorted = (keys: readonly string[][]) => [...keys].sort(([a = ""], [b = ""]) => a.localeCompare(b));

test("a user of each custody moves there and back, in either order of the stacks, and keeps its key", async () => {
  const before = await deployment.keysIn(OLD);
  expect(before).toHaveLength(3);

  declareMove("old");
  const review = await deployment.review(NEW, OLD);
  const findings = (JSON.parse(review.stdout) as { plans: { findings: Found[] }[] }).plans.flatMap(
    (each) => each.findings,
  );
  expect(findings.filter(({ kind }) => kind === "weakened" || kind === "destroy")).toEqual([]);
  expect(review.code).toBe(0);
  // The rules that watch the KMS key go from one stack to the other.
  expect(findings.filter(({ fact }) => fact.fact === "watched elsewhere")).toHaveLength(3);
  expect(findings.filter(({ fact }) => fact.fact === "moved")).toHaveLength(6);
  expect(review.stdout).not.toMatch(/revoke|is \*\*added|key is generated/);
  for (const stack of [NEW, OLD]) await deployment.apply(stack);
  expect(await deployment.keysIn(NEW)).toEqual(before);
  expect(await deployment.keysIn(OLD)).toEqual([]);

  // Back again, the other way round, with one who was never there: the same YAML makes it.
  deployment.entriesByName["fresh"] = WHO;
  declareMove("new");
  for (const stack of [NEW, OLD]) await deployment.apply(stack);
  const after = await deployment.keysIn(OLD);
  expect(after.filter(([name]) => name !== "fresh")).toEqual(before);
  expect(after).toHaveLength(4);
  expect(await deployment.keysIn(NEW)).toEqual([]);
  await expectProofs(await deployment.registrationFile(OLD));

  // Both lines may go.
  deployment.declare({ new: "", old: deployment.entries() });
  for (const stack of [NEW, OLD]) expect(await deployment.plan(stack)).toEqual({});
});

test("without the lines, affected and review say no, and an apply makes nothing and harms no key", async () => {
  const [before, registered] = [await deployment.keysIn(OLD), await deployment.registrationFile(OLD)];
  process.chdir(deployment.directory);
  git("init", "--quiet");
  commit();
  deployment.declare({ old: "", new: deployment.entries() });
  expect(await linesToWrite()).toEqual(linesFor("old", "new"));
  const review = await deployment.review(NEW, OLD);
  expect(review.code).toBe(1);
  expect(JSON.parse(review.stdout).plans[1].findings).toContainEqual(
    expect.objectContaining({ kind: "destroy" }),
  );

  const calls = deployment.aws.calls().length;
  const said = await failure(NEW, "apply", "plan");
  for (const name of ["made", "in-kms", "imported", "fresh"])
    expect(said).toContain(`ledger-enterprise/acme/${name}/generation-1/credentials already exists`);
  expect(writesSince(calls).map(({ action, status }) => [action, status])).toEqual(
    Array.from({ length: 4 }, () => ["CreateSecret", 400]),
  );
  expect(managedIn(NEW)).toEqual([]);

  const stop = deployment.aws.intercept(denials(deployment.settings()));
  expect(await failure(OLD, "apply", "plan").finally(stop)).toContain("explicit deny");
  await expectProofs(registered);

  // Put back, the users are where they were, and the rules that watched the KMS key are there again.
  deployment.declare({ old: deployment.entries(), new: "" });
  await deployment.apply(OLD);
  expect(sorted(await deployment.keysIn(OLD))).toEqual(sorted(before));
});

/** Applies a stack, and has that break off in the next ways. In a soak, a way that changed something is the last before the same command completes. */
async function applyBrokenOff(stack: string, ways: Break[]): Promise<void> {
  for (let way = ways.shift(); way; way = ways.shift()) {
    const { struck, done, untouched, said } = await breakOff(deployment, stack, way);
    expect({ way, struck, said: struck || said }).toEqual({ way, struck: true, said: true });
    if (done || (IS_SOAK && !untouched)) return;
  }
}

/** Where the users are, after what came before. */
let home: "old" | "new" = "old";

test("a move that breaks off is completed by the same command, whatever it broke off at", async () => {
  const registered = Object.fromEntries(
    (await deployment.keysIn(OLD)).map(([name, ...rest]) => [name, rest]),
  );
  const [takes, letsGo] = [[...TAKES_OVER], [...LETS_GO]];
  const calls = deployment.aws.calls().length;
  for (let move = 0; takes.length + letsGo.length > 0; move++) {
    declareMove(home);
    const [from, to] = home === "old" ? [OLD, NEW] : [NEW, OLD];
    for (const stack of move % 4 < 2 ? [to, from] : [from, to]) {
      await applyBrokenOff(stack, stack === to ? takes : letsGo);
      await deployment.apply(stack);
    }
    home = home === "old" ? "new" : "old";
    const keys = await deployment.keysIn(to);
    expect(Object.fromEntries(keys.map(([name, ...rest]) => [name, rest]))).toEqual(registered);
    expect(await deployment.keysIn(from)).toEqual([]);
    expect(managedIn(from)).toEqual([]);
    // The other has nothing in its state, and declares nothing.
    for (const stack of IS_SOAK ? [to, from] : [to]) expect(await deployment.plan(stack)).toEqual({});
  }
  // The rules that watch a KMS key are the stack's: nothing else was written, and nothing of a user.
  expect(new Set(writesSince(calls).map(({ action }) => action))).toEqual(
    new Set(["Invoke", "PutRule", "PutTargets", "RemoveTargets", "DeleteRule"]),
  );
  await expectProofs(await deployment.registrationFile(home === "old" ? OLD : NEW));
});

/** What a plan changes. What a `check` block looks up is looked up again by each apply. */
const changesOf = async (stack: string) =>
  Object.keys(await deployment.plan(stack)).filter((address) => !address.startsWith("data."));

describe("a user who was tampered with", () => {
  let from: string;
  let to: string;
  let before: string[][];
  let tampering: Tampering;

  beforeAll(async () => {
    [from, to] = home === "old" ? [OLD, NEW] : [NEW, OLD];
    before = await deployment.keysIn(from);
    const kept = before.find(([name]) => name === "in kms");
    deployment.entriesByName["in kms"] = `${WHO}, custody: kms, publicKey: "${kept?.[1]}"`;
    tampering = new Tampering(deployment, "acme");
    declareMove(home);
  });
  afterEach(() => tampering.undo());
  afterAll(() => tampering?.end());

  test.each([
    "first",
    "second",
  ] as const)("is not taken over: the plan says what is wrong (%s)", async (part) => {
    const sentences = await tampering.tamper(part);
    const calls = deployment.aws.calls().length;
    const said = await failure(to, "plan");
    for (const [where, sentence] of sentences)
      expect(said).toMatch(new RegExp(`in \\S*${where}\\S*\\.lifecycle\\.postcondition[^]*?${sentence}`));
    expect(said.match(/Error: /g)).toHaveLength(sentences.length);
    expect(writesSince(calls)).toEqual([]);
    expect(managedIn(to)).toEqual([]);
  });

  test("can still stay where it is", async () => {
    const [old, fresh] = home === "old" ? [deployment.entries(), ""] : ["", deployment.entries()];
    deployment.declare({ old, new: fresh });
    for (const stack of [from, to]) expect(await changesOf(stack)).toEqual([]);
  });

  test("is imported although the generator answers with another key, and goes on once that is asked again", async () => {
    declareMove(home);
    const other = { publicKey: deployment.brought.publicKey };
    const stop = deployment.aws.intercept(({ action }, _forward, body) =>
      action === "Invoke" && String(body).includes("/made/")
        ? { status: 200, headers: { "x-amz-executed-version": "1" }, body: other }
        : undefined,
    );
    const sentence = "The key generator answered with another public key than the one in the label";
    expect(await failure(to, "apply", "-auto-approve").finally(stop)).toContain(sentence);
    expect((await deployment.keysIn(to)).map(([name]) => name)).not.toContain("made");
    expect(managedIn(to)).toContain("aws_secretsmanager_secret");
    const said = await failure(to, "plan");
    expect(said).toContain(sentence);
    const [, address] = /in resource\.(aws_lambda_invocation\.\S+?)\.lifecycle/.exec(said) ?? [];
    await deployment.run(to, "apply", "-auto-approve", `-replace=${address}`);
    expect(sorted(await deployment.keysIn(to))).toEqual(sorted(before));
  });

  test("goes back by the opposite move, which affected asks for in place of a revert", async () => {
    commit(); // the move, of which one side is applied
    const other = home === "old" ? "new" : "old";
    deployment.declare(
      home === "old" ? { old: deployment.entries(), new: "" } : { old: "", new: deployment.entries() },
    );
    expect(await linesToWrite()).toEqual(linesFor(other, home));
    declareMove(other);
    for (const stack of [to, from]) await deployment.apply(stack);
    expect(sorted(await deployment.keysIn(from))).toEqual(sorted(before));
    expect(await deployment.keysIn(to)).toEqual([]);
    expect(managedIn(to)).toEqual([]);
    expect(await changesOf(from)).toEqual([]);
    await expectProofs(await deployment.registrationFile(from));
  });
});
