import type { Random } from "./random";

const smart = { '"': ["\u201c", "\u201d"], "'": ["\u2018", "\u2019"] } as const;
/** Puts a character into every run of letters and digits, each so many characters. */
const scattered = (text: string, character: string, each: number) =>
  text.replace(new RegExp(`([0-9A-Za-z+/]{${each}})(?=[0-9A-Za-z+/])`, "g"), `$1${character}`);

/** What mail programs, terminals and word processors do to a text. */
export const blemishes: Readonly<Record<string, (text: string, random: Random) => string>> = {
  none: (text) => text,
  "no-break spaces": (text) => text.replaceAll(" ", "\u00a0"),
  "zero-width spaces": (text) => scattered(text, "\u200b", 20),
  "soft hyphens": (text) => scattered(text, "\u00ad", 16),
  "smart dashes": (text) => text.replaceAll("-----", "\u2014\u2013"),
  "four dashes": (text) => text.replaceAll("-----", "----"),
  "smart quotes": (text, random) =>
    text.replace(/["']/g, (quote) => smart[quote as '"' | "'"][random.below(2)] as string),
  CRLF: (text) => text.replaceAll("\n", "\r\n"),
  CR: (text) => text.replaceAll("\n", "\r"),
  "a byte-order mark": (text) => `\ufeff${text}`,
  "double-escaped line ends": (text) => text.replaceAll("\n", "\\\\n"),
};

/** How a text becomes a file. */
export const encodedAs: Readonly<Record<string, (text: string) => Buffer>> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-16LE with mark": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "UTF-16BE with mark": (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
  "UTF-16LE": (text) => Buffer.from(text, "utf16le"),
  "UTF-16BE": (text) => Buffer.from(text, "utf16le").swap16(),
};
