import type { Plan } from "../../shared/terraform-plan";
import { accessFindings } from "./access";
import { checkFindings, pinnedFindings } from "./checks";
import type { Fact } from "./facts";
import {
  changedAttributes,
  destroys,
  type Finding,
  finding,
  forgets,
  idles,
  isSameUser,
  isUnderstood,
  makes,
  type OwnedChange,
} from "./finding";
import { importFindings } from "./imports";
import { keyFindings } from "./keys";
import { isRegistration, type PlannedUser, usersOf, withOwners } from "./owners";
import { protectionFindings } from "./protection";
import { OUR_TYPES, typeFindings } from "./types";
import { userFindings } from "./users";

/** All that a reviewer must know of a plan. Empty if it changes nothing at all. */
export function reviewPlan(plan: Plan): Finding[] {
  const registrations = plan.outputs.filter(isRegistration);
  const after = registrations.flatMap((output) => [...usersOf(output.after).values()]);
  const before = registrations.flatMap((output) => [...usersOf(output.before).values()]);
  // Changes and drift together: a resource that drifted may be known by another one that did not.
  const owned = withOwners([...plan.changes, ...plan.drift], [...before, ...after]);
  const changes = owned.slice(0, plan.changes.length);
  const drift = owned.slice(plan.changes.length);
  const findings: Finding[] = [
    ...changes.filter((change) => !idles(change)).flatMap((change) => ofResource(change, changes, after)),
    ...checkFindings(plan.checks, changes),
    ...pinnedFindings(after, changes),
    ...userFindings(plan.outputs),
    ...plan.outputs
      .filter((output) => !isRegistration(output) && !output.actions.every((action) => action === "no-op"))
      .map(({ name, actions }): Finding => {
        const fact = { fact: "changed", actions, attributes: [] } as const;
        return { kind: "other", subject: { output: name }, fact };
      }),
    ...changes.flatMap((change) => {
      const { movedFrom: from } = change;
      return from === undefined ? [] : [other(change, { fact: "moved in the state", from })];
    }),
    ...drift.filter((change) => !idles(change)).map(drifted),
  ];
  if (plan.partial)
    findings.push({ kind: "notice", subject: { whole: "plan" }, fact: { fact: "partial plan" } });
  return withoutDuplicates(findings);
}

function ofResource(
  change: OwnedChange,
  all: readonly OwnedChange[],
  users: readonly PlannedUser[],
): Finding[] {
  if (!isUnderstood(change)) {
    const fact = { fact: "unknown actions", actions: change.actions } as const;
    return [OUR_TYPES.has(change.type) ? finding("weakened", change, fact) : other(change, fact)];
  }
  const { owner } = change;
  const declared = owner && users.find((user) => isSameUser(user, owner));
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
  const { actions, before, after, unknown, imported } = change;
  const told = findings.flatMap(({ tells = [] }) => tells);
  const untold = changedAttributes(change).filter((key) => !told.includes(key));
  if (makes(change) || destroys(change) || forgets(change)) {
    // Of a replacement, AWS chooses many attributes again: those that only it knows say nothing.
    const attributes = before && after ? untold.filter((key) => !unknown.has(key)) : [];
    const isTold = findings.some(({ kind }) => kind !== "notice" && kind !== "access");
    return isTold && attributes.length === 0 ? [] : [other(change, { fact: "changed", actions, attributes })];
  }
  return [
    ...(imported && findings.length === 0 ? [other(change, { fact: "imported" })] : []),
    ...(untold.length > 0
      ? [other(change, { fact: "changed", actions: ["update"], attributes: untold })]
      : []),
  ];
}

const other = ({ type, address }: OwnedChange, fact: Fact): Finding => ({
  kind: "other",
  subject: { type },
  fact,
  address,
});

function drifted(change: OwnedChange): Finding {
  const { address, type } = change;
  if (!destroys(change)) {
    const attributes = changedAttributes(change);
    return finding("notice", change, { fact: "changed outside Terraform", address, attributes });
  }
  return HOLDS_KEY.has(type)
    ? finding("destroy", change, { fact: "no longer found", address })
    : finding("notice", change, { fact: "deleted outside Terraform", address });
}

const HOLDS_KEY = new Set(["aws_secretsmanager_secret", "aws_kms_key", "aws_kms_alias"]);

/** A right that is gained stands in the policy and in the registration, and once more in the line of a user who is added: once is enough. */
function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const added = new Map(
    findings.flatMap(({ subject, fact }) =>
      fact.fact === "user added" ? [[JSON.stringify(subject), fact] as const] : [],
    ),
  );
  const isTold = ({ subject, fact }: Finding) => {
    const user = added.get(JSON.stringify(subject));
    if (fact.fact !== "gains" || typeof fact.right !== "string" || !user) return false;
    const { role, right } = fact;
    return user.signers.includes(role) || (right === "read the credentials" && user.readers.includes(role));
  };
  const seen = new Set<string>();
  return findings.filter((each) => {
    const { kind, subject, fact, address } = each;
    const plain =
      "right" in fact && fact.right === "read the private key" ? { ...fact, right: "sign" } : fact;
    // Of other changes, the report names every address.
    const key = JSON.stringify([kind, subject, plain, kind === "other" && address]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew && !isTold(each);
  });
}
