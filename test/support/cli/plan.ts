/** Plans as `terraform show -json` writes them, made by hand: what a test is about, and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failedGates } from "../../../cli/commands/review/command";
import type { Fact } from "../../../cli/commands/review/facts";
import { changeFindings } from "../../../cli/commands/review/findings";
import { jsonOf, markdownOf } from "../../../cli/commands/review/report";
import { readPlans } from "../../../cli/shared/terraform-plan";
import { ledgerApiUser, type Outcome } from "./run-cli";

export type Values = Record<string, unknown>;

export interface Change {
  readonly type: string;
  readonly before?: Values | null;
  readonly after?: Values | null;
  readonly actions?: string[];
  readonly name?: string;
  readonly unknown?: Values;
  /** The id that it is imported by. */
  readonly importing?: string;
}

export const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

export function resource(change: Change) {
  const { type, before = null, after = null, actions, name = "X", unknown = {}, importing } = change;
  const found = actions ?? (before ? (after ? ["update"] : ["delete"]) : ["create"]);
  return {
    address: `${type}.${name}`,
    mode: "managed",
    type,
    name,
    change: {
      actions: found,
      before,
      after,
      after_unknown: unknown,
      ...(importing !== undefined && { importing: { id: importing } }),
    },
  };
}

export const plan = (changes: Change[], more: Values = {}) => ({
  format_version: "1.2",
  planned_values: {},
  resource_changes: changes.map(resource),
  configuration: { provider_config: { aws: PROVIDER }, root_module: {} },
  complete: true,
  errored: false,
  ...more,
});

const PROVIDER = {
  name: "aws",
  full_name: "registry.terraform.io/hashicorp/aws",
  expressions: {
    region: { constant_value: "eu-west-1" },
    allowed_account_ids: { constant_value: ["123456789012"] },
  },
};

/** A secret of `settlement bot`, with the policy that the constructs give it. */
export function secret({
  signers = ["settlement"],
  isProtected = true,
  change = (statements: Values[]) => statements,
} = {}): Values {
  const except = (names: string[]) => ({
    Condition: { ArnNotEquals: { "aws:PrincipalArn": names.map(role) } },
  });
  const deny = (Sid: string, Action: string | string[], more = {}) => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: "*",
    ...more,
  });
  const statements: Values[] = [
    {
      Sid: "SignersRead",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::123456789012:root"] },
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": signers.map(role) } },
    },
    deny(
      "OnlySignersRead",
      ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
      except(signers),
    ),
    deny(
      "OnlyWritersWrite",
      ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
      except(["generator"]),
    ),
    deny("NobodyUpdates", ["secretsmanager:UpdateSecret", "secretsmanager:DeleteResourcePolicy"]),
    isProtected
      ? deny("NobodyDeletes", "secretsmanager:DeleteSecret")
      : deny("NobodyDeletesAtOnce", "secretsmanager:DeleteSecret", {
          Condition: { Bool: { "secretsmanager:ForceDeleteWithoutRecovery": "true" } },
        }),
  ];
  return {
    arn: KEY_ARN,
    name: "ledger-enterprise/acme/settlement-bot/generation-1/private-key",
    recovery_window_in_days: 30,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: change(statements) }),
  };
}

const KEY_ARN =
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/settlement-bot/generation-1/private-key-AbCdEf";

export const entry = (more: Values = {}) => ({
  workspace: "acme",
  username: "settlement bot",
  role: "operator",
  uiLabel: "Operator - Via Self Managed Key Pair",
  custody: "secrets-manager",
  generation: 1,
  keyArn: KEY_ARN,
  signers: [role("settlement")],
  readers: [],
  ...more,
});

export const output = (before: Values | null, after: Values | null) => ({
  output_changes: {
    registration: {
      actions: [before ? (after ? "update" : "delete") : "create"],
      before,
      after,
      after_unknown: false,
    },
  },
});

/** Runs `review` on plans, each on standard input after the other. */
export const review = (plans: unknown[], ...args: string[]): Promise<Outcome> =>
  ledgerApiUser(["review", ...args], { input: textOf(plans) });

/**
 * What a review finds of changes, as text and as facts; and the exit code with `--fail-on destroy,weakened`. In this process. Whether a
 * plan's configuration is ours is another matter: test/support/review/plan-of.ts has plans that are.
 */
export function found(plans: unknown[]): {
  code: number;
  kinds: Set<string>;
  text: string;
  facts: Fact[];
  markdown: string;
} {
  const reviewed = readPlans(textOf(plans), "plans").map((each, _, all) => ({
    plan: "plans",
    findings: changeFindings(
      each,
      all.filter((other) => other !== each),
    ),
  }));
  const failed = failedGates(reviewed, ["destroy", "weakened"]);
  const findings = jsonOf(reviewed, failed).plans.flatMap((each) => each.findings);
  return {
    code: failed.length > 0 ? 1 : 0,
    kinds: new Set(findings.map(({ kind }) => kind)),
    text: findings.map(({ kind, subject, text }) => `${kind}: ${subject}: ${text}`).join("\n"),
    facts: findings.map(({ fact }) => fact),
    markdown: markdownOf(reviewed),
  };
}

const textOf = (plans: unknown[]) =>
  plans.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n");

export function inFile(content: string): { file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "review-"));
  const file = join(folder, "plan.json");
  writeFileSync(file, content);
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}
