import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { parse, parseAllDocuments } from "yaml";
import { addAudit } from "../cli/commands/audit/command";
import { addReview } from "../cli/commands/review/command";
import { PROJECT } from "./support/project";

const FOLDER = join(PROJECT, "examples/gitops");
const files = readdirSync(FOLDER);
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");

test.each(files)("%s is YAML without a doubt", (name) => {
  for (const { errors, warnings } of parseAllDocuments(read(name)))
    expect([...errors, ...warnings]).toEqual([]);
});

test.each(files)("%s calls this package's commands with arguments that they take", (name) => {
  const calls = [...read(name).matchAll(/ledger-api-user (.+)/g)].map(
    ([, line = ""]) => line.split(" > ")[0] ?? "",
  );
  expect(calls.length).toBeGreaterThanOrEqual(2);
  for (const call of calls) {
    const program = new Command().exitOverride();
    for (const add of [addAudit, addReview]) add(program);
    for (const command of program.commands) command.exitOverride().action(() => {});
    expect(() => program.parse(["node", "cdktf-ledger-api-user", ...call.trim().split(/\s+/)])).not.toThrow();
  }
});

describe("the workflow for GitHub", () => {
  const workflow = parse(read("github-actions.yml"));
  const { steps, permissions, if: condition } = workflow.jobs.review;

  test("gives a fork no credentials, and a job no more rights than it needs", () => {
    expect(Object.keys(workflow.on)).toEqual(["pull_request"]);
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "write" });
    expect(condition).toContain("head.repo.full_name == github.repository");
  });

  test("lets nothing from the pull request into a script but as a variable", () => {
    const scripts = steps.map(({ run = "" }) => run);
    expect(scripts.join("\n")).not.toContain("${{");
  });

  test("synthesizes, plans, reviews, audits and comments, in this order, and comments whatever comes", () => {
    const all = steps.map(({ run = "" }) => run).join("\n");
    const order = ["npm ci", "npm run synth", " plan ", " review ", " audit ", "gh pr comment"].map((each) =>
      all.indexOf(each),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(steps.at(-1).if).toBe("always()");
  });

  test("each step runs a command or an action of a fixed version", () => {
    for (const { run, uses } of steps) expect(run ?? uses).toMatch(run ? /./ : /^[\w-]+\/[\w-]+@v\d+/);
  });
});
