import { withoutKeys } from "../keys/redact";

/** Text of others as messages show it. No Terraform here: the fleet loader uses it too. */

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
