import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprint, formatFingerprint } from "../../../../keys";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { proofsOf, registrationOf, type Sample, sample } from "../../../support/page-users";

jest.setTimeout(60_000);

const operator = sample("settlement bot");
const administrator = sample("account opener", { role: "administrator" });
const samples = [operator, administrator];

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "registration-"));
  writeFileSync(file("proofs.json"), proofsOf(samples));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (users: readonly Sample[], ...args: string[]) =>
  ledgerApiUser(["registration", ...args], registrationOf(users));
const groupsOf = ({ entry }: Sample) => formatFingerprint(fingerprint(entry.publicKey));
const lines = (text: string) => text.split("\n").map((line) => line.trim());

describe("the card of an operator", () => {
  test("says where to click, what to enter and to compare, who approves, by when, and what comes next", async () => {
    const { code, stdout, stderr } = await run([operator]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { publicKey } = operator.entry;
    for (const said of [
      '2 Navigate to the "Users" section and click "Invite User".',
      '3 Select "Operator - Via Self Managed Key Pair".',
      "settlement bot",
      publicKey,
      groupsOf(operator),
      `7 Look at what you have entered: the public key begins with ${publicKey.slice(0, 10)} and ends with ${publicKey.slice(-10)}.`,
      "8 Confirm and seek approval from other Admins. Give them this card: each compares the same.",
      "[ ] Add settlement bot to the user group Treasury Operations.",
      "[ ] Add settlement bot to the account rules of EUR settlement.",
    ])
      expect(lines(stdout)).toContain(said);
    expect(stdout).toMatch(/Who must approve: other Admins .* By when: .* 7 days/);
    expect(stdout).toContain('click "Generate API Access" next to settlement bot. This action is one-time');
    expect(stdout).not.toContain("Admin rule");
  });

  test("with no rule says to ask, and not to assign any", async () => {
    const { stdout } = await run([sample("idle bot", { groups: [], accountRules: [] })]);
    expect(stdout).toContain("No group or account rule is declared for it. Ask");
  });

  test("whose imported key is awaited says to wait", async () => {
    const { stdout } = await run([sample("vault bot", { custody: "imported", keyStatus: "awaiting key" })]);
    expect(stdout).toMatch(/! Wait: .*not in custody yet/);
    expect(stdout).toContain("Key Pair, declared");
  });
});

test("a pending key has a card of its own, under its own name; one that is previous or retired has none", async () => {
  const other = sample("other").entry;
  const { publicKey, keyArn } = operator.entry as unknown as Record<string, string>;
  const generations = {
    1: {
      stage: "previous",
      registeredAs: "settlement bot 0",
      publicKey: administrator.entry.publicKey,
      keyArn,
    },
    2: { stage: "current", registeredAs: "settlement bot", publicKey, keyArn },
    3: { stage: "pending", registeredAs: "settlement bot 3", publicKey: other.publicKey, keyArn },
  };
  const rotating = { ...operator, entry: { ...operator.entry, generation: 2, generations } };
  const { stdout } = await run([rotating as Sample], "--format", "json");
  expect(
    JSON.parse(stdout).users.map((each: Record<string, unknown>) => [
      each["username"],
      each["generation"],
      each["publicKey"],
    ]),
  ).toEqual([
    ["settlement bot", 2, publicKey],
    ["settlement bot 3", 3, other.publicKey],
  ]);
});

test("the card of an administrator says that it only reads until it is in a rule, and what it can then request", async () => {
  const { stdout } = await run([administrator]);
  for (const said of [
    '3 Select "API Administrator - Via Self Managed Key Pair".',
    "Until it is added to an API Admin rule, this API Administrator can only make read-only requests.",
    '1 Go to "Settings" > "Admin rules".',
    "[ ] Edit the rule Create client accounts to add account opener to it.",
  ])
    expect(lines(stdout)).toContain(said);
  expect(stdout).toContain('reviewed by members of the "Master Administration Rule"');
  expect(stdout).toContain(
    '"Create account with policy", and "Approve a request to create an account with policy"',
  );
  expect(stdout).toContain('It can never be a member of the "Master Administration Rule" itself.');
});

describe("the input", () => {
  test("may be terraform output -json on standard input, or a file, and --user chooses", async () => {
    const value = { "settlement bot": operator.entry, "account opener": administrator.entry };
    const output = JSON.stringify({ registration: { sensitive: false, type: "map", value } });
    writeFileSync(file("output.json"), output);
    const [piped, named] = await Promise.all([
      ledgerApiUser(["registration"], output),
      ledgerApiUser(["registration", "--registration", file("output.json"), "--user", "account opener"]),
    ]);
    expect(piped).toMatchObject({ code: 0, stdout: expect.stringContaining("acme-prod/settlement bot") });
    expect(named.stdout).toContain("account opener");
    expect(named.stdout).not.toContain("settlement bot");
  });

  test.each([
    [["--user", "settlment bot"], "did you mean"],
    [["--proofs", "-"], "cannot both come from standard input"],
    [["--proofs", "/nowhere/proofs.json"], "there is no such file"],
    [["--format", "pdf"], "terminal, markdown, json, html"],
  ])("%j is refused in one line", async (args, said) => {
    const { code, stdout, stderr } = await run(samples, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each([
    "[]",
    "{}",
    "nonsense",
    '{"users":[{}]}',
    '{"users":[{"username":"a","state":"ok","proof":{}}]}',
  ])("proofs that are %s are refused", async (text) => {
    writeFileSync(file("bad.json"), text);
    const { code, stderr } = await run(samples, "--proofs", file("bad.json"));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("verify --proof --json") });
  });
});

describe("proofs", () => {
  test("that hold are said so; a user without one is said so too", async () => {
    const proved = await run(samples, "--proofs", file("proofs.json"));
    expect(proved).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("The private key in custody signed"),
    });
    expect(proved.stdout).not.toContain("There is no proof");
    expect((await run(samples)).stdout).toContain("There is no proof");
  });

  test("that were swapped withhold both keys, and the exit code is 1", async () => {
    const swapped = samples.map(({ entry }, index) => ({
      entry,
      proof: (samples[1 - index] as Sample).proof,
    }));
    writeFileSync(file("swapped.json"), proofsOf(swapped));
    for (const format of ["terminal", "markdown"]) {
      const { code, stdout, stderr } = await run(
        samples,
        "--proofs",
        file("swapped.json"),
        "--format",
        format,
      );
      expect(code).toBe(1);
      expect(stderr.trim().split("\n")).toHaveLength(2);
      expect(stderr).toContain("The proof of possession is for another public key");
      for (const { entry } of samples) expect(stdout).not.toContain(entry.publicKey);
    }
  });

  test("of a user that verify did not find ok keep it from being registered", async () => {
    const [first, second] = JSON.parse(proofsOf(samples)).users;
    const users = [{ ...first, state: "mismatch", problem: "they were swapped", proof: undefined }, second];
    writeFileSync(file("mismatch.json"), JSON.stringify({ users }));
    const { code, stdout } = await run(samples, "--proofs", file("mismatch.json"));
    expect(code).toBe(1);
    expect(stdout).toContain("DO NOT REGISTER THIS USER");
    expect(stdout).toContain("cdktf-ledger-api-user verify says: mismatch: they were swapped");
    expect(stdout).toContain(administrator.entry.publicKey);
  });
});

