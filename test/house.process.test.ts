/** The rules of the house (docs/ARCHITECTURE.md) fail where they should: a rule that cannot fail holds nothing. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { PROJECT } from "./support/project";

const CONFIG = ".dependency-cruiser.cjs";

/** Files that break a rule each, and the rule. */
const BREACHES: readonly (readonly [rule: string, files: Readonly<Record<string, string>>])[] = [
  [
    "a-command-imports-no-command",
    {
      "cli/commands/sign/command.ts": `export { b } from "../approve/command";`,
      "cli/commands/approve/command.ts": "export const b = 1;",
    },
  ],
  [
    "shared-code-knows-no-command",
    {
      "cli/shared/output.ts": `export { c } from "../commands/audit/command";`,
      "cli/commands/audit/command.ts": "export const c = 1;",
    },
  ],
  ["pure-rooms", { "rules/names.ts": `export { Token } from "cdktf";` }],
  ["pure-rooms", { "keys/file.ts": `export { readFileSync } from "node:fs";` }],
  [
    "no-circles",
    {
      "constructs/user.ts": `import type { Workspace } from "./workspace";\nexport interface User { of: Workspace }`,
      "constructs/workspace.ts": `import type { User } from "./user";\nexport interface Workspace { users: User[] }`,
    },
  ],
  [
    "the-fleet-meets-constructs-in-few-places",
    { "fleet/load.ts": `export type { User } from "../constructs/user";` },
  ],
  [
    "the-loader-loads-no-engine",
    {
      "fleet/index.ts": `export { Stack } from "./stacks";`,
      "fleet/stacks.ts": `export { TerraformStack as Stack } from "cdktf";`,
    },
  ],
  ["constructs-touch-no-network", { "constructs/ask.ts": `export { get } from "node:https";` }],
  ["deep-imports-of-the-provider", { "constructs/all.ts": `export { kmsKey } from "@cdktf/provider-aws";` }],
  [
    "the-function-knows-no-proxy",
    {
      "functions/key-generator/index.ts": `export { ask } from "../../aws/ask";`,
      "aws/ask.ts": `export { agent as ask } from "../proxy/agent";`,
      "proxy/agent.ts": "export const agent = 1;",
    },
  ],
  ["keys-imports-only-text", { "keys/talk.ts": `export { say } from "../messages/say";` }],
  ["messages-imports-only-keys", { "messages/say.ts": `export { names } from "../rules/names-of-aws";` }],
  [
    "fleet-imports-only-rules-constructs-keys-messages-text",
    { "fleet/run.ts": `export { c } from "../cli/commands/audit/command";` },
  ],
  ["who-asks-about-keys-asks-the-recogniser", { "fleet/yaml/parse.ts": "export const parse = 1;" }],
  ["the-recogniser-has-few-doors", { "audit/own.ts": `export { spellings } from "../keys/spellings";` }],
  [
    "the-page-runs-in-a-browser",
    { "registration-page/browser/main.ts": `export { join } from "node:path";` },
  ],
];

describe("the import check fails on", () => {
  const folder = mkdtempSync(join(tmpdir(), "ledger-house-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let broken: readonly { from: string; rule: { name: string } }[];

  beforeAll(() => {
    const support = {
      "rules/names-of-aws.ts": "export const names = 1;",
      "keys/spellings.ts": "export const spellings = [];",
    };
    for (const files of [support, ...BREACHES.map(([, each]) => each)]) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), `${text}\n`);
      }
    }
    for (const name of [CONFIG, "package.json", "tsconfig.json"])
      cpSync(join(PROJECT, name), join(folder, name));
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
    const bin = join(PROJECT, "node_modules/.bin/depcruise");
    const args = ["--config", CONFIG, "--output-type", "json", ...new Set(paths(BREACHES).map(roomOf))];
    const { stdout } = spawnSync(bin, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
    broken = JSON.parse(stdout).summary.violations;
  });

  test.each(BREACHES)("%s %j", (rule, files) => {
    const found = broken
      .filter(({ from }) => Object.keys(files).includes(from))
      .map((each) => each.rule.name);
    expect(found).toContain(rule);
  });
});

const paths = (breaches: typeof BREACHES) => breaches.flatMap(([, files]) => Object.keys(files));
const roomOf = (path: string) => path.split("/")[0] ?? path;

test("no four files of a folder share a prefix that should be a folder", () => {
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  const counts = new Map<string, number>();
  for (const path of files.split("\n").filter((each) => each !== "" && !each.endsWith(".test.ts"))) {
    const prefix = /^[a-z]+(?=-)/.exec(basename(path))?.[0];
    if (prefix === undefined) continue;
    const key = `${dirname(path)}/${prefix}-*`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count >= 4)).toEqual([]);
});
