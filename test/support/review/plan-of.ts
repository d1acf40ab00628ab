/** Plans of stacks that this package synthesized, as Terraform makes them: the first one of each stack, and one that changes nothing. */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import { failedGates } from "../../../cli/commands/review/command";
import { reviewPlan } from "../../../cli/commands/review/findings";
import { jsonOf, markdownOf } from "../../../cli/commands/review/report";
import { readPlans } from "../../../cli/shared/terraform-plan";
import { WorkspaceTrail } from "../../../constructs";
import { loadFleet } from "../../../fleet";
import { addStacks } from "../../../fleet/stacks";
import { writeFleet } from "../temporary-fleet";
import { type Synthesized, synthesized } from "./samples";

// biome-ignore lint/suspicious/noExplicitAny: a plan has the shape that Terraform gives it, and tests edit it anywhere
export type PlanJson = any;

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** A workspace with a trail, and its users: `settlement bot` with a key in Secrets Manager, `sweep bot` with one in KMS. */
export function firstPlans(): { workspace: PlanJson; users: PlanJson; trail: PlanJson } {
  const fleet = writeFleet({
    "acme/workspace.yaml": `account: "123456789012"\nregion: eu-west-1\ndeployers: [${role("terraform")}]\nalertEmails: [a@acme.example]\n`,
    "acme/team.yaml": [
      "users:",
      `  - { username: settlement bot, role: operator, signers: [${role("settlement")}, ${role("batch")}] }`,
      `  - { username: other bot, role: operator, generations: { 12: current }, signers: [${role("other")}] }`,
      `  - { username: sweep bot, role: operator, custody: kms, signers: [${role("sweep")}] }\n`,
    ].join("\n"),
  });
  const [workspace, users, trail] = synthesized((app) => {
    for (const each of loadFleet(fleet).workspaces) addStacks(app, each);
    const stack = new TerraformStack(app, "trail");
    new AwsProvider(stack, "aws", { region: "eu-west-1", allowedAccountIds: ["123456789012"] });
    new WorkspaceTrail(stack, "Trail");
  }).map(planOf);
  return { workspace, users, trail };
}

const META = new Set(["//", "depends_on", "lifecycle", "provider"]);
const isLater = (value: unknown) => JSON.stringify(value).includes("${");

/** The first plan of a stack, from what was synthesized. */
export function planOf(json: Synthesized): PlanJson {
  /** A name of something else that is known at plan. */
  const known = (value: unknown) => {
    const [, type = "", name = "", key = ""] = /^\$\{(aws_\w+)\.([\w-]+)\.(\w+)\}$/.exec(String(value)) ?? [];
    return json.resource?.[type]?.[name]?.[key] ?? value;
  };
  const resources: PlanJson[] = [];
  const resource_changes: PlanJson[] = [];
  const checks: PlanJson[] = [];
  for (const [mode, kinds] of [
    ["managed", json.resource],
    ["data", json.data],
  ] as const)
    for (const [type, bodies] of Object.entries<Synthesized>(kinds ?? {}))
      for (const [name, body] of Object.entries<Synthesized>(bodies)) {
        const address = `${mode === "data" ? "data." : ""}${type}.${name}`;
        const values = Object.entries(body).filter(([key]) => !META.has(key));
        resources.push({
          ...{ address, mode, type, name, provider_config_key: "aws", schema_version: 0 },
          expressions: Object.fromEntries(values.map(([key, value]) => [key, { constant_value: value }])),
          ...(body.depends_on && { depends_on: body.depends_on }),
        });
        const { precondition = [], postcondition = [] } = body.lifecycle ?? {};
        if (precondition.length + postcondition.length > 0)
          checks.push({
            address: { kind: "resource", mode, type, name, to_display: address },
            status: mode === "data" ? "pass" : "unknown",
            instances: [],
          });
        if (mode === "data") continue;
        resource_changes.push({
          ...{ address, mode, type, name, provider_name: "registry.terraform.io/hashicorp/aws" },
          change: {
            actions: ["create"],
            before: null,
            after: Object.fromEntries(
              values.map(([key, value]) => [key, known(value)]).filter(([, value]) => !isLater(value)),
            ),
            after_unknown: Object.fromEntries([
              ["id", true],
              ...values.filter(([, value]) => isLater(known(value))).map(([key]) => [key, true]),
            ]),
            ...{ before_sensitive: false, after_sensitive: {} },
          },
        });
      }
  const [{ region, allowed_account_ids }] = json.provider.aws;
  return {
    ...{ format_version: "1.2", terraform_version: "1.11.4", planned_values: {}, resource_changes, checks },
    configuration: {
      provider_config: {
        aws: {
          ...{ name: "aws", full_name: "registry.terraform.io/hashicorp/aws", version_constraint: "5.100.0" },
          expressions: {
            region: { constant_value: region },
            allowed_account_ids: { constant_value: allowed_account_ids },
          },
        },
      },
      root_module: {
        resources,
        outputs: Object.fromEntries(
          Object.entries<Synthesized>(json.output ?? {}).map(([name, { value, description, depends_on }]) => [
            name,
            { expression: { constant_value: value }, description, depends_on },
          ]),
        ),
      },
    },
    ...{ output_changes: registrationOf(json), timestamp: "2026-11-27T12:00:00Z" },
    ...{ applyable: true, complete: true, errored: false },
  };
}

