import type { Finding, Kind } from "./finding";
import { say } from "./text/phrase";
import { subjectText, textOf } from "./text/text";

/** A plan by its file, and what was found in it. */
export interface Reviewed {
  readonly plan: string;
  readonly findings: readonly Finding[];
}

/** In this order. The first two are shown in a box. */
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

/** How many other changes fit in one line. */
const MOST_IN_A_LINE = 3;

/** How many addresses are named of one change. A comment holds 65,536 characters; JSON has them all. */
const MOST_ADDRESSES = 20;

/** Markdown for a comment on a pull request (GitHub's flavour, which GitLab reads too). Ends in a line break. */
export function markdownOf(reviewed: readonly Reviewed[]): string {
  const all = reviewed.flatMap(({ findings }) => findings);
  const plans =
    { 0: "no stack is touched", 1: "the plan" }[reviewed.length] ?? `the ${reviewed.length} plans`;
  if (all.length === 0) return `**API users**: nothing changes (${plans}).\n`;
  if (all.every(({ kind }) => kind === "other") && otherChanges(all).length <= MOST_IN_A_LINE)
    return `**API users**: no user, key, access or guard changes. Other changes: ${otherChanges(all).join("; ")}.\n`;
  const lines = ["### API users: what this plan changes", ""];
  for (const [kind, title] of SECTIONS) {
    const found = all.filter((each) => each.kind === kind);
    if (found.length === 0) continue;
    const items = kind === "other" ? otherChanges(found) : found.map(lineOf);
    const mark = LOUD.has(kind) ? "> " : "";
    // GitHub's and GitLab's own box; elsewhere a quotation.
    if (LOUD.has(kind)) lines.push("> [!CAUTION]");
    lines.push(`${mark}**${title}**`, mark.trimEnd(), ...items.map((item) => `${mark}- ${item}`), "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

const lineOf = ({ subject, fact }: Finding) =>
  `${subjectText(subject).markdown()}: ${textOf(fact).markdown()}`;

/** Each kind of change once, with the addresses of all its resources. */
function otherChanges(findings: readonly Finding[]): string[] {
  const groups = new Map<string, { line: string; addresses: string[] }>();
  for (const each of findings) {
    const { subject, fact, address } = each;
    const key = JSON.stringify([subject, fact]);
    const group = groups.get(key) ?? { line: lineOf(each), addresses: [] };
    groups.set(key, group);
    if (address !== undefined) group.addresses.push(address);
  }
  return [...groups.values()].map(({ line, addresses }) => {
    const names = addresses.slice(0, MOST_ADDRESSES).map((address) => say`${address}`.markdown());
    const more = addresses.length - names.length;
    if (more > 0) names.push(`and ${more} more, all in --format json`);
    return names.length === 0 ? line : `${line} (${names.join(", ")})`;
  });
}

/**
 * What `--format json` prints: whether all is well, what of `--fail-on` was found, and each finding. `subject` and `text` are in words, in
 * one line, without Markdown; `about` and `fact` are the same for programs: `{ "fact": "gains", "role": "arn:…", "right": "sign" }`.
 */
export function jsonOf(reviewed: readonly Reviewed[], failed: readonly Kind[]) {
  return {
    ok: failed.length === 0,
    failed,
    plans: reviewed.map(({ plan, findings }) => ({
      plan,
      findings: findings.map(({ kind, subject, fact, address }) => ({
        kind,
        subject: subjectText(subject).plain(),
        text: textOf(fact).plain(),
        address,
        about: subject,
        fact,
      })),
    })),
  };
}
