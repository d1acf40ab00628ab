import { chmodSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateKeyPair } from "../../../../keys";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { WORKSPACE, writeFleet } from "../../../support/temporary-fleet";

/** A fleet of one file, and `rotate` on it. */
function fleet(users: string, more: Record<string, string> = {}) {
  const directory = writeFleet({
    "acme/workspace.yaml": `${WORKSPACE}custodians: [arn:aws:iam::123456789012:role/custody-admin]\n`,
    "acme/treasury.yaml": users,
    ...more,
  });
  const file = join(directory, "acme/treasury.yaml");
  const rotate = (...args: string[]) => ledgerApiUser(["rotate", ...args, "--users", directory]);
  return { directory, file, rotate, text: () => readFileSync(file, "utf8") };
}

const SIGNERS = "    signers: [arn:aws:iam::123456789012:role/settlement]\n";
const bot = (more = "") =>
  `users:\n  - username: settlement bot # it settles\n    role: operator\n${more}${SIGNERS}`;
const generations = (text: string) => `    generations: { ${text} }\n`;

it("starts with a pending generation, and says what comes next", async () => {
  const { file, rotate, text } = fleet(bot());
  chmodSync(file, 0o640);
  const { code, stdout, stderr } = await rotate("settlement bot", "start");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(text()).toBe(bot(generations("1: current, 2: pending")));
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(stdout).toContain(
    `generations of "acme-treasury/settlement bot" are { 1: current, 2: pending } now\n`,
  );
  expect(stdout).toContain("The pull request makes the key of generation 2; the current key stays in use.\n");
  expect(stdout).toContain('3. An admin registers "settlement bot 2" with its public key');
  expect(stdout).toContain(
    "npx cdktf-ledger-api-user credentials put 'acme-treasury/settlement bot' --generation 2 --registration registration.json\n",
  );
  expect(readdirSync(dirname(file)).sort()).toEqual(["treasury.yaml", "workspace.yaml"]);
});

it("registers the next key under another name, and answers in JSON", async () => {
  const { rotate, text } = fleet(bot());
  const { stdout } = await rotate("Settlement  Bot", "start", "--registered-as", "Bot: B", "--json");
  expect(text()).toBe(bot(`${generations("1: current, 2: pending")}    registeredAs: { 2: "Bot: B" }\n`));
  expect(JSON.parse(stdout)).toMatchObject({
    ...{
      ok: true,
      user: "acme-treasury/settlement bot",
      step: "start",
      generation: 2,
      gates: [],
      skipped: [],
    },
    generations: { 1: "current", 2: "pending" },
  });
});

it("warns of what is new in the edited file, such as a name that is too long", async () => {
  const name = "settlement bot of Paris";
  const { rotate } = fleet(bot().replace("settlement bot", name));
  const { code, stderr } = await rotate(name, "start");
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^warning: \S+\/acme\/treasury\.yaml:\d+: .*"settlement bot of Paris 2" has 25 characters, .*\n$/,
  );
});

it("takes the public key of an imported one, and gives each its number", async () => {
  const [first, next] = [generateKeyPair().publicKey, generateKeyPair().publicKey];
  const { rotate, text } = fleet(bot(`    custody: imported\n    publicKey: "${first}"\n`));
  expect((await rotate("settlement bot", "start")).stderr).toContain("give its public key with --public-key");
  const { code } = await rotate("settlement bot", "start", "--public-key", next.toUpperCase());
  expect(code).toBe(0);
  expect(text()).toBe(
    bot(
      `    custody: imported\n${generations("1: current, 2: pending")}    publicKeys: { 1: "${first}", 2: "${next}" }\n`,
    ),
  );
});

