import { accessFindings, policyAttributeOf } from "./review-access";
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
} from "./review-findings";
import { keyFindings } from "./review-keys";
import { isRegistration, type PlannedUser, usersOf, withOwners } from "./review-owners";
import { say } from "./review-phrase";
import type { Plan } from "./review-plan";
import { protectionFindings } from "./review-protection";
import { userFindings } from "./review-users";

/** All that a reviewer should know of a plan. Empty if it changes nothing at all. */
export function reviewPlan(plan: Plan): Finding[] {
  const registrations = plan.outputs.filter(isRegistration);
  const after = registrations.flatMap((output) => [...usersOf(output.after).values()]);
  const before = registrations.flatMap((output) => [...usersOf(output.before).values()]);
  const users = [...before, ...after];
  const changes = withOwners(plan.changes, users);
  const findings = [
    ...changes
      .filter((change) => !idles(change))
      .flatMap((change) => ofResource(change, declaredFor(change, after))),
    ...userFindings(plan.outputs),
    ...plan.outputs
      .filter((output) => !isRegistration(output) && !output.actions.every((action) => action === "no-op"))
      .map(ofOutput),
    ...changes.flatMap(moved),
    ...withOwners(plan.drift, users)
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

function ofResource(change: OwnedChange, declared: PlannedUser | undefined): Finding[] {
  if (!isUnderstood(change))
    return [
      finding(
        change.owner ? "weakened" : "other",
        change,
        say`does something that this version does not know: ${[...change.actions]}`,
      ),
    ];
  const findings = [
    ...keyFindings(change),
    ...accessFindings(change, declared),
    ...protectionFindings(change),
  ];
  return [...findings, ...theRest(change, findings)];
}

/** What the findings so far do not tell: no change is hidden. */
function theRest(change: OwnedChange, findings: readonly Finding[]): Finding[] {
  const { type, actions } = change;
  if (makes(change) || destroys(change) || forgets(change)) {
    // Who is made or lost is told by what was found; what nothing was found of, and a replacement, is told as such.
    if (findings.some(({ kind }) => kind !== "notice" && kind !== "access")) return [];
    return [{ kind: "other", subject: say`${type}`, text: say`${[...actions]}`, address: change.address }];
  }
  const attribute = policyAttributeOf(change);
  const told = findings.length > 0 ? [attribute, ...TOLD_IN_WORDS] : [];
  const attributes = changedAttributes(change).filter((key) => !told.includes(key));
  if (attributes.length === 0) return [];
  return [
    { kind: "other", subject: say`${type}`, text: say`update of ${attributes}`, address: change.address },
  ];
}

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
    : [finding("other", change, say`moves in the state from ${change.movedFrom}`)];

const drifted = (change: OwnedChange): Finding =>
  finding(
    "notice",
    change,
    destroys(change)
      ? say`${change.address} was deleted **outside Terraform**: find out by whom`
      : say`${change.address} was changed **outside Terraform** (${changedAttributes(change)}): find out by whom`,
  );

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
