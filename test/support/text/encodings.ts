/** A text in the encodings that editors, shells and mail programs give it. */

type Encode = (text: string) => Buffer;

const utf16le: Encode = (text) => Buffer.from(text, "utf16le");
const utf16be: Encode = (text) => Buffer.from(text, "utf16le").swap16();

const BARE: Readonly<Record<string, Encode>> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-16LE": utf16le,
  "UTF-16BE": utf16be,
};

export const ENCODINGS: Readonly<Record<string, Encode>> = Object.fromEntries(
  Object.entries(BARE).flatMap(([name, encode]) => [
    [name, encode],
    [`${name} with a byte order mark`, (text: string) => encode(`\ufeff${text}`)],
  ]),
);

export const withCrlf = (text: string): string => text.replaceAll("\n", "\r\n");
