/** The rules that watch KMS keys, where a user moves: its key leaves the rules of one stack, and enters those of another. */
import { isDeepStrictEqual } from "node:util";
import { isValues, type Plan, type Values } from "../../shared/terraform-plan";
import { destroys, type Finding, forgets, type OwnedChange } from "./finding";
import { together } from "./join-patterns";
import { ownedIn } from "./owners";
import { isNarrower } from "./pattern";
import { ALL_EVENTS } from "./protection";

const RULE = "aws_cloudwatch_event_rule";
const TARGET = "aws_cloudwatch_event_target";

/**
 * The findings of a plan from which a user moves, without those of rules that go or watch less, if the rules of all plans together
 * watch everything as before, and send it to the same targets. In place of each it says so.
 *
 * @param beside the other plans that are reviewed with it
 */
export function withWatch(findings: readonly Finding[], plan: Plan, beside: readonly Plan[]): Finding[] {
  const leaves = findings.some(({ fact }) => fact.fact === "moved" && fact.direction === "leaves");
  if (!leaves) return [...findings];
  const { changes } = ownedIn(plan);
  // A rule sees the events of its own account and region only.
  const near = beside.filter((other) => isDeepStrictEqual(providerOf(other), providerOf(plan)));
  const kept = [plan, ...near].flatMap(({ changes }) => rulesKept(changes));
  return findings.flatMap((each): Finding[] => {
    const isRule =
      each.fact.fact === "setting" ? each.fact.setting === "event pattern" : each.fact.fact === "guard gone";
    const change = isRule ? changes.find(({ address }) => address === each.address) : undefined;
    if (change === undefined || forgets(change)) return [each];
    // A target goes with its rule.
    const rule = change.type === TARGET ? ruleOf(change, changes) : change;
    if (rule === undefined || !isWatched(rule, changes, kept)) return [each];
    if (change.type === TARGET) return [];
    const fact = { fact: "watched elsewhere", name: String(rule.before?.["name"]) } as const;
    return [{ ...each, kind: "notice", fact }];
  });
}

interface KeptRule {
  readonly pattern: unknown;
  readonly bus: string;
  /** Where it sends to, as texts that can be compared. */
  readonly targets: ReadonlySet<string>;
}

type Changes = Plan["changes"];

/** The rules that there are after a plan, as far as it knows what they watch. */
function rulesKept(changes: Changes): KeptRule[] {
  return changes.flatMap(({ type, after, unknown }) =>
    type === RULE && after?.["state"] === ALL_EVENTS && !unknown.has("event_pattern")
      ? [
          {
            ...{ pattern: after["event_pattern"], bus: busOf(after) },
            targets: targetsOf(after, changes, "after"),
          },
        ]
      : [],
  );
}

/** Which events a rule gets. With provider 6 a resource may have a region of its own. */
const busOf = (rule: Values) => JSON.stringify([rule["event_bus_name"] ?? "default", rule["region"] ?? ""]);

const providerOf = ({ document }: Plan) => {
  const { configuration } = document;
  return isValues(configuration) ? configuration["provider_config"] : undefined;
};

function targetsOf(rule: OwnedChange["after"], changes: Changes, when: "before" | "after"): Set<string> {
  const targets = changes.flatMap((change) => {
    const target = change.type === TARGET ? change[when] : undefined;
    const isKnown = when === "before" || !["arn", "rule"].some((key) => change.unknown.has(key));
    return target && isKnown && target["rule"] === rule?.["name"] ? [target] : [];
  });
  return new Set(targets.map((target) => JSON.stringify([target["target_id"], target["arn"]])));
}

/** The rule that goes with a target. */
const ruleOf = ({ before }: OwnedChange, changes: Changes) =>
  changes.find((each) => each.type === RULE && destroys(each) && each.before?.["name"] === before?.["rule"]);

/** Whether the rules that are kept, those that send to all targets of a rule, match all that it matched. */
function isWatched({ type, before }: OwnedChange, changes: Changes, kept: readonly KeptRule[]): boolean {
  if (type !== RULE || !isValues(before)) return false;
  const targets = [...targetsOf(before, changes, "before")];
  const alike = kept.filter(
    (rule) => rule.bus === busOf(before) && targets.every((target) => rule.targets.has(target)),
  );
  const joined = together(
    before["event_pattern"],
    alike.map(({ pattern }) => pattern),
  );
  return targets.length > 0 && joined !== undefined && !isNarrower(before["event_pattern"], joined);
}