describe("the formats", () => {
  test("have one page code for the same users, in any order, and another when anything is", async () => {
    const codeOf = (text: string) =>
      /(?:[0-9a-f]{4} ){7}[0-9a-f]{4}/.exec(text.slice(text.search(/Page code|pageCode/)))?.[0];
    const renamed = [
      { ...operator, entry: { ...operator.entry, username: "settlement b0t" } },
      administrator,
    ];
    const [terminal, markdown, json, reversed, changed] = await Promise.all([
      run(samples),
      run(samples, "--format", "markdown"),
      run(samples, "--format", "json"),
      run([administrator, operator]),
      run(renamed),
    ]);
    const code = codeOf(terminal.stdout);
    expect(code).toBeDefined();
    for (const { stdout } of [markdown, json, reversed]) expect(codeOf(stdout)).toBe(code);
    expect(codeOf(changed.stdout)).not.toBe(code);
  });

  test("json has all of it for programs", async () => {
    const answer = JSON.parse(
      (await run(samples, "--format", "json", "--proofs", file("proofs.json"))).stdout,
    );
    expect(answer.users[0]).toMatchObject({
      username: "settlement bot",
      uiLabel: "Operator - Via Self Managed Key Pair",
      publicKey: operator.entry.publicKey,
      fingerprintGroups: groupsOf(operator).split(" "),
      stage: "key ready",
      state: "proved",
      proof: operator.proof,
    });
    expect(answer.users[0].sections.map(({ title }: { title: string }) => title)).toHaveLength(3);
  });

  test("html is written to a new file, and never over one that is there", async () => {
    const page = file("page.html");
    expect(await run(samples, "--format", "html", "--out", page)).toMatchObject({ code: 0, stdout: "" });
    const html = readFileSync(page, "utf8");
    expect(html).toContain(operator.entry.publicKey);
    expect(html).toBe((await run(samples, "--format", "html")).stdout);
    expect(await run(samples, "--out", page)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("exists"),
    });
    expect(readFileSync(page, "utf8")).toBe(html);
  });
});

