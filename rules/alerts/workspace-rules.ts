import type { JOURNAL_RULES, PAGING_RULES } from "../aws-names";
import { accessPattern, deniedPattern, keyPattern, secretPattern, writePattern } from "./access-patterns";
import {
  type Advice,
  ALERTS_ADVICE,
  DENIED_ADVICE,
  GENERATOR_ADVICE,
  LOCK_ADVICE,
  WRITE_ADVICE,
} from "./advice";
import { alertsPattern, changePattern, codePattern, generatorPattern, trailPattern } from "./guard-patterns";
import type { EventPattern } from "./pattern";
import type { AlertRuleDeclaration } from "./rule";
import type { Watched } from "./watched";

type Rule<A> = readonly [A, (watched: Watched) => EventPattern, string];

/** The rules that watch a workspace, the same number for any number of users, by the last part of their names in AWS. */
const RULES = {
  denied: [DENIED_ADVICE, deniedPattern, "Somebody was denied access to a key or credentials"],
  secrets: [LOCK_ADVICE, secretPattern, "The lock of a secret was changed, or a secret deleted or restored"],
  writes: [
    WRITE_ADVICE,
    writePattern,
    "A key was written after the first, or key or credentials by another than their writer",
  ],
  keys: [LOCK_ADVICE, keyPattern, "A KMS key that encrypts secrets, or an alias, was changed"],
  generator: [GENERATOR_ADVICE, generatorPattern, "The key generator was changed"],
  alerts: [ALERTS_ADVICE, alertsPattern, "These rules, their topic or their journal were changed"],
  trail: [ALERTS_ADVICE, trailPattern, "A trail was changed or stopped, or the rule that watches the rules"],
  access: [undefined, accessPattern, "Every use of a secret, for the journal"],
  changes: [undefined, changePattern, "Every change of the alerts and of trails, for the journal"],
  code: [undefined, codePattern, "Every change of the key generator and of KMS keys, for the journal"],
} as const satisfies Record<(typeof PAGING_RULES)[number], Rule<Advice>> &
  Record<(typeof JOURNAL_RULES)[number], Rule<undefined>>;

export type WorkspaceRule = keyof typeof RULES;

/** The last parts of the names of a workspace's own rules. */
export const WORKSPACE_RULES = Object.keys(RULES) as WorkspaceRule[];

export function workspaceRule(rule: WorkspaceRule, watched: Watched): AlertRuleDeclaration {
  const [page, pattern] = RULES[rule];
  return { pattern: pattern(watched), page, journal: page === undefined || rule === "denied" };
}

export const descriptionOf = (rule: WorkspaceRule): string => RULES[rule][2];
