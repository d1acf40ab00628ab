import { formatFingerprint } from "../../../keys";
import { oneLine, visible } from "../../../messages/safe-text";
import { addressOf, type Card, pageCodeOf } from "../../../registration/card";
import { type Checked, checkCard, Duplicates } from "../../../registration/check";
import { isPractice, largePractice, PRACTICE } from "../../../registration/practice";
import { type Line, type Section, sectionsOf, stageOf, uiLabelOf } from "../../../registration/steps";
import { line, style, type Text } from "../../shared/output";

/** A card and what its checks said. */
export interface CheckedCard {
  readonly card: Card;
  readonly checked: Checked;
}

export function checkAll(cards: readonly Card[]): CheckedCard[] {
  const twins = new Duplicates(cards);
  return cards.map((card) => ({ card, checked: checkCard(card, twins) }));
}

/** One code for all of the cards, for people to compare with that of a page. */
export const pageCode = (cards: readonly Card[]) => formatFingerprint(pageCodeOf(cards));

/** The cards for a terminal. */
export function terminalOf(all: readonly CheckedCard[]): Text[] {
  const lines: Text[] = [];
  if (isPractice(all.map(({ card }) => card)))
    lines.push(...largePractice().map((row) => (row === "" ? "" : style("yellow", row))));
  for (const { card, checked } of all) {
    if (card.practice) lines.push(style("yellow", PRACTICE));
    lines.push(style("bold", addressOf(card)), `  ${uiLabelOf(card)}, ${stageOf(card)}`);
    if (checked.state === "wrong") lines.push(line`  ${style("red", "DO NOT REGISTER THIS USER")}`);
    for (const { state, text } of checked.findings) lines.push(line`  ${mark(state)} ${oneLine(text)}`);
    for (const section of stepsFor({ card, checked })) lines.push("", ...sectionLines(section, card));
    lines.push("");
  }
  lines.push(
    line`${style("bold", "Page code")}  ${pageCode(all.map(({ card }) => card))}`,
    "           Read it, and the fingerprints, to the admin: each must be what they see.",
  );
  return lines;
}

const plain = (text: Line) =>
  text
    .map((part) => (typeof part === "string" ? part : "label" in part ? `"${part.label}"` : part.value))
    .join("");

const mark = (state: Checked["findings"][number]["state"]): Text =>
  state === "right" ? style("green", "✓") : state === "wrong" ? style("red", "✕") : "–";

function* sectionLines({ title, lead, steps, notes }: Section, card: Card): Generator<Text> {
  yield line`  ${style("bold", title)}`;
  if (lead) yield `     ${plain(lead)}`;
  for (const [index, { line: text, field, tasks = [] }] of steps.entries()) {
    yield `  ${String(index + 1).padStart(2)} ${plain(text)}`;
    if (field) yield `       ${fieldOf(field, card)}`;
    for (const task of tasks) yield `     [ ] ${plain(task)}`;
  }
  for (const note of notes ?? []) yield `   ! ${plain(note)}`;
}

/** What is to be entered or compared. */
export function fieldOf(field: "username" | "publicKey" | "fingerprint", card: Card): string {
  if (field === "username") return visible(card.username);
  return field === "publicKey" ? card.publicKey : formatFingerprint(card.fingerprint);
}

/** What is to be done for a user; nothing, where it does not check out. */
export const stepsFor = ({ card, checked }: CheckedCard): Section[] =>
  checked.state === "wrong" ? [] : sectionsOf(card);
