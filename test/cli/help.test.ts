/** Help and misspelt options, over every command that help lists. */
import { randomBytes } from "node:crypto";
import { ledgerApiUser } from "../support/cli/run-cli";

/** The words that call each command, found in help itself: [] for the program. */
async function allCommands(path: string[] = []): Promise<string[][]> {
  const { stdout } = await ledgerApiUser([...path, "--help"]);
  const below = sections(stdout)
    .filter(([heading]) => !/^(Usage|Arguments|Options)/.test(heading))
    .flatMap(([, lines]) =>
      lines.flatMap((line) => /^ {2}([a-z][a-z-]*)(?= {2}| [[<])/.exec(line)?.[1] ?? []),
    )
    .filter((name) => name !== "help");
  const deeper = await Promise.all(below.map((name) => allCommands([...path, name])));
  return [path, ...deeper.flat()];
}

/** The parts of a help text: a heading and the lines below it. */
function sections(help: string): [heading: string, lines: string[]][] {
  const [lists = ""] = help.split(/\nExamples?:/); // what follows is prose
  return lists
    .split(/\n(?=[A-Z][^\n]*:(?:\n|$))/)
    .map((part) => part.split("\n"))
    .map(([heading = "", ...lines]) => [heading, lines]);
}

let commands: string[][];
let helps: Map<string, string>;

beforeAll(async () => {
  commands = await allCommands();
  helps = new Map();
  for (const path of commands) helps.set(path.join(" "), (await ledgerApiUser([...path, "--help"])).stdout);
});

test("help lists the commands in the order of the work", () => {
  expect(sections(helps.get("") ?? "").map(([heading]) => heading)).toEqual([
    "Usage: cdktf-ledger-api-user [options] [command]",
    "Options:",
    "Set up:",
    "Review and apply:",
    "Register:",
    "Approve:",
    "Rotate:",
    "Watch and repair:",
    "Help:",
  ]);
  expect(commands.map((path) => path.join(" "))).toEqual([
    "",
    ...["init", "synth", "keygen", "inspect"],
    ...["affected", "stacks", "review", "guard-policies", "import-key"],
    ...["verify", "registration", "credentials", "credentials put", "credentials restore"],
    ...["approve", "reject", "sign"],
    "rotate",
    ...["status", "audit", "adopt"],
    "completion",
  ]);
});

test("every help fits 80 columns", () => {
  const long = [...helps].flatMap(([command, help]) =>
    help.split("\n").flatMap((line) => ([...line].length > 80 ? [`${command}: ${line}`] : [])),
  );
  expect(long).toEqual([]);
});

test("an option with a letter missing is called unknown, and the one that was meant is named", async () => {
  let tried = 0;
  for (const path of commands) {
    const options = (helps.get(path.join(" ")) ?? "").match(/^ {2}(?:-\w, )?--[a-z-]+/gm) ?? [];
    for (const option of options.map((line) => line.replace(/^.*--/, "--"))) {
      const misspelt = option.slice(0, -2) + option.slice(-1);
      const { code, stderr } = await ledgerApiUser([...path, misspelt, "x"]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining(`unknown option '${misspelt}' (Did you mean`),
      });
      expect(stderr).toContain(option);
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(commands.length);
});

test("what looks like a key is not repeated where an option is expected", async () => {
  for (const path of commands) {
    for (const encoding of ["hex", "base64url"] as const) {
      const secret = randomBytes(32).toString(encoding);
      const { code, stderr, stdout } = await ledgerApiUser([...path, `--${secret}`]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: unknown option '[^']{1,10}'; see --help\n$/);
    }
  }
});

test.each([
  ["verify"],
  ["credentials put"],
  ["credentials restore"],
  ["import-key"],
  ["keygen"],
])("%s without the option that it needs names it, with the fix", async (command) => {
  const { code, stderr } = await ledgerApiUser(
    [...command.split(" "), "bot"].slice(0, command === "verify" ? 1 : 3),
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: the option --(registration <FILE>|out <DIR>) is missing; add it: \S.*\n$/);
});
