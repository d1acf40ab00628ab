import { decoded, type Finding, finding, flawed, spelled, wipe, withFlaw } from "./finding";
import * as mistakes from "./mistakes";
import { hasPem, splitPem } from "./pem";
import { readBytes } from "./read/bytes";
import { readJson, readPhrase, readSsh } from "./read/other";
import { isParameters, readPem } from "./read/pem";

/**
 * Says what an input is: the one place where keys are parsed. What parsePrivateKey accepts, what diagnose explains and
 * what convert turns into the right form are all read here, so that they cannot disagree.
 *
 * Text cannot be wiped in JavaScript; bytes decoded on the way are, and the finding's own copy is its taker's to wipe.
 */
export function recognise(input: string | Uint8Array): Finding {
  const found =
    typeof input === "string" ? readText(input, 0) : (readTextBytes(input, 0) ?? readBytes(input));
  return judge(found ?? flawed("other", "unknown", mistakes.unrecognised()));
}

/** Text inside text (hex of PEM; by mistake, hex of hex) is followed this far. */
const MAX_DEPTH = 3;

/** Bytes that are text: UTF-8, or UTF-16 with its mark, as PowerShell's `>` writes it. */
function readTextBytes(bytes: Uint8Array, depth: number): Finding | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isUtf16) return readText(buffer.toString("utf16le"), depth);
  if (buffer.includes(0)) return undefined; // text has no NUL, and most keys in binary have
  const text = buffer.toString("latin1");
  if (depth > 0 && !/^[\t\n\r\x20-\x7e]*$/.test(text)) return undefined;
  return readText(depth > 0 ? text : buffer.toString("utf8"), depth);
}

function readText(raw: string, depth: number): Finding | undefined {
  const text = raw
    .replace(/^\uFEFF/, "")
    .trim()
    .replace(/^(["'`])([\s\S]*)\1$/, "$2"); // as `terraform output` prints it
  if (text === "") return flawed("other", "nothing", mistakes.empty());
  if (hasPem(text)) return readPemText(text);
  if (text.startsWith("{") || text.startsWith("[")) {
    const json = readJson(text);
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

/** A text that is hexadecimal or base64 from end to end, white space aside. */
function readSpelled(text: string, depth: number): Finding | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  const digits = text.replace(/\s+/g, "");
  const hex = /^(?:0x)?([0-9a-f]+)$/i.exec(digits)?.[1];
  if (hex) return readHex(hex, depth);
  // Base64 is broken over lines at most: with blanks inside it is prose.
  if (digits.length < 24 || !/^[A-Za-z0-9+/_\r\n-]+={0,2}$/.test(text)) return undefined;
  const found = decoded(digits, "base64", (bytes) => readTextBytes(bytes, depth + 1) ?? readBytes(bytes));
  return found && spelled(found, "base64");
}

function readHex(hex: string, depth: number): Finding | undefined {
  const found = decoded(hex, "hex", (bytes) => readTextBytes(bytes, depth + 1) ?? readBytes(bytes));
  if (hex.length % 2 === 0) return found && spelled(found, "hex");
  // An odd number of digits: one is missing, or one too many. Whatever it would be otherwise, it is not that.
  if (found) wipe(found);
  const kind = found?.kind ?? "other";
  return flawed(kind, `hex of ${found?.form ?? "something"}`, mistakes.truncated("this hexadecimal"));
}

function readPemText(raw: string): Finding {
  const text = raw.includes("\n") ? raw : raw.replaceAll("\\r", "").replaceAll("\\n", "\n");
  const { blocks, outside } = splitPem(text);
  const keys = blocks.filter((block) => !isParameters(block));
  const found = (keys.length > 0 ? keys : blocks).map(readPem);
  const around = outside.trim();
  const all = [...found, ...hexRuns(around)];
  const one = all.length === 1 ? all[0] : undefined;
  if (!one) return combine(all);
  if (text !== raw) return withFlaw(one, mistakes.lineBreaksLost());
  if (one.kind !== "private") return one;
  if (keys.length < blocks.length) return withFlaw(one, mistakes.extraText("an EC PARAMETERS block"));
  return around === "" ? one : withFlaw(one, mistakes.extraText("other text"));
}

/** Text around keys, like the output of the samples in Ledger's guide: `Private Key: 2d2d… Public Key: 04…`. */
function readLabelled(text: string, depth: number): Finding | undefined {
  const found = depth === 0 ? hexRuns(text) : [];
  const one = found.length === 1 ? found[0] : undefined;
  if (!one) return found.length > 0 ? combine(found) : undefined;
  return withFlaw(one, one.kind === "private" ? mistakes.extraText("other text") : mistakes.publicWithText());
}

/** The keys among the long runs of hexadecimal digits, each perhaps going on over the following lines. */
function hexRuns(text: string): Finding[] {
  const runs =
    text.match(/(?<![0-9a-z])(?:0x)?[0-9a-f]{64,}(?:\r?\n[ \t]*[0-9a-f]+(?=\s|$))*(?![0-9a-z])/gi) ?? [];
  return runs.flatMap((run) => readHex(run.replace(/^0x|\s+/gi, ""), 1) ?? []);
}

/** Several keys: a pair if there are both halves and they belong together. */
function combine(found: Finding[]): Finding {
  const best = (kind: Finding["kind"]) =>
    found.filter((one) => one.kind === kind).sort((a, b) => judge(a).flaws.length - judge(b).flaws.length)[0];
  const [privateKey, publicKey] = [best("private"), best("public")];
  const scalars = found.filter(({ kind }) => kind === "private");
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
  base64: "base64",
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
  return withFlaw(found, mistakes.notHex(found.kind, spellingNames[spelling] ?? "spelled twice over"));
}
