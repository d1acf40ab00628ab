import type { Finding, Kind } from "./finding";
import { say } from "./phrase";

/** A plan by its file, and what was found in it. */
export interface Reviewed {
  readonly plan: string;
  readonly findings: readonly Finding[];
}

/** In this order; the first two are shown as what must not be overlooked. */
const SECTIONS: readonly (readonly [Kind, string])[] = [
  ["destroy", "Destroyed"],
  ["weakened", "Weakened"],
  ["user", "Users"],
  ["access", "Who may sign or read"],
  ["key", "Keys"],
  ["notice", "To know"],
  ["other", "Other changes"],
];
const LOUD = new Set<Kind>(["destroy", "weakened"]);

/** How many other changes one line takes. */
const MOST_IN_A_LINE = 3;

/** How many addresses are named of one change. A comment takes 65,536 characters; JSON has them all. */
const MOST_ADDRESSES = 20;

/** Markdown for a comment on a pull request (GitHub's flavour, which GitLab reads too). Ends in a line break. */
export function markdownOf(reviewed: readonly Reviewed[]): string {
  const all = reviewed.flatMap(({ findings }) => findings);
  const plans = reviewed.length === 1 ? "the plan" : `the ${reviewed.length} plans`;
  if (all.length === 0) return `**API users**: nothing changes (${plans}).\n`;
  // Not of what this package does not know: it cannot say that this is none of a user's, key's or guard's.
  if (
    all.every(({ kind, foreign }) => kind === "other" && !foreign) &&
    otherChanges(all).length <= MOST_IN_A_LINE
  )
    return `**API users**: no user, key, access or guard changes. Other changes: ${otherChanges(all).join("; ")}.\n`;
  const lines = ["### API users: what this plan changes", ""];
  for (const [kind, title] of SECTIONS) {
    const found = all.filter((each) => each.kind === kind);
    if (found.length === 0) continue;
    const items =
      kind === "other"
        ? otherChanges(found)
        : found.map((each) => `${each.subject.markdown()}: ${each.text.markdown()}`);
    const mark = LOUD.has(kind) ? "> " : "";
    // GitHub's and GitLab's own box; elsewhere a quotation.
    if (LOUD.has(kind)) lines.push("> [!CAUTION]");
    lines.push(`${mark}**${title}**`, mark.trimEnd(), ...items.map((item) => `${mark}- ${item}`), "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Each kind of change once, with all resources that it is done to. */
function otherChanges(findings: readonly Finding[]): string[] {
  const groups = new Map<string, Finding[]>();
  for (const each of findings) {
    const key = `${each.subject.markdown()}: ${each.text.markdown()}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups].map(([what, group]) => {
    const addresses = group.flatMap(({ address }) => (address === undefined ? [] : [address]));
    const names = addresses.slice(0, MOST_ADDRESSES).map(codeOf);
    const more = addresses.length - names.length;
    if (more > 0) names.push(`and ${more} more, all in --format json`);
    return names.length === 0 ? what : `${what} (${names.join(", ")})`;
  });
}

/** For programs: the texts without Markdown. */
export function jsonOf(reviewed: readonly Reviewed[], failed: readonly Kind[]) {
  return {
    ok: failed.length === 0,
    failed,
    plans: reviewed.map(({ plan, findings }) => ({
      plan,
      findings: findings.map(({ kind, subject, text, address }) => ({
        kind,
        subject: subject.plain(),
        text: text.plain(),
        address,
      })),
    })),
  };
}

const codeOf = (address: string) => say`${address}`.markdown();
