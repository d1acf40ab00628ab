/** Text of others as messages show it. No Terraform here: the fleet loader uses it too. */

/** A text in quotes, shortened. */
export function shown(text: string): string {
  const characters = [...text];
  return JSON.stringify(characters.length > 80 ? `${characters.slice(0, 77).join("")}...` : text);
}

/** For a terminal and for CI logs: no line breaks, escape sequences or reordering of the text. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
