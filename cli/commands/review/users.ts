/** What changes in the registration: users, and what an admin is to register. */
import { fingerprint, formatFingerprint, parsePublicKey } from "../../../keys";
import type { OutputChange } from "../../shared/terraform-plan";
import { gains, loses } from "./access";
import { type Finding, nameOf } from "./finding";
import { isRegistration, type PlannedUser, usersOf } from "./owners";
import { type Phrase, say } from "./phrase";

/** Of fields that change, those that are told in their own words; all others by name. */
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
  return outputs.filter(isRegistration).flatMap(({ before, after, actions }) => {
    const [was, is] = [usersOf(before), usersOf(after)];
    if (after === undefined && actions.includes("update"))
      return [
        {
          kind: "notice" as const,
          subject: say`${"registration"}`,
          text: say`who is registered will be known after apply only`,
        },
      ];
    return [...new Set([...was.keys(), ...is.keys()])]
      .sort()
      .flatMap((key) => changeOf(was.get(key), is.get(key)));
  });
}

function changeOf(was: PlannedUser | undefined, is: PlannedUser | undefined): Finding[] {
  const user = is ?? was;
  if (!user) return [];
  const told = (kind: Finding["kind"], text: Phrase): Finding => ({ kind, subject: nameOf(user), text });
  if (!was) return [told("user", added(user))];
  if (!is) return [told("user", say`is **removed**: revoke it in the workspace, if that is not done`)];
  const findings: Finding[] = [];
  for (const [list, verb] of [
    ["signers", say`sign`],
    ["readers", say`read the credentials`],
  ] as const) {
    const [before, after] = [texts(was.entry[list]), texts(is.entry[list])];
    for (const role of after) if (!before.includes(role)) findings.push(told("access", gains(role, verb)));
    for (const role of before) if (!after.includes(role)) findings.push(told("access", loses(role, verb)));
  }
  if (JSON.stringify(was.entry["generation"]) !== JSON.stringify(is.entry["generation"]))
    findings.push(
      told(
        "key",
        say`generation ${text(is.entry["generation"])} is **promoted**; it was ${text(was.entry["generation"])}`,
      ),
    );
  if (was.entry["publicKey"] !== is.entry["publicKey"] || was.entry["keyArn"] !== is.entry["keyArn"])
    findings.push(
      // Of a registration that was never complete, there is no key that another could take the place of.
      told(
        typeof was.entry["publicKey"] === "string" || typeof was.entry["keyArn"] === "string"
          ? "weakened"
          : "key",
        say`the key to register is **another**: ${printOf(is)}; it was ${printOf(was)}`,
      ),
    );
  const fields = [...new Set([...Object.keys(was.entry), ...Object.keys(is.entry)])].sort();
  for (const field of fields) {
    const [before, after] = [was.entry[field], is.entry[field]];
    if (TOLD.has(field) || JSON.stringify(before) === JSON.stringify(after)) continue;
    findings.push(told("user", say`${field} changes from ${text(before)} to ${text(after)}`));
  }
  return findings;
}

function added({ entry }: PlannedUser): Phrase {
  const signers = texts(entry["signers"]);
  const readers = texts(entry["readers"]);
  return say`is **added**: ${text(entry["role"])}, custody ${text(entry["custody"])}; ${signers.length > 0 ? say`signs: ${signers}` : say`nobody signs`}${
    readers.length > 0 ? say`; reads the credentials: ${readers}` : say``
  }; to be registered as ${text(entry["uiLabel"])}`;
}

/** A public key, as people compare it. */
export function printOf({ entry }: PlannedUser): Phrase {
  const { publicKey } = entry;
  if (typeof publicKey !== "string") return say`known after apply only`;
  try {
    return say`fingerprint ${formatFingerprint(fingerprint(parsePublicKey(publicKey)))}`;
  } catch {
    return say`no public key`;
  }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map((each) => (typeof each === "string" ? each : "known after apply only"))
    : [];

/** Public data: nothing else is in a registration. */
const text = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