it.each([
  ["start", bot(generations("1: current, 2: pending")), "has the pending generation 2 already"],
  ["promote", bot(), "has no pending generation"],
  ["retire", bot(generations("1: current, 2: pending")), "has no previous generation"],
  ["finish", bot(generations("1: previous, 2: current")), "has no retired generation"],
  ["start", bot(generations("9999: current")), "has used up the numbers"],
  [
    "start",
    bot("    ? generations\n    : 1: current\n"),
    "in a form that is not edited; write for this user: generations: { 1: current, 2: pending }",
  ],
])("refuses to %s where it is not the turn of that step", async (step, users, said) => {
  const { rotate, text } = fleet(users);
  const { code, stderr } = await rotate("settlement bot", step);
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 1, lines: 2 });
  expect(stderr).toContain(said);
  expect(text()).toBe(users);
});

it.each([
  [["settlement bot", "advance"], '"advance" is no step; write one of start, promote, retire, finish'],
  [["settlment bot", "start"], 'the YAML declares no user "settlment bot"; did you mean "settlement bot"?'],
  [["settlement bot", "promote"], "needs the registration; give --registration FILE"],
  [["settlement bot", "promote", "--public-key", "04"], "are for start"],
  [["settlement bot", "start", "--public-key", "04"], "--public-key"],
  [["settlement bot", "start", "--force", "rights,tests"], '"tests" is no gate; write one of key, '],
  [["settlement bot", "retire", "--quiet-for", "5m"], "Give a time from 1h to 90d, such as 24h"],
])("refuses %j in one line, and leaves the file alone", async (args, said) => {
  const users = bot(generations("1: previous, 2: current, 3: pending"));
  const { rotate, text } = fleet(users);
  const { code, stderr } = await rotate(...(args as string[]));
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 2, lines: 2 });
  expect(stderr).toContain(said);
  expect(text()).toBe(users);
});

it("asks which of two is meant, and takes WORKSPACE/USER", async () => {
  const more = { "other/workspace.yaml": WORKSPACE, "other/treasury.yaml": bot() };
  const { rotate, text } = fleet(bot(), more);
  const { code, stderr } = await rotate("settlement bot", "start");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'error: 2 users are called "settlement bot"; write "acme/settlement bot" or "other/settlement bot"\n',
  });
  expect((await rotate("acme/settlement bot", "start")).code).toBe(0);
  expect(text()).not.toBe(bot());
});

it("edits a file that another workspace takes where it is, and not through that one", async () => {
  const more = {
    "sandbox/workspace.yaml":
      'account: "345678901234"\nregion: eu-west-1\nusers: ../acme\naccountMap: { "123456789012": "345678901234" }\n',
  };
  const { rotate, text } = fleet(bot(), more);
  const { code, stderr } = await rotate("sandbox/settlement bot", "start");
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 1, lines: 2 });
  expect(stderr).toMatch(
    /^error: sandbox takes .*treasury\.yaml from acme, .*; rotate "acme\/settlement bot"\n$/,
  );
  expect(text()).toBe(bot());
  expect((await rotate("acme/settlement bot", "start")).code).toBe(0);
  expect(text()).toBe(bot(generations("1: current, 2: pending")));
});

it("refuses an edit that the rest of the fleet does not allow", async () => {
  const users = `${bot()}  - { username: settlement bot 2, role: operator }\n`;
  const { rotate, text } = fleet(users);
  const { code, stderr } = await rotate("settlement bot", "start");
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^error: the edited YAML would have a mistake: .*acme\/treasury\.yaml:\d+: .*settlement bot 2/,
  );
  expect(text()).toBe(users);
});

it("follows no link, and edits no fleet that has mistakes", async () => {
  const { directory, file, rotate } = fleet(bot());
  const elsewhere = join(directory, "elsewhere");
  renameSync(file, elsewhere);
  symlinkSync(elsewhere, file);
  const { code, stderr } = await rotate("settlement bot", "start");
  expect(code).toBe(2);
  expect(stderr).toContain("is a symbolic link");
  expect(readFileSync(elsewhere, "utf8")).toBe(bot());
});
