import { visible } from "./safe-text";

/** Words of a command line that a person copies from a message. */

/** What no POSIX shell reads as anything else, nor zsh, which expands a word that begins with `=`. */
const BARE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/**
 * A text as one word for a POSIX shell (POSIX.1-2017, Shell Command Language, 2.2), which gives the text back. What is not seen as itself
 * would be spelled out where the word is shown: such a text goes through `printf`. `…` for a text that no word can give.
 */
export function shellWord(text: string): string {
  if (BARE.test(text)) return text;
  if (visible(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  // No argument has a NUL, and $(…) drops line feeds at the end.
  if (/\0|\n$/.test(text)) return "…";
  return `"$(printf '${octal(text)}')"`;
}

/** An argument that is no option, also where it begins with a hyphen. The words behind it are no options either. */
export const operand = (text: string): string => `${text.startsWith("-") ? "-- " : ""}${shellWord(text)}`;

/** An option with its value, also where that begins with a hyphen. */
export const optionWith = (option: string, value: string): string =>
  `${option}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;

/** The text's bytes as a format of printf: but for letters and digits, each in octal. */
const octal = (text: string) =>
  Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  }).join("");
