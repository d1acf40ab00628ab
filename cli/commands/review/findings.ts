import type { Plan } from "../../shared/terraform-plan";
import { accessFindings, policyAttributeOf } from "./access";
import { checkFindings, pinnedFindings } from "./checks";
import {
  changedAttributes,
  destroys,
  type Finding,
  finding,
  forgets,
  idles,
  isUnderstood,
  makes,
  nameOf,
  type OwnedChange,
} from "./finding";
import { importFindings } from "./imports";
import { keyFindings } from "./keys";
import { isRegistration, type PlannedUser, usersOf, withOwners } from "./owners";
import { type Phrase, say } from "./phrase";
import { protectionFindings } from "./protection";
import { OUR_TYPES, typeFindings } from "./types";
import { userFindings } from "./users";

/** All that a reviewer should know of a plan. Empty if it changes nothing at all. */
export function reviewPlan(plan: Plan): Finding[] {
  const registrations = plan.outputs.filter(isRegistration);
  const after = registrations.flatMap((output) => [...usersOf(output.after).values()]);
  const before = registrations.flatMap((output) => [...usersOf(output.before).values()]);
  const users = [...before, ...after];
  // Together: what drifted has its owner's name on something that did not.
  const owned = withOwners([...plan.changes, ...plan.drift], users);
  const changes = owned.slice(0, plan.changes.length);
  const findings = [
    ...changes
      .filter((change) => !idles(change))
      .flatMap((change) => ofResource(change, changes, declaredFor(change, after))),
    ...checkFindings(plan.checks, changes),
    ...pinnedFindings(after, changes),
    ...userFindings(plan.outputs),
    ...plan.outputs
      .filter((output) => !isRegistration(output) && !output.actions.every((action) => action === "no-op"))
      .map(ofOutput),
    ...changes.flatMap(moved),
    ...owned
      .slice(plan.changes.length)
      .filter((change) => !idles(change))
      .map(drifted),
    ...(plan.partial
      ? [
          {
            kind: "notice" as const,
            subject: say`${"the plan"}`,
            text: say`is partial: it leaves changes to another run, which this review does not see`,
          },
        ]
      : []),
  ];
  return withoutTwins(findings);
}

function ofResource(
  change: OwnedChange,
  all: readonly OwnedChange[],
  declared: PlannedUser | undefined,
): Finding[] {
  if (!isUnderstood(change)) {
    const foreign = !OUR_TYPES.has(change.type);
    const text = say`does something that this version does not know: ${[...change.actions]}`;
    return [{ ...finding(foreign ? "other" : "weakened", change, text), foreign }];
  }
  const findings = [
    ...typeFindings(change, all),
    ...importFindings(change),
    ...keyFindings(change, all),
    ...accessFindings(change, declared),
    ...protectionFindings(change),
  ];
  return [...findings, ...theRest(change, findings)];
}

/** What the findings so far do not tell: no change is hidden. */
function theRest(change: OwnedChange, findings: readonly Finding[]): Finding[] {
  const { actions } = change;
  if (makes(change) || destroys(change) || forgets(change)) {
    // Who is made or lost is told by what was found; what nothing was found of, and a replacement, is told as such.
    if (findings.some(({ kind }) => kind !== "notice" && kind !== "access")) return [];
    return [other(change, say`${[...actions]}`)];
  }
  const attribute = policyAttributeOf(change);
  const told = findings.length > 0 ? [attribute, ...TOLD_IN_WORDS] : [];
  const attributes = changedAttributes(change).filter((key) => !told.includes(key));
  return [
    ...(change.imported && findings.length === 0
      ? [other(change, say`is taken in as it is, by an import`)]
      : []),
    ...(attributes.length > 0 ? [other(change, say`update of ${attributes}`)] : []),
  ];
}

const other = ({ type, address }: OwnedChange, text: Phrase): Finding => ({
  kind: "other",
  subject: say`${type}`,
  text,
  address,
  foreign: !OUR_TYPES.has(type),
});

/** Attributes that a finding about the same resource names or implies. */
const TOLD_IN_WORDS = [
  "event_pattern",
  "state",
  "retention_in_days",
  "recovery_window_in_days",
  "deletion_window_in_days",
  "target_key_id",
  "source_code_hash",
];

const declaredFor = ({ owner }: OwnedChange, users: readonly PlannedUser[]) =>
  owner && users.find((user) => nameOf(user).plain() === nameOf(owner).plain());

const ofOutput = ({ name, actions }: { name: string; actions: readonly string[] }): Finding => ({
  kind: "other",
  subject: say`output ${name}`,
  text: say`${[...actions]}`,
});

const moved = (change: OwnedChange): Finding[] =>
  change.movedFrom === undefined
    ? []
    : [
        {
          ...finding("other", change, say`moves in the state from ${change.movedFrom}`),
          foreign: !OUR_TYPES.has(change.type),
        },
      ];

function drifted(change: OwnedChange): Finding {
  const { address, type } = change;
  if (!destroys(change))
    return finding(
      "notice",
      change,
      say`${address} was changed **outside Terraform** (${changedAttributes(change)}): find out by whom`,
    );
  return HOLDS_KEY.has(type)
    ? finding(
        "destroy",
        change,
        say`${address} is **no longer found** where the stack looks: deleted by hand, or the stack's region or account changed; its key may still be registered and used`,
      )
    : finding("notice", change, say`${address} was deleted **outside Terraform**: find out by whom`);
}

const HOLDS_KEY = new Set(["aws_secretsmanager_secret", "aws_kms_key", "aws_kms_alias"]);

/** A signer stands in a policy and in the registration; both say the same of it, once with more words. */
function withoutTwins(findings: readonly Finding[]): Finding[] {
  const key = ({ kind, subject, text }: Finding) =>
    JSON.stringify([kind, subject.plain(), text.plain().replace(" sign (read the private key)", " sign")]);
  const seen = new Map<string, Finding>();
  for (const each of findings) {
    // What is of one kind with other addresses is gathered by the report.
    const name = each.kind === "other" ? JSON.stringify([key(each), each.address]) : key(each);
    if (!seen.has(name)) seen.set(name, each);
  }
  const added = new Set(
    findings
      .filter(({ kind, text }) => kind === "user" && text.plain().startsWith("is added"))
      .map(({ subject }) => subject.plain()),
  );
  // Of a user that is added, who may sign is said in that line.
  return [...seen.values()].filter(
    ({ kind, subject, text }) =>
      !(kind === "access" && added.has(subject.plain()) && text.plain().includes("gains")),
  );
}