function registrationOf(json: Synthesized) {
  const users = json.output?.registration?.value;
  if (users === undefined) return {};
  const fields = (of: (later: boolean) => boolean, to: (value: unknown) => unknown) =>
    Object.fromEntries(
      Object.entries<Synthesized>(users).map(([name, entry]) => [
        name,
        Object.fromEntries(
          Object.entries(entry)
            .filter(([, value]) => of(isLater(value)))
            .map(([key, value]) => [key, to(value)]),
        ),
      ]),
    );
  const after = fields(
    (later) => !later,
    (value) => value,
  );
  const after_unknown = fields(
    (later) => later,
    () => true,
  );
  return { registration: { actions: ["create"], before: null, after, after_unknown } };
}

/** The same stack's plan once it is applied: nothing changes. */
export function secondPlan(first: PlanJson, account = "123456789012"): PlanJson {
  const plan = structuredClone(first);
  for (const { type, change } of plan.resource_changes) {
    const { name } = change.after;
    if (type === "aws_secretsmanager_secret")
      change.after.arn = `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}-AbCdEf`;
    if (type === "aws_sns_topic") change.after.arn = `arn:aws:sns:eu-west-1:${account}:${name}`;
    Object.assign(change, { actions: ["no-op"], before: change.after, after_unknown: {} });
  }
  for (const check of plan.checks) check.status = "pass";
  for (const output of Object.values<PlanJson>(plan.output_changes))
    Object.assign(output, { actions: ["no-op"], before: output.after, after_unknown: false });
  return plan;
}

/** What `review` says of a plan, with `--fail-on destroy,weakened`, in this process. */
export function judgedPlan(plan: PlanJson): { code: number; loud: string[]; text: string; markdown: string } {
  const reviewed = readPlans(JSON.stringify(plan), "plan").map((each) => ({
    plan: "plan",
    findings: reviewPlan(each),
  }));
  const failed = failedGates(reviewed, ["destroy", "weakened"]);
  const lines = jsonOf(reviewed, failed).plans.flatMap(({ findings }) =>
    findings.map(({ kind, subject, text }) => `${kind}: ${subject}: ${text}`),
  );
  return {
    code: failed.length > 0 ? 1 : 0,
    loud: lines.filter((line) => /^(weakened|destroy): /.test(line)),
    text: lines.join("\n"),
    markdown: markdownOf(reviewed),
  };
}
