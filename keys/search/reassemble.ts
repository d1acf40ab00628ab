/** How much text after its beginning may belong to one key: hex of PEM in narrow lines with long prefixes. */
export const REACH = 8192;

/** What may be between two lines of a key that is written without prefixes, besides white space. */
const BETWEEN = /[\s"'`,;|()[\]{}\\]/y;

const ESCAPES = new RegExp(
  [
    String.raw`\\+(?:([nrt])|(?:u00|x)([0-9a-fA-F]{2})|(?=["'/\\]))`, // JSON, HCL, shells; any number of backslashes
    "%([0-7][0-9a-fA-F])", // URLs and forms
    "#0(1[0-5])", // syslog: octal
    String.raw`&#(\d{1,3}|x[0-9a-fA-F]{1,2});`, // XML, HTML
    "=(0[AD]|20|2B|2F|3D)", // quoted-printable, in mails
    "`([nrt])", // PowerShell
  ].join("|"),
  "g",
);

/** Between two texts that a program joins: a plus sign is a digit of base64 too. */
const JOINED = /(["'`])[ \t]*[+.&][ \t]*\1/g;

/** Takes off the escapes that programs put on line breaks and on `+`, `/`, `=` and quotes when they print a key. */
export function unescapeText(text: string): string {
  if (!/[\\%#&=`]/.test(text)) return text;
  return text.replace(ESCAPES, (_, backslash, hex, percent, octal, entity, printable, backtick) => {
    const letter = backslash ?? backtick;
    if (letter) return letter === "t" ? "\t" : "\n";
    if (octal) return String.fromCharCode(Number.parseInt(octal, 8));
    if (entity) return String.fromCharCode(Number(entity.startsWith("x") ? `0${entity}` : entity));
    const digits = hex ?? percent ?? printable;
    return digits ? String.fromCharCode(Number.parseInt(digits, 16)) : "";
  });
}

/**
 * The characters of `alphabet` that one key was written with, put together again from the lines of `text` between
 * `start` and `end`. Nothing says which words of a log's line are its prefix, so this gives every reading that makes
 * sense, the likeliest first: what follows without prefix; what is in the same column as the first line (`column`); the
 * longest and the last word of each line. Decoding shows whether a reading is right.
 */
export function reassemble(
  text: string,
  start: number,
  end: number,
  column: number,
  alphabet: string,
): Set<string> {
  const raw = text.slice(start, end).replace(JOINED, "");
  const plain = unescapeText(raw);
  const readings = new Set([runOn(plain, alphabet)]);
  // Docker's log driver puts an escaped line break inside every line: it ends a word there, but not the line.
  const inLines =
    /\n/.test(raw) && plain !== raw ? [unescapeText(raw.replace(/(?<!\\)\\+n/g, " ")), plain] : [plain];
  for (const variant of inLines) {
    const lines = variant.split(/\r?\n|\r/);
    if (lines.length < 2) continue;
    const words = new RegExp(`[${alphabet}]+`, "g");
    readings.add(pick(lines, (line) => line.slice(column).match(words)?.[0]));
    readings.add(pick(lines, (line) => longest(line.match(words))));
    readings.add(pick(lines, (line) => line.match(words)?.at(-1)));
  }
  readings.delete("");
  return readings;
}

/** In which column of its line the character at `index` is; escaped line breaks count as line breaks. */
export function columnOf(text: string, index: number): number {
  const before = unescapeText(text.slice(Math.max(0, index - 1024), index));
  return before.length - 1 - before.lastIndexOf("\n");
}

function runOn(text: string, alphabet: string): string {
  const word = new RegExp(`[${alphabet}]+`, "y");
  let joined = "";
  let at = 0;
  while (at < text.length) {
    word.lastIndex = BETWEEN.lastIndex = at;
    const found = word.exec(text)?.[0];
    if (found) joined += found;
    else if (!BETWEEN.test(text)) break;
    at += found?.length ?? 1;
  }
  return joined;
}

/** The first line begins with the key itself, whatever its column; then a word of each line, lines without left out. */
function pick(lines: string[], word: (line: string) => string | undefined): string {
  const [first = "", ...others] = lines;
  return [/^[\w+/=-]*/.exec(first.trimStart())?.[0], ...others.map(word)].join("");
}

export const longest = (words: string[] | null): string | undefined =>
  words?.reduce((best, word) => (word.length > best.length ? word : best));
