import { withoutKeys } from "../keys/redact";

/** Text of others as messages show it. */

/** A text in quotes, shortened, and without whatever looks like a key: one that was put in a wrong place is not shown again. */
export function shown(text: string): string {
  return shownUpTo(80, text);
}

/** The same, with more or fewer characters than usual. */
export function shownUpTo(most: number, text: string): string {
  // Two units of a text may be one character, and no more than these are looked at.
  const characters = [...withoutKeys(text).slice(0, 2 * most + 2)];
  const short =
    characters.length > most ? `${characters.slice(0, most - 3).join("")}...` : characters.join("");
  return JSON.stringify(short);
}

/**
 * What is not seen as itself: whatever is no letter, mark, number, punctuation, symbol or space (controls such as line feeds and
 * ESC, what turns the direction of text, what Unicode has not assigned), and what has no width by Unicode's own property.
 */
const UNSEEN = /[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]|\p{Default_Ignorable_Code_Point}/gu;

/** For a terminal and for CI logs, each character that is not seen as itself is spelled out. All that a command prints goes through it. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : unit(code);
  });
}

/** The same for a text of several lines, whose line breaks are meant: nothing in it may come from others as it is. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** The text on one line, without blanks at its ends, and visible. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, (blanks) => (/[\r\n]/.test(blanks) ? " " : blanks)).trim());
}

/** A value as JSON of several lines. JSON allows most of what is not seen as itself in its texts; here all of it is escaped. */
export function jsonText(value: unknown): string {
  // The line feeds are those of the layout: in a text they are escaped already.
  return JSON.stringify(value, undefined, 2).split("\n").map(escapedInJson).join("\n");
}

/** The same for JSON that is there already, on one line. */
export const escapedInJson = (json: string): string =>
  json.replace(UNSEEN, (character) => Array.from(units(character), unit).join(""));

const unit = (code: number) => `\\u${code.toString(16).padStart(4, "0")}`;

/** JSON has no escape for a character as a whole above U+FFFF. */
function* units(character: string): Generator<number> {
  for (let index = 0; index < character.length; index++) yield character.charCodeAt(index);
}

/**
 * In quotes, with escapes for what is not seen as itself, and for blanks that only look like one: for a text that a person is to
 * compare and approve.
 */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
