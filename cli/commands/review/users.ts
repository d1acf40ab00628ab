/** What changes in the registration: users, and what an admin is to register. */
import { fingerprint, formatFingerprint, parsePublicKey } from "../../../keys";
import { isValues, type OutputChange } from "../../shared/terraform-plan";
import { gainsAndLosses } from "./access";
import type { Fact, PublicKey, Who } from "./facts";
import { type Finding, type Kind, ownerOf } from "./finding";
import { isRegistration, type PlannedUser, usersOf } from "./owners";

/** Fields whose change has a fact of its own, or follows from another field. */
const TOLD = new Set([
  "signers",
  "readers",
  "publicKey",
  "keyArn",
  "generation",
  "generations",
  "currentArn",
  "signerPolicy",
  "readerPolicy",
  "custodianPolicy",
]);

export function userFindings(outputs: readonly OutputChange[]): Finding[] {
  return outputs.filter(isRegistration).flatMap(({ name, before, after, actions }): Finding[] => {
    const [was, is] = [usersOf(before), usersOf(after)];
    if (after === undefined && actions.includes("update"))
      return [{ kind: "notice", subject: { output: name }, fact: { fact: "registration unknown" } }];
    return [...new Set([...was.keys(), ...is.keys()])]
      .sort()
      .flatMap((key) => [...changeOf(was.get(key), is.get(key))]);
  });
}

/** What changes of a user, between two entries of it. */
export function* changeOf(was: PlannedUser | undefined, is: PlannedUser | undefined): Generator<Finding> {
  const user = is ?? was;
  if (!user) return;
  const found = (kind: Kind, fact: Fact): Finding => ({ kind, subject: ownerOf(user), fact });
  if (!was) return yield found("user", added(user));
  if (!is) return yield found("user", { fact: "user removed" });
  const [before, after] = [was.entry, is.entry];
  const differs = (field: string) => JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  for (const fact of [
    ...gainsAndLosses(rolesIn(before["signers"]), rolesIn(after["signers"]), "sign"),
    ...gainsAndLosses(rolesIn(before["readers"]), rolesIn(after["readers"]), "read the credentials"),
  ])
    yield found("access", fact);
  if (differs("generation")) {
    const [generation, was] = [after, before].map((entry) => textOf(entry["generation"]));
    yield found("key", { fact: "generation promoted", generation, was });
  }
  if (differs("publicKey") || differs("keyArn")) {
    // A registration that was never complete has no key that another one could replace.
    const hadKey = [before["publicKey"], before["keyArn"]].some((each) => typeof each === "string");
    const fact = { fact: "another key", key: publicKeyOf(is), was: publicKeyOf(was) } as const;
    yield found(hadKey ? "weakened" : "key", fact);
  }
  for (const [kind, fact] of generationFacts(
    before["generations"],
    after["generations"],
    after["generation"],
  ))
    yield found(kind, fact);
  for (const field of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    if (TOLD.has(field) || !differs(field)) continue;
    const [from, to] = [textOf(before[field]), textOf(after[field])];
    yield found("user", { fact: "field changed", field, from, to });
  }
}

/** What changes of each generation. That of the current one's key has a finding of its own. */
function* generationFacts(before: unknown, after: unknown, current: unknown): Generator<[Kind, Fact]> {
  // An entry of a version that knew one key only.
  if (!isValues(before)) return;
  const of = (all: unknown, generation: string) => {
    const each = isValues(all) ? all[generation] : undefined;
    return isValues(each) ? each : undefined;
  };
  for (const generation of [
    ...new Set([...Object.keys(before), ...Object.keys(isValues(after) ? after : {})]),
  ]) {
    const [was, is] = [of(before, generation), of(after, generation)];
    const [from, to] = [was, is].map((each) => (each ? textOf(each["stage"]) : undefined));
    if (from !== to) yield ["key", { fact: "stage changed", generation, stage: to, was: from }];
    if (was === undefined || is === undefined || generation === String(current)) continue;
    const isSame = (["publicKey", "keyArn"] as const).every((field) => was[field] === is[field]);
    const [key, wasKey] = [is, was].map((entry) => publicKeyOf({ entry })) as [PublicKey, PublicKey];
    if (!isSame) yield ["weakened", { fact: "another key", key, was: wasKey, generation }];
  }
}

const added = ({ entry }: PlannedUser): Fact => ({
  fact: "user added",
  role: textOf(entry["role"]),
  custody: textOf(entry["custody"]),
  uiLabel: textOf(entry["uiLabel"]),
  signers: rolesIn(entry["signers"]),
  readers: rolesIn(entry["readers"]),
});

export function publicKeyOf({ entry: { publicKey } }: Pick<PlannedUser, "entry">): PublicKey {
  if (typeof publicKey !== "string") return "known after apply";
  try {
    return { fingerprint: formatFingerprint(fingerprint(parsePublicKey(publicKey))) };
  } catch {
    return "not a public key";
  }
}

const rolesIn = (value: unknown): Who[] =>
  Array.isArray(value) ? value.map((each) => (typeof each === "string" ? each : null)) : [];

/** A registration holds public data only. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value : JSON.stringify(value);