describe("texts of the registration", () => {
  const nasty =
    "\u001b[31mred\r\nforged: line `code` **bold** [link](https://evil.example) <img src=x onerror=alert(1)> </script> \u202e @all";
  const users = [sample("a_b*c`d|<b>", { groups: [nasty], accountRules: [nasty] })];

  test("move no cursor and forge no line on a terminal", async () => {
    const { stdout } = await run(users);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/);
    expect(stdout).not.toMatch(/^forged/m);
  });

  test("are no markup in Markdown", async () => {
    const { stdout } = await run(users, "--format", "markdown");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\u001b\r\u202e]/);
    expect(stdout).toContain("## acme\\-prod\\/a\\_b\\*c\\`d\\|\\<b\\>".replace(/\\-/g, "-"));
    const outsideCode = stdout.replace(/(`+)[^\n]*?[^`]\1(?!`)/g, "").replace(/^ {7}.*$/gm, "");
    expect(outsideCode).not.toMatch(/<img|\[link\]|@all/);
  });

  test("are no markup in the page", async () => {
    const { stdout } = await run(users, "--format", "html");
    expect(stdout).not.toContain("<img");
    expect(stdout.match(/<\/script>/g)).toHaveLength(2);
  });
});

describe("cards of npm start", () => {
  const practice = sample("trial bot", { practice: true });

  test.each([
    [
      "terminal",
      /^\n████ .*\nPRACTICE: These keys are in the AWS that npm start runs.*\nPRACTICE\nacme-prod\/trial bot\n/s,
    ],
    ["markdown", /^# PRACTICE\n\n\*\*These keys.*\n## PRACTICE: acme-prod\\\/trial bot\n/s],
    ["json", /"practice": true/],
  ])("say PRACTICE first: %s", async (format, said) => {
    const { code, stdout } = await run([practice], "--format", format);
    expect(code).toBe(0);
    expect(stdout).toMatch(said);
  });

  test("beside others mark only their own; without any, nothing says practice", async () => {
    const { stdout } = await run([practice, operator], "--format", "markdown");
    expect(stdout.match(/^## .*/gm)).toEqual([
      "## PRACTICE: acme-prod\\/trial bot",
      "## acme-prod\\/settlement bot",
    ]);
    for (const format of ["terminal", "markdown", "json"])
      expect((await run(samples, "--format", format)).stdout.toLowerCase()).not.toContain("practice");
  });
});
