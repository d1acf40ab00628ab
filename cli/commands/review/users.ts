/** What changes in the registration: users, and what an admin is to register. */
import { fingerprint, formatFingerprint, parsePublicKey } from "../../../keys";
import type { OutputChange } from "../../shared/terraform-plan";
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
  "signerPolicy",
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
  for (const field of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    if (TOLD.has(field) || !differs(field)) continue;
    const [from, to] = [textOf(before[field]), textOf(after[field])];
    yield found("user", { fact: "field changed", field, from, to });
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

export function publicKeyOf({ entry: { publicKey } }: PlannedUser): PublicKey {
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
