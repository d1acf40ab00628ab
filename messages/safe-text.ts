import { withoutKeys } from "../keys/redact";

/** Text of others as messages show it. */

/** A text in quotes, shortened, and without whatever looks like a key: one that was put in a wrong place is not shown again. */
export function shown(text: string): string {
  return shownUpTo(80, text);
}

/** The same, with more or fewer characters than usual. */
export function shownUpTo(most: number, text: string): string {
  const characters = [...withoutKeys(text)];
  const short =
    characters.length > most ? `${characters.slice(0, most - 3).join("")}...` : characters.join("");
  return JSON.stringify(short);
}

/** For a terminal and for CI logs: no line breaks, escape sequences or reordering of the text. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The text on one line. File names and the like may hold control characters, which could forge lines or colours. */
export const oneLine = (text: string): string =>
  text
    .trim()
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/[\p{Cc}\p{Bidi_C}\u2028\u2029]/gu, "?");

/**
 * In quotes, with escapes for what is not seen as itself: controls (line feeds, ESC), characters that reorder the text around them or
 * have no width (U+202E, U+200B), blanks that only look like one, and what Unicode has not assigned.
 */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
