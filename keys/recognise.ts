import { decoded, type Finding, finding, flawed, spelled, unread, wipe, withFlaw } from "./finding";
import * as mistakes from "./mistakes";
import { hasPem, splitPem, withBoundaries } from "./pem";
import { plainText } from "./plain-text";
import { readBytes } from "./read/bytes";
import { readJson } from "./read/json";
import { readPhrase, readSsh } from "./read/other";
import { curveIn, isParameters, readPem } from "./read/pem";
import { privateKeyAmong } from "./search/among";
import { gunzip } from "./search/gunzip";
import { unescapeText } from "./search/reassemble";
import { spellings } from "./spellings";

/**
 * Says what an input is: the one place where keys are parsed. What parsePrivateKey accepts, what diagnose explains and
 * what convert turns into the right form are all read here, so that they cannot disagree.
 *
 * An input that is a key from end to end is read as one. Wherever that leaves something over, a search looks for a private key in it,
 * the same that the audit runs over files: what the audit would find is never called public here, nor no key.
 *
 * Text cannot be wiped in JavaScript; bytes decoded on the way are, and the finding's own copy is its taker's to wipe.
 */
export function recognise(input: string | Uint8Array): Finding {
  const whole =
    typeof input === "string"
      ? readText(input, 0)
      : readInner(Buffer.from(input.buffer, input.byteOffset, input.length), 0);
  const found = judge(whole ?? flawed("other", "unknown", mistakes.unrecognised()));
  if (!leavesSomethingOver(found)) return found;
  const code = found.flaws[0]?.code;
  const isBroken = BROKEN.includes(code);
  const among = privateKeyAmong(input, {
    alsoNumbers: NO_KEY.includes(code) || (isBroken && found.kind === "other"),
    onlyWhole: isBroken,
    beside: found.kind === "public" ? found.publicKey : undefined,
  });
  if (among) wipe(found);
  return among ?? found;
}

/** Where a bare number is more than what was read. */
const NO_KEY: readonly (string | undefined)[] = [
  "unrecognised",
  "not-a-key",
  "bare-scalar",
  "several-keys",
  "empty",
];

/** Where a number that is there in full is no key file yet: but what was taken for a broken key may be lines of a whole one. */
const BROKEN: readonly (string | undefined)[] = ["truncated", "damaged"];

/** Whether there may be a private key that was not read. */
function leavesSomethingOver({ kind, unread: isUnread, flaws, spellings: around }: Finding): boolean {
  const codes = flaws.map(({ code }) => code);
  if (codes.includes("empty") && around.length === 0) return false; // nothing at all
  const hasMore = codes.includes("extra-text");
  // Only a point in hexadecimal from end to end is believed to be no more than that.
  if (kind === "public") return codes.length > 0;
  // What is known for a private key that ends early is that; what only began as one may do so by chance.
  if (codes[0] === "truncated") return hasMore || kind !== "private";
  // The structure of a key in which something is wrong is not searched for what is right.
  if (codes[0] === "damaged") return hasMore || isUnread === true;
  if (isUnread || kind === "other") return true;
  // Lines of something longer look like numbers.
  return (codes.includes("bare-scalar") && hasMore) || codes.includes("several-keys");
}

/** Text inside text (hex of PEM; by mistake, hex of hex) is followed this far. */
const MAX_DEPTH = 4;

/** Bytes that are text: UTF-8, or UTF-16 of either byte order, as PowerShell's `>` writes it, with its mark or without. */
function readTextBytes(bytes: Uint8Array, depth: number): Finding | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const order = utf16OrderOf(bytes);
  if (order) {
    const text = new TextDecoder(order).decode(bytes);
    return readText(text, depth);
  }
  if (buffer.includes(0)) return undefined; // text has no NUL, and most keys in binary have
  const text = buffer.toString("latin1");
  if (depth > 0 && !/^[\t\n\r\x20-\x7e]*$/.test(text)) return undefined;
  return readText(depth > 0 ? text : buffer.toString("utf8"), depth);
}

/** By its mark, or by its NULs: every key in text begins with ASCII. */
function utf16OrderOf([first, second, third, fourth]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const isText = (byte: number | undefined) => byte !== undefined && byte >= 0x20 && byte < 0x7f;
  if (second === 0 && fourth === 0 && isText(first) && isText(third)) return "utf-16le";
  if (first === 0 && third === 0 && isText(second) && isText(fourth)) return "utf-16be";
  return undefined;
}

