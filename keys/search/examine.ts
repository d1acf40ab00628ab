import { isScalarLength, POINT_BYTES } from "../curve";
import { plainView } from "../plain-text";
import { unquotedView } from "../quoted-printable";
import { readComposite, unwrapped } from "../read/composite";
import { membersOf, type Spelling, spellings } from "../spellings";
import { Evidence, inside, type Origin } from "./evidence";
import { noteNumber, RunDecoder, suspectRun } from "./examine-run";
import { findDer, findPoints } from "./find/der";
import { findJwk } from "./find/jwk";
import { findOpensslText, MARK } from "./find/openssl-text";
import { findPem } from "./find/pem";
import { gunzip } from "./gunzip";
import { Literals } from "./literals";
import { NAME_REACH } from "./named";
import { columnOf, REACH, reassemble } from "./reassemble";
import { longRuns, runsOf } from "./runs";

/** How often one encoding may be within another: base64 of JSON that holds hex of PEM has three, base64 of gzip of those five. */
const DEEPEST = 5;

/** How the encodings of a key begin. Found literally, a key is put together again however its lines are broken. */
const HEX = [
  "2d2d2d2d2d42", // -----B
  "2D2D2D2D2D42",
  "30770201010420", // SEC1 DER
  "308187020100", // PKCS#8 DER
  "304102010030", // the same without public key
];
const BASE64 = [
  "LS0tLS1CRUdJTi", // -----BEGIN
  "MmQyZDJkMmQyZDQy", // the same in hex
  "MkQyRDJEMkQyRDQy",
  "MHcCAQEEI", // SEC1 DER
  "MIGHAgEAMBMG", // PKCS#8 DER
  "MEECAQAwEwYH", // the same without public key
];

const beginnings = new Literals([...HEX, ...BASE64]);

/**
 * Looks in `bytes` for private keys in every form, and for what helps to recognise bare scalars. What is encoded in them is
 * decoded and examined too.
 */
export function examine(bytes: Buffer, evidence: Evidence, origin: Origin): void {
  const text = bytes.toString("latin1");
  const before = evidence.strangers.length;
  examineView(text, bytes, evidence, origin);
  const others = [plainView(bytes, text), unquotedView(bytes, text)].filter((view) => view !== undefined);
  if (others.length === 0) return;
  for (const view of others) {
    examineView(view.bytes.toString("latin1"), view.bytes, evidence, {
      ...origin,
      place: (index) => origin.place(view.place(index)),
    });
    view.bytes.fill(0);
  }
  // What one view cannot read is no other key where the other view reads one: base64 may begin a line with + as a diff does.
  const keys = new Set(evidence.keys.map(({ start }) => start));
  evidence.strangers.push(...evidence.strangers.splice(before).filter(({ start }) => !keys.has(start)));
}

function examineView(text: string, bytes: Buffer, evidence: Evidence, origin: Origin): void {
  const unsure = (scalar: Buffer, start: number) =>
    evidence.suspect(
      "SEC1 DER without curve",
      scalar.toString("hex"),
      origin,
      start,
      start + scalar.length,
      false,
    );
  for (const key of findDer(text, bytes, unsure)) {
    evidence.key({ ...key, form: `${key.structure} DER${key.cutOff ? ", cut off" : ""}` }, origin);
    if (key.padded) key.scalar.fill(0);
  }
  findPoints(text, bytes, (x) => evidence.points.add(x));
  if (bytes.length <= LONGEST_WITHOUT_STRUCTURE) examineWhole(bytes, evidence, origin);
  each(text, "PRIVATE", (at) => findPem(text, at, evidence, origin));
  for (const mark of JWK_MARKS) each(text, mark, (at) => findJwk(text, at, evidence, origin));
  each(text, MARK, (at) => findOpensslText(text, at, evidence, origin));
  if (origin.depth === DEEPEST) {
    longRuns(bytes, (start, end) => suspectRun(text, start, end, evidence, origin));
    return;
  }
  const found = beginnings.find(bytes, text);
  for (const [encoding, places] of [
    ["hex", found.slice(0, HEX.length)],
    ["base64", found.slice(HEX.length)],
  ] as const) {
    const inOrder = places.flatMap((some) => some ?? []).sort((a, b) => a - b);
    // A key begins once: what follows the next beginning is another key's. A text may be nothing but beginnings.
    for (const [index, at] of inOrder.entries())
      examineBlock(text, at, inOrder[index + 1] ?? text.length, encoding, evidence, origin);
  }
  const decoder = new RunDecoder(text);
  longRuns(bytes, (start, end) => {
    suspectRun(text, start, end, evidence, origin);
    for (const { encoding, bytes: decoded, isNumber, end: last, place } of decoder.decodings(start, end)) {
      if (isNumber) {
        noteNumber(encoding, decoded.toString("hex"), { text, from: start, to: last }, evidence, origin);
        decoded.fill(0);
      } else
        evidence.within(origin, start, last, () =>
          examineDecoded(decoded, evidence, inside(origin, encoding, place, before(text, start, origin))),
        );
    }
  });
  // Most text has no run of them all together, and so none of one.
  const all = membersOf(spellings.map(({ alphabet }) => alphabet).join(""));
  runsOf(bytes, all, Math.min(...spellings.map(({ shortest }) => shortest)), (from, to) => {
    for (const spelling of spellings)
      runsOf(bytes.subarray(from, to), membersOf(spelling.alphabet), spelling.shortest, (start, end) =>
        examineWritten(text, from + start, from + end, spelling, evidence, origin),
      );
  });
}

