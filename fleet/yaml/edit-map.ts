import { isMap, isScalar, type Node, type Pair, Scalar, type YAMLMap } from "yaml";
import type { Splices } from "./splices";
import { ambiguity } from "./yaml-11";

/** The form cannot be edited by these few rules: a person has to. */
export class NotEditable extends Error {}

/** A map of texts, such as `{ 1: current }`. */
export type Texts = Readonly<Record<string, string>>;

/**
 * Gives a key of a map a map of texts for a value, in the style that is there: a new pair looks like the one beside it, and comments,
 * quotes and line breaks stay. No entries: the key goes.
 *
 * @param beside keys whose line a new key goes behind, the best last
 * @throws NotEditable
 */
export function setTexts(
  edit: Splices,
  owner: YAMLMap,
  key: string,
  entries: Texts,
  beside: readonly string[],
): void {
  const pair = owner.items.find((each) => nameOf(each) === key);
  if (pair === undefined) {
    if (Object.keys(entries).length > 0) addPair(edit, owner, key, entries, beside);
  } else if (Object.keys(entries).length === 0) {
    removePair(edit, owner, pair);
  } else {
    if (!isMap(pair.value)) throw new NotEditable();
    changeEntries(edit, pair.value as YAMLMap, entries);
  }
}

function changeEntries(edit: Splices, map: YAMLMap, entries: Texts): void {
  const there = new Set(map.items.map(nameOf));
  for (const pair of map.items) {
    const text = entries[nameOf(pair)];
    if (text === undefined) removePair(edit, map, pair);
    else if (textIn(pair).value !== text) {
      const [start, end] = rangeOf(textIn(pair));
      edit.replace(start, end, written(text, textIn(pair)));
    }
  }
  const added = Object.entries(entries).filter(([name]) => !there.has(name));
  const last = map.items.filter((pair) => entries[nameOf(pair)] !== undefined).at(-1);
  if (added.length === 0) return;
  if (last === undefined) throw new NotEditable();
  const pairs = added.map(([name, text]) => `${written(name, keyOf(last))}: ${written(text, textIn(last))}`);
  const [, end] = rangeOf(textIn(last));
  if (map.flow) edit.insert(end, pairs.map((pair) => `, ${pair}`).join(""));
  else
    edit.addLine(endOfLine(edit, end), pairs.map((pair) => indentOf(edit, last) + pair).join(breakOf(edit)));
}

function addPair(
  edit: Splices,
  owner: YAMLMap,
  key: string,
  entries: Texts,
  beside: readonly string[],
): void {
  const candidates = owner.items.filter((pair) => isScalar(pair.value) && isFlowScalar(pair.value));
  const rank = (pair: Pair) => beside.indexOf(nameOf(pair));
  const [neighbour] = [...candidates].sort((a, b) => rank(b) - rank(a));
  if (neighbour === undefined) throw new NotEditable();
  // Where keys are in quotes, as in JSON, so is all that is written.
  const style = isQuoted(keyOf(neighbour)) ? keyOf(neighbour) : undefined;
  const pairs = Object.entries(entries).map(
    ([name, text]) => `${written(name, style)}: ${written(text, style)}`,
  );
  const line = `${written(key, style)}: { ${pairs.join(", ")} }`;
  const [, end] = rangeOf(textIn(neighbour));
  if (owner.flow) edit.insert(end, `, ${line}`);
  else edit.addLine(endOfLine(edit, end), indentOf(edit, neighbour) + line);
}

function removePair(edit: Splices, owner: YAMLMap, pair: Pair): void {
  const [start] = rangeOf(keyOf(pair));
  const end = endOf(pair.value as Node);
  const isAlone = /^[ \t]*$/.test(edit.before(start));
  if (!owner.flow) {
    if (!isAlone) throw new NotEditable();
    edit.removeLines(start, endOfLine(edit, end));
    return;
  }
  const [comma = ""] = /^[ \t]*,/.exec(edit.after(end)) ?? [];
  const rest = edit.after(end + comma.length);
  if (isAlone && /^[ \t]*(#.*)?$/.test(rest)) edit.removeLines(start, end);
  else if (comma !== "")
    edit.replace(start, end + comma.length + (/^[ \t]*/.exec(rest)?.[0].length ?? 0), "");
  else {
    const [before = ""] = /,[ \t]*$/.exec(edit.before(start)) ?? [];
    edit.replace(start - before.length, end, "");
  }
}

const nameOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : "");

function keyOf({ key }: Pair): Scalar {
  if (isScalar(key)) return key;
  throw new NotEditable();
}

/** The text that is the value of a pair, on one line. */
function textIn({ value }: Pair): Scalar {
  if (isScalar(value) && isFlowScalar(value)) return value;
  throw new NotEditable();
}

const isQuoted = ({ type }: Scalar) => type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
const isFlowScalar = (node: Scalar) => isQuoted(node) || node.type === Scalar.PLAIN;

function rangeOf({ range }: Node): readonly [start: number, end: number] {
  if (!range) throw new NotEditable();
  return [range[0], range[1]];
}

/** Where what is written of a node ends: the range of a block collection has what follows it too. */
function endOf(node: Node): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1)?.value;
    if (last) return endOf(last as Node);
  }
  if (!isMap(node) && !(isScalar(node) && isFlowScalar(node))) throw new NotEditable();
  return rangeOf(node)[1];
}

/** A place in a line, if nothing but a comment follows it there. */
function endOfLine(edit: Splices, at: number): number {
  if (/^[ \t]*(#.*)?$/.test(edit.after(at))) return at;
  throw new NotEditable();
}

/** The blanks in front of a pair of a block, which may begin in a line with the hyphen of its item. */
function indentOf(edit: Splices, pair: Pair): string {
  const before = edit.before(rangeOf(keyOf(pair))[0]);
  if (/[^ -]/.test(before)) throw new NotEditable();
  return " ".repeat(before.length);
}

const breakOf = ({ text }: Splices) => (/\r\n/.test(text) ? "\r\n" : "\n");

/** A text as YAML, in the quotes of another one, or in double quotes where it needs some. */
function written(text: string, like: Scalar | undefined): string {
  if (like?.type === Scalar.QUOTE_SINGLE && !/[\p{C}']/u.test(text)) return `'${text}'`;
  // Quotes say that a key in hexadecimal is text, whatever its digits are.
  const isPlain = text.length <= 64 && /^[A-Za-z0-9](?:[A-Za-z0-9 ._/-]*[A-Za-z0-9._/-])?$/.test(text);
  const isNumber = /^[0-9]+$/.test(text);
  if (like && isQuoted(like)) return JSON.stringify(text);
  return isPlain && (isNumber || ambiguity(text, text) === undefined) ? text : JSON.stringify(text);
}