function readText(raw: string, depth: number): Finding | undefined {
  const plain = plainText(raw.replace(/^\uFEFF/, ""));
  const text = unquoted(plain.trim());
  if (text === "") return flawed("other", "nothing", mistakes.empty());
  const found = readPlain(text, depth);
  if (plain === raw || found?.kind !== "private" || /^\uFEFF?[\0-\x7f]*$/.test(raw)) return found;
  return withFlaw(found, mistakes.extraText("an invisible or typographic character"));
}

/** As `terraform output` prints it. */
const unquoted = (text: string) => text.replace(/^(["'`])([\s\S]*)\1$/, "$2");

function readPlain(text: string, depth: number): Finding | undefined {
  const whole = withBoundaries(text);
  if (hasPem(whole)) {
    const found = readPemText(whole, depth);
    return whole === text ? found : withFlaw(found, mistakes.lineBreaksLost());
  }
  if (depth < MAX_DEPTH && (text.startsWith("{") || text.startsWith("["))) {
    const json = readJson(text, (leaf) => readText(leaf, depth + 1), combine);
    if (json) return json;
  }
  return (
    readSsh(text) ??
    readSpelled(text, depth) ??
    readLabelled(text, depth) ??
    readCut(text) ??
    readPhrase(text)
  );
}

/** A text that is hexadecimal, base64 or another spelling of bytes from end to end, white space aside. */
function readSpelled(text: string, depth: number): Finding | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  const digits = text.replace(/\s+/g, "");
  for (const spelling of spellings) {
    const found = readOtherwise(text, digits, spelling, depth);
    if (found) return spelled(found, spelling.name);
  }
  const hex = /^(?:0x)?([0-9a-f]+)$/i.exec(digits)?.[1];
  if (hex) return readHex(hex, depth);
  const encoded = /^data:[^,]{0,200};base64,([\s\S]*)$/i.exec(text)?.[1] ?? text;
  // Base64 is broken over lines at most: with blanks inside it is prose.
  if (digits.length < 24 || !/^[A-Za-z0-9+/_\r\n-]+={0,2}$/.test(encoded)) return undefined;
  // The + that a diff puts before a line: base64url has none, and padded so there is a character too many.
  if (/^\+.*[_-]/s.test(encoded)) return undefined;
  if (encoded.endsWith("=") && encoded.replace(/\s+/g, "").length % 4 === 1) return undefined;
  const found = decoded(encoded.replace(/\s+/g, ""), "base64", (bytes) => readInner(bytes, depth + 1));
  return found && spelled(found, "base64");
}

/** Text that a spelling other than hexadecimal and base64 takes up from end to end. */
function readOtherwise(
  text: string,
  digits: string,
  { alphabet, shortest, decode }: (typeof spellings)[number],
  depth: number,
): Finding | undefined {
  if (text.length < shortest || !new RegExp(`^[${alphabet}]+$`).test(text)) return undefined;
  if (/^(?:0x)?[0-9a-f]+$/i.test(digits) && /[a-f]|^0x/i.test(digits)) return undefined; // hexadecimal, in groups
  const written = decode(text);
  try {
    // Pairs of digits may be hexadecimal or decimal: what is a key decides.
    for (const { bytes, start, end } of written) {
      if (/\w/.test(text.slice(0, start) + text.slice(end))) continue; // not from end to end
      const found = readInner(bytes, depth + 1);
      if (found) return found;
    }
    return undefined;
  } finally {
    for (const { bytes } of written) bytes.fill(0);
  }
}

function readInner(bytes: Buffer, depth: number): Finding | undefined {
  const unpacked = gunzip(bytes);
  if (!unpacked) return readTextBytes(bytes, depth) ?? readBytes(bytes);
  const found = depth < MAX_DEPTH ? readInner(unpacked, depth + 1) : undefined;
  unpacked.fill(0);
  return found && spelled(found, "gzip");
}

function readHex(hex: string, depth: number): Finding | undefined {
  const found = decoded(hex, "hex", (bytes) => readInner(bytes, depth + 1));
  if (hex.length % 2 === 0) return found && spelled(found, "hex");
  // An odd number of digits: one is missing, or one too many. Whatever it would be otherwise, it is not that.
  if (found) wipe(found);
  const kind = found?.kind ?? "other";
  return unread(kind, `hex of ${found?.form ?? "something"}`, mistakes.truncated("this hexadecimal"));
}

function readPemText(raw: string, depth: number): Finding {
  const text = raw.includes("\n") ? raw : unescapeText(raw);
  const { blocks, outside } = splitPem(text);
  const keys = blocks.filter((block) => !isParameters(block));
  const [parameters] = blocks.filter(isParameters);
  const beside = parameters && curveIn(parameters);
  const found = (keys.length > 0 ? keys : blocks).map((block) => readPem(block, beside));
  const around = outside.trim();
  const all = [...found, ...hexRuns(around, depth)];
  const one = all.length === 1 ? all[0] : undefined;
  if (!one) return combine(all);
  if (text !== raw) return withFlaw(one, mistakes.lineBreaksLost());
  if (one.kind !== "private") return one;
  if (keys.length < blocks.length) return withFlaw(one, mistakes.extraText("an EC PARAMETERS block"));
  return around === "" ? one : withFlaw(one, mistakes.extraText("other text"));
}

/** Text around keys, like the output of the samples in Ledger's guide: `Private Key: 2d2d… Public Key: 04…`. */
function readLabelled(text: string, depth: number): Finding | undefined {
  const found = depth === 0 ? hexRuns(text, 0) : [];
  const one = found.length === 1 ? found[0] : undefined;
  if (!one) return found.length > 0 ? combine(found) : undefined;
  return withFlaw(one, one.kind === "private" ? mistakes.extraText("other text") : mistakes.publicWithText());
}

/** The keys among the long runs of hexadecimal digits, each perhaps going on over the following lines. */
function hexRuns(text: string, depth: number): Finding[] {
  const runs =
    text.match(/(?<![0-9a-z])(?:0x)?[0-9a-f]{62,}(?:\r?\n[ \t]*[0-9a-f]+(?=\s|$))*(?![0-9a-z])/gi) ?? [];
  return runs.flatMap((run) => readHex(run.replace(/^0x|\s+/gi, ""), depth + 1) ?? []);
}

/** Several keys: a pair if there are both halves and they belong together. */
function combine(found: Finding[]): Finding {
  const best = (kind: Finding["kind"]) =>
    found.filter((one) => one.kind === kind).sort((a, b) => judge(a).flaws.length - judge(b).flaws.length)[0];
  const [privateKey, publicKey] = [best("private") ?? best("pair"), best("public")];
  const scalars = found.filter(({ kind }) => kind === "private" || kind === "pair");
  const points = new Set(found.map((one) => one.publicKey));
  const spare = (kept?: Finding) => found.filter((one) => one !== kept).forEach(wipe);

  if (!privateKey && publicKey && points.size === 1) return publicKey; // one public key in several forms
  if (!privateKey || !publicKey || scalars.length > 1 || found.some(({ kind }) => kind === "other")) {
    spare();
    const kind = privateKey && publicKey ? "pair" : (privateKey ?? publicKey)?.kind;
    return flawed(kind ?? "other", "several keys", mistakes.severalKeys());
  }
  const form = `${privateKey.form} and ${publicKey.form}`;
  const flaws = [...judge(privateKey).flaws, ...judge(publicKey).flaws];
  const fatal = flaws.find((flaw) => flaw.fatal) ?? (points.size > 1 ? mistakes.mismatch() : undefined);
  if (fatal) {
    spare();
    return flawed("pair", form, fatal, privateKey.curve ?? publicKey.curve);
  }
  spare(privateKey);
  return finding({ ...privateKey, kind: "pair", form, flaws });
}

/** A key that a viewer has shortened: `0475c2…ea32`. */
function readCut(text: string): Finding | undefined {
  return /^[0-9a-zA-Z+/=]+(?:…|\.{2,})[0-9a-zA-Z+/=]*$/.test(text)
    ? flawed("other", "shortened text", mistakes.truncated("this text"))
    : undefined;
}

const rightSpellings: Readonly<Record<string, readonly string[]>> = { private: ["", "hex"], public: ["hex"] };
const spellingNames: Readonly<Record<string, string>> = {
  "": "binary",
  "hex,hex": "hexadecimal twice over",
};

const PEM_NOTE = "Ledger's guide hands a private key out as the hex of this PEM; --convert writes that.";

/** Adds what is wrong with the spelling, as the least grave, to what is wrong with the key. */
function judge(found: Finding): Finding {
  if ((found.kind !== "private" && found.kind !== "public") || found.publicKey === undefined) return found;
  const spelling = found.spellings.join();
  if (found.kind === "private" && found.container !== "PEM") return withFlaw(found, mistakes.notPem());
  if (found.kind === "public" && found.container !== "none") return found; // already said: not a point
  if (rightSpellings[found.kind]?.includes(spelling))
    return spelling === "" ? { ...found, notes: [PEM_NOTE, ...found.notes] } : found;
  const [outermost = "", ...inner] = found.spellings;
  const name = spellingNames[spelling] ?? (inner.length > 0 ? "spelled twice over" : outermost);
  return withFlaw(found, mistakes.notHex(found.kind, name));
}