/** The end of the text before `at`, and of that before the text itself. */
const before = (text: string, at: number, origin: Origin): string =>
  (at < NAME_REACH ? origin.before : "") + text.slice(Math.max(0, at - NAME_REACH), at);

/** Wipes what it has examined. */
function examineDecoded(bytes: Buffer, evidence: Evidence, origin: Origin): void {
  examine(bytes, evidence, origin);
  const unpacked = gunzip(bytes);
  if (unpacked) {
    const within = inside(origin, "gzip", () => 0, origin.before);
    if (isNumber(unpacked)) noteNumber("bytes", unpacked.toString("hex"), whole(unpacked), evidence, within);
    else examine(unpacked, evidence, within);
    unpacked.fill(0);
  }
  bytes.fill(0);
}

/** Looks at what a run of another spelling's characters holds. */
function examineWritten(
  text: string,
  start: number,
  end: number,
  { name, decode }: Spelling,
  evidence: Evidence,
  origin: Origin,
): void {
  for (const written of decode(text.slice(start, end))) {
    const { bytes } = written;
    const [from, to] = [start + written.start, start + written.end];
    const place = (index: number) => from + Math.floor((index * (to - from)) / Math.max(1, bytes.length));
    if (isNumber(bytes)) noteNumber(name, bytes.toString("hex"), { text, from, to }, evidence, origin);
    else if (bytes.length >= SHORTEST_NUMBER)
      evidence.within(origin, from, to, () =>
        examineDecoded(bytes, evidence, inside(origin, name, place, before(text, from, origin))),
      );
    bytes.fill(0);
  }
}

const SHORTEST_NUMBER = 31;

/** 31 or 32 bytes, or 33 of which the first is zero. */
const isNumber = (bytes: Uint8Array) => isScalarLength(bytes.length) && (bytes.length < 33 || bytes[0] === 0);

/** Where a number fills what was decoded, so that no name stands before it. */
const whole = (bytes: Uint8Array) => ({ text: "", from: 0, to: bytes.length });

/** A point and its number side by side, in Windows' blob the longest. */
const LONGEST_WITHOUT_STRUCTURE = 106;

/** Looks at bytes that may be a private key, or a point, from end to end. */
function examineWhole(bytes: Buffer, evidence: Evidence, origin: Origin): void {
  if (bytes.length < 31) return;
  const { content } = unwrapped(bytes) ?? { content: bytes };
  if (content.length === POINT_BYTES && content[0] === 4)
    evidence.points.add(Buffer.from(content).toString("hex", 1, 33));
  const inner = content === bytes ? bytes : Buffer.from(content);
  if (content !== bytes && isScalarLength(content.length)) {
    noteNumber("number", inner.toString("hex"), whole(bytes), evidence, origin);
    inner.fill(0);
    return;
  }
  for (const candidate of content === bytes ? [bytes] : [bytes, inner]) {
    const key = readComposite(candidate);
    if (key) evidence.key({ ...key, start: 0, end: bytes.length, certain: true }, origin);
    key?.scalar.fill(0);
  }
  if (inner !== bytes) inner.fill(0);
}

/** What stands in a JWK whatever its layout: the name of the curve, which has others, and the member that every JWK has. */
const JWK_MARKS = ["P-256", "kty"];

/** Calls `use` with each place of `literal`. */
function each(text: string, literal: string, use: (at: number) => void): void {
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) use(at);
}

const ALPHABETS = { hex: "0-9a-fA-F", base64: "A-Za-z0-9+/_-" };

/** Decodes what begins at `at`, and ends at `limit` at the latest, in every way to read its lines, and takes what the best of them yields. */
function examineBlock(
  text: string,
  at: number,
  limit: number,
  encoding: "hex" | "base64",
  evidence: Evidence,
  origin: Origin,
) {
  const end = Math.min(at + REACH, limit);
  const perByte = encoding === "hex" ? 2 : 4 / 3;
  const within = inside(
    origin,
    encoding,
    (index) => at + Math.floor(index * perByte),
    before(text, at, origin),
  );
  let best: Evidence | undefined;
  for (const reading of reassemble(text, at, end, columnOf(text, at), ALPHABETS[encoding])) {
    const found = new Evidence(evidence.keeps);
    examineDecoded(Buffer.from(reading, encoding), found, within);
    if (found.keys.some(({ certain }) => certain)) return evidence.add(found);
    if (found.keys.length > 0) best ??= found;
  }
  if (best) evidence.add(best);
}
