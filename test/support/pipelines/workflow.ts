/** What must be true of each workflow for GitHub Actions, of this repository's own, of the examples' and of the one that init writes. */
import { parseDocument } from "yaml";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** @throws Error if it is not YAML without a doubt */
export function yamlOf(text: string) {
  const document = parseDocument(text);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw problem;
  return document.toJS();
}

/** A composite action as the workflow whose only job has its steps. */
export const asWorkflow = (action: string): Workflow => ({
  on: { pull_request: null },
  permissions: { contents: "read" },
  jobs: { action: { permissions: { "pull-requests": "write" }, steps: yamlOf(action).runs.steps } },
});

/** The script of a step. */
export function scriptOf(workflow: Workflow, job: string, name: string): string {
  const { run } = workflow.jobs[job]?.steps.find((step) => step.name === name) ?? {};
  if (run === undefined) throw new Error(`${job} has no step ${name} with a script`);
  return run;
}

const RIGHTS: Readonly<Record<string, string>> = {
  contents: "read",
  "id-token": "write",
  "pull-requests": "write",
};
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);
const uses = ({ uses }: Step, name: string) => uses?.startsWith(`${name}@`) ?? false;
const isCode = (step: Step) =>
  uses(step, "actions/checkout") || /\bnpm (ci|run)\b|\bnpx\b|\bterraform\b/.test(step.run ?? "");

/** What a workflow breaks, by the rule. */
const RULES: Readonly<Record<string, (workflow: Workflow) => boolean>> = {
  "starts for pull requests with the rights of the pull request": ({ on }) =>
    // By hand it starts for those who may write, and by the clock with what is on the default branch.
    Object.keys(on).some(
      (event) => !["pull_request", "push", "schedule", "workflow_dispatch"].includes(event),
    ),
  "may read the repository, and no more than that": ({ permissions }) =>
    JSON.stringify(permissions) !== '{"contents":"read"}',
  "gives a job no right but what pipelines need": ({ jobs }) =>
    Object.values(jobs).some(({ permissions = {} }) =>
      Object.entries(permissions).some(([right, value]) => RIGHTS[right] !== value),
    ),
  "runs the repository's code and Terraform in no job that may comment": ({ jobs }) =>
    Object.values(jobs).some(
      ({ permissions, steps }) =>
        permissions?.["pull-requests"] === "write" &&
        (permissions["id-token"] !== undefined || steps.some(isCode)),
    ),
  "names each action by its commit": (workflow) =>
    stepsOf(workflow).some((step) => step.uses && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(step.uses)),
  "restores no cache, which a pull request could have filled": (workflow) =>
    stepsOf(workflow).some(
      (step) =>
        uses(step, "actions/cache") ||
        step.with?.["cache"] !== undefined ||
        (uses(step, "actions/setup-node") && step.with?.["package-manager-cache"] !== false),
    ),
  "leaves no token in the checkout": (workflow) =>
    stepsOf(workflow).some(
      (step) => uses(step, "actions/checkout") && step.with?.["persist-credentials"] !== false,
    ),
};

/** What a script breaks, by the rule. Scripts of GitLab and Atlantis too. */
const SCRIPT_RULES: Readonly<Record<string, (script: string) => boolean>> = {
  "has nothing of the event in a script but as a variable": (script) => script.includes("${{"),
  "stops at the first error": (script) =>
    script.trim().includes("\n") && !script.startsWith("set -euo pipefail\n"),
  "takes the stacks from the manifest": (script) => /stacks\/?["']?\/?\*/.test(script),
  // `set -e` does not see that the command failed: the loop would do nothing, and all would be well.
  "loops over no command's output that may have failed": (script) => /\bin \$\(|\bin `/.test(script),
  "quotes its variables": (script) =>
    script
      .replace(/'[^'\n]*'/g, "")
      .replace(/"(?:[^"\\]|\\.)*"/g, "")
      .replace(/^\s*\w+=\$\(/gm, "")
      .includes("$"),
};

export const problemsOfScript = (script: string): string[] => broken(SCRIPT_RULES, script);

export const problemsOf = (workflow: Workflow): string[] => [
  ...broken(RULES, workflow),
  ...new Set(stepsOf(workflow).flatMap(({ run = "" }) => problemsOfScript(run))),
];

const broken = <T>(rules: Readonly<Record<string, (subject: T) => boolean>>, subject: T): string[] =>
  Object.keys(rules).filter((rule) => rules[rule]?.(subject));

/** The actions that a text uses, `NAME@COMMIT # vX.Y.Z`. */
export const actionsIn = (text: string): string[] =>
  [...text.matchAll(/uses: (\S.*)$/gm)].map(([, action = ""]) => action);
