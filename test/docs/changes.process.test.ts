/**
 * docs/changes.md, done: each section is a repository that begins with the file at the top of the page. Its YAML is written, its
 * commands are run, on plans as Terraform makes them, and what they print is what the page shows.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { synthesize } from "../../fleet/synthesize";
import type { remembering } from "../support/cli/remembered-synthesis";
import { ledgerApiUser } from "../support/cli/run-cli";
import { PROJECT } from "../support/project";
import { planBetween } from "../support/review/plan-between";
import type { Synthesized } from "../support/review/samples";
import { BLOCKS, type Block } from "./blocks";

jest.mock("../../cli/shared/engine", () =>
  (require("../support/cli/remembered-synthesis") as { remembering: typeof remembering }).remembering(
    jest.requireActual("../../cli/shared/engine"),
  ),
);

const PAGE = "docs/changes.md";
const FILE = /^# (api-users\/[\w-]+\/[\w-]+\.yaml)$/m;
const WORKSPACE = "api-users/acme-prod/workspace.yaml";
const SETTINGS = readFileSync(join(PROJECT, WORKSPACE), "utf8");
const OTHERS = `users:\n  - { username: staking bot, role: operator, signers: ["arn:aws:iam::123456789012:role/staking"] }\n`;

/** A user that was removed before the page begins. */
const FORMER = `users:\n  - { username: refund bot, role: operator, signers: ["arn:aws:iam::123456789012:role/refund"] }\n`;

/** The blocks below each heading, in the order of the page. */
const sections = (() => {
  const found = new Map<string, Block[]>();
  const lines = readFileSync(join(PROJECT, PAGE), "utf8").split("\n");
  for (const block of BLOCKS.filter(({ page }) => page === PAGE)) {
    const heading =
      lines
        .slice(0, block.line)
        .reverse()
        .find((line) => line.startsWith("## ")) ?? "";
    found.set(heading, [...(found.get(heading) ?? []), block]);
  }
  return [...found];
})();
const [[, [first]] = ["", []], ...changes] = sections;

const came = process.cwd();
/** Where Git works: in the repository that each section begins with, and in its copy. */
let folder: string;
/** What was applied, by its stack. */
let applied: Map<string, Synthesized>;
/** The same at the beginning of each section. */
let atFirst: Map<string, Synthesized>;
/** The stacks that `affected` named last. */
let named: string[];

const newFolder = () => realpathSync(mkdtempSync(join(tmpdir(), "changes-")));
const beginning = newFolder();

beforeAll(() => {
  folder = beginning;
  process.chdir(folder);
  git("init", "--quiet", "--initial-branch=main");
  write(".gitignore", "cdktf.out\nplans\n");
  write("package-lock.json", "{}");
  write(WORKSPACE, SETTINGS);
  write("api-users/acme-prod/operations.yaml", OTHERS);
  write("api-users/acme-prod/treasury.yaml", FORMER);
  commit();
  if (first) declare(first.text);
  atFirst = synthesized();
  commit();
});
afterAll(() => rmSync(beginning, { recursive: true }));

beforeEach(() => {
  folder = newFolder();
  cpSync(beginning, folder, { recursive: true });
  process.chdir(folder);
  applied = atFirst;
});
afterEach(() => {
  process.chdir(came);
  rmSync(folder, { recursive: true });
});

const git = (...args: string[]) =>
  // In the folder, wherever the process is: a test that ran out of time goes on in that of the project.
  execFileSync("git", [
    "-C",
    folder,
    "-c",
    "core.fsmonitor=false",
    "-c",
    "maintenance.auto=false",
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@acme.example",
    ...args,
  ]);

function write(name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A block names its file. Of a workspace that is there it has the lines that change. */
function declare(yaml: string): void {
  const [, file = ""] = FILE.exec(yaml) ?? [];
  expect(file).not.toBe("");
  write(
    file,
    file === WORKSPACE ? stringify({ ...parse(readFileSync(file, "utf8")), ...parse(yaml) }) : yaml,
  );
}

/** The stacks of the YAML on the disk. Each page's YAML is what the loader takes. */
function synthesized(): Map<string, Synthesized> {
  const { problems, stacks } = synthesize("api-users", "cdktf.out");
  expect(problems).toEqual([]);
  return new Map(
    stacks.map((stack) => [stack.name, JSON.parse(readFileSync(join(stack.folder, "cdk.tf.json"), "utf8"))]),
  );
}

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message=c");
}

/** Ids of commits, which are others in each run, in one word. */
const withoutIds = (text: string) =>
  git("rev-list", "HEAD")
    .toString()
    .split("\n")
    .filter((id) => id !== "")
    .reduce((rest, id) => rest.replaceAll(id.slice(0, 12), "COMMIT"), text);

/** What a command prints, and whether the change goes on after it. */
const COMMANDS: Readonly<
  Record<string, (declared: Map<string, Synthesized>, stacks: string[]) => Promise<[string, boolean]>>
> = {
  affected: async () => {
    const { code, stdout, stderr } = await ledgerApiUser(["affected", "--base", "HEAD"]);
    named = stdout.split("\n").filter((name) => name !== "");
    return [withoutIds(stderr + stdout), code === 0];
  },
  // What it finds is approved by people.
  review: async (declared, stacks) => {
    const reviewed = stacks.length > 0 ? stacks : named;
    for (const name of reviewed)
      write(`plans/${name}.json`, JSON.stringify(planBetween(applied.get(name), declared.get(name))));
    const plans = reviewed.map((name) => `plans/${name}.json`);
    const { code, stdout, stderr } = await ledgerApiUser([
      "review",
      ...plans,
      "--fail-on",
      "destroy,weakened",
    ]);
    expect(code).not.toBe(2);
    return [stdout + stderr, true];
  },
};

/** Addresses of what is made beside a user. The page leaves them out, and says so. */
const OTHER_CHANGES = /\n\*\*Other changes\*\*\n\n(?:- .*\n)+/;

/** What a terminal shows of a block's commands. Then the change is applied, unless `affected` refuses it. */
async function shown({ text }: Block): Promise<string> {
  const lines: string[] = [];
  const commands = [...text.matchAll(/^\$ (.+)$/gm)].map(([, command = ""]) => command);
  for (const command of commands) if (command.startsWith("git ")) git(...command.split(" ").slice(1));
  const declared = synthesized();
  let taken = true;
  for (const command of commands) {
    lines.push(`$ ${command}`);
    const [program = "", ...args] = command.split(" ");
    const [said, goesOn] = (await COMMANDS[program]?.(declared, args)) ?? ["", true];
    if (said !== "") lines.push(said.replace(OTHER_CHANGES, "").trim());
    taken &&= goesOn;
  }
  if (taken) {
    applied = declared;
    commit();
  } else {
    git("reset", "--quiet", "--hard");
    git("clean", "--quiet", "--force", "-d");
  }
  return lines.join("\n");
}

test.each(changes)("%s is declared, planned and reviewed as docs/changes.md shows it", async (_, blocks) => {
  for (const block of blocks) {
    if (block.language === "yaml") declare(block.text);
    else expect(await shown(block)).toBe(block.text);
  }
});

test("docs/changes.md has changes, and each of them shows what is printed", () => {
  expect(changes.length).toBeGreaterThan(10);
  expect(changes.filter(([, blocks]) => !blocks.some(({ language }) => language === "text"))).toEqual([]);
});
