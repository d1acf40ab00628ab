import { oneLine } from "../../../messages/safe-text";
import { addressOf, type Card } from "../../../registration/card";
import { isPractice, PRACTICE, PRACTICE_NOTE } from "../../../registration/practice";
import { type Line, type Section, stageOf, uiLabelOf } from "../../../registration/steps";
import { type CheckedCard, fieldOf, pageCode, stepsFor } from "./text";

/** The cards as Markdown, for a ticket: what comes from the registration is shown as it is, and never as markup. */
export function markdownOf(all: readonly CheckedCard[]): string {
  const cards = all.map(({ card }) => card);
  const lines = [
    ...(isPractice(cards) ? [`# ${PRACTICE}`, "", `**${PRACTICE_NOTE}**`, ""] : []),
    "# Registration of API users",
    "",
    `Page code: \`${pageCode(cards)}\``,
    "",
  ];
  for (const each of all) lines.push(...cardLines(each));
  return lines.join("\n");
}

function* cardLines({ card, checked }: CheckedCard): Generator<string> {
  yield* [
    `## ${card.practice ? `${PRACTICE}: ` : ""}${escaped(addressOf(card))}`,
    "",
    `${uiLabelOf(card)}, ${stageOf(card)}`,
    "",
  ];
  if (checked.state === "wrong") yield* ["**Do not register this user.**", ""];
  for (const { state, text } of checked.findings)
    yield `- ${state === "right" ? "✓" : state === "wrong" ? "✕" : "–"} ${escaped(text)}`;
  yield "";
  for (const section of stepsFor({ card, checked })) yield* sectionLines(section, card);
}

function* sectionLines({ title, lead, steps, notes }: Section, card: Card): Generator<string> {
  yield* [`### ${title}`, ""];
  if (lead) yield* [inline(lead), ""];
  for (const [index, { line, field, tasks = [] }] of steps.entries()) {
    yield `${index + 1}. ${inline(line)}`;
    // Indented code, which nothing in it can end, as a fence would be ended by another.
    if (field) yield* ["", `       ${fieldOf(field, card)}`, ""];
    for (const task of tasks) yield `   - [ ] ${inline(task)}`;
  }
  yield "";
  for (const note of notes ?? []) yield* [`> ${inline(note)}`, ""];
}

const inline = (line: Line) =>
  line
    .map((part) => {
      if (typeof part === "string") return part.replace(/>/g, "\\>");
      return "label" in part ? `**${part.label}**` : codeSpan(part.value);
    })
    .join("");

/** Code of one line: its fence is longer than any run of backticks in it (CommonMark 6.1). */
function codeSpan(text: string): string {
  const shown = oneLine(text);
  const fence = "`".repeat(1 + Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length)));
  const blank = /^`|`$/.test(shown) ? " " : "";
  return `${fence}${blank}${shown}${blank}${fence}`;
}

/** Text with no markup in it: every ASCII punctuation may be escaped (CommonMark 2.4); `@` and `#` would mention and link. */
const escaped = (text: string) =>
  oneLine(text).replace(/[!-/:-@[-`{-~]/g, (mark) => (/[.,'()-]/.test(mark) ? mark : `\\${mark}`));
