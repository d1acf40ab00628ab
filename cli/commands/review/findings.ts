import type { Plan } from "../../shared/terraform-plan";
import { accessFindings } from "./access";
import { checkFindings, pinnedFindings } from "./checks";
import { configurationFindings } from "./configured";
import { drifted } from "./drift";
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
import { lookAlikeFindings } from "./look-alikes";
import { withMoves } from "./moves";
import { OUR_TYPES } from "./ours/shapes";
import { isRegistration, ownedIn, type PlannedUser } from "./owners";
import { partFindings } from "./parts";
import { judgedAttributes, protectionFindings } from "./protection";
import { typeFindings } from "./types";
import { userFindings } from "./users";
import { withWatch } from "./watch";

/**
 * All that a reviewer must know of a plan. Empty if it changes nothing at all, and is this package's own.
 * @param beside the other plans that are reviewed with it
 */
export const reviewPlan = (plan: Plan, beside: readonly Plan[] = []): Finding[] =>
  withoutDuplicates([
    ...partFindings(plan),
    ...configurationFindings(plan, ownedIn(plan).changes),
    ...changeFindings(plan, beside),
  ]);

/** What a plan changes, whatever it was made from. */
export function changeFindings(plan: Plan, beside: readonly Plan[] = []): Finding[] {
  const { changes, drift, users } = ownedIn(plan);
  const findings = [
    ...changes.filter((change) => !idles(change)).flatMap((change) => ofResource(change, changes, users)),
    ...checkFindings(plan.checks, changes),
    ...pinnedFindings(users, changes),
    ...userFindings(plan.outputs),
    ...lookAlikeFindings(plan, beside),
    ...plan.outputs
      .filter((output) => !isRegistration(output) && !output.actions.every((action) => action === "no-op"))
      .map(({ name, actions }): Finding => {
        const fact = { fact: "changed", actions, attributes: [] } as const;
        return { kind: "other", subject: { output: name }, fact };
      }),
    ...changes.flatMap((change) => {
      const { movedFrom: from } = change;
      // No stack of ours has a `moved` block.
      return from === undefined ? [] : [finding("weakened", change, { fact: "moved in the state", from })];
    }),
    ...drift.filter((change) => !idles(change)).flatMap((change) => drifted(change, changes)),
  ];
  return withoutDuplicates(withWatch(withMoves(findings, plan, beside), plan, beside));
}

function ofResource(
  change: OwnedChange,
  all: readonly OwnedChange[],
  users: readonly PlannedUser[],
): Finding[] {
  if (!isUnderstood(change)) {
    const fact = { fact: "unknown actions", actions: change.actions } as const;
    return [finding("weakened", change, fact)];
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

/** What the findings so far do not tell: no change is hidden, and one that nobody judged closes the gate. */
function theRest(change: OwnedChange, findings: readonly Finding[]): Finding[] {
  const { type, actions, before, after, unknown } = change;
  const told = findings.flatMap(({ tells = [] }) => tells);
  // What AWS alone knows says nothing. What may be set is judged where it is configured.
  const untold = changedAttributes(change).filter((key) => !told.includes(key) && !unknown.has(key));
  const attributes = before && after ? untold : [];
  const judged = judgedAttributes(type);
  const unexplained = OUR_TYPES.has(type) ? attributes.filter((key) => !judged.has(key)) : [];
  const explained = attributes.filter((key) => !unexplained.includes(key));
  const rest: Finding[] = [];
  if (unexplained.length > 0)
    rest.push(finding("weakened", change, { fact: "unexplained", attributes: unexplained }));
  const isTold = [...findings, ...rest].some(({ kind }) => kind !== "notice" && kind !== "access");
  if (makes(change) || destroys(change) || forgets(change)) {
    if (!isTold || explained.length > 0)
      rest.push(other(change, { fact: "changed", actions, attributes: explained }));
  } else if (explained.length > 0)
    rest.push(other(change, { fact: "changed", actions: ["update"], attributes: explained }));
  return rest;
}

const other = ({ type, address }: OwnedChange, fact: Fact): Finding => ({
  kind: "other",
  subject: { type },
  fact,
  address,
});

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
