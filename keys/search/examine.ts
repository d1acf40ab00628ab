import { Evidence, inside, type Origin } from "./evidence";
import { RunDecoder, suspectRun } from "./examine-run";
import { findDer, findDerPoints } from "./find/der";
import { findJwk } from "./find/jwk";
import { findOpensslText } from "./find/openssl-text";
import { findPem } from "./find/pem";
import { gunzip } from "./gunzip";
import { columnOf, REACH, reassemble } from "./reassemble";
import { longRuns } from "./runs";

/** How often one encoding may be within another: base64 of JSON that holds hex of PEM has three. */
const DEEPEST = 4;

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

/**
 * Looks in `bytes` for private keys in every form, and for what helps to recognise bare scalars. What is encoded in them is
 * decoded and examined too.
 */
export function examine(bytes: Buffer, evidence: Evidence, origin: Origin): void {
  const text = bytes.toString("latin1");
  const unsure = (scalar: Buffer, start: number) =>
    evidence.suspect("SEC1 DER without curve", scalar.toString("hex"), origin, start);
  for (const key of findDer(text, bytes, unsure)) {
    evidence.key({ ...key, form: `${key.structure} DER${key.cutOff ? ", cut off" : ""}` }, origin);
  }
  findDerPoints(text, bytes, (x) => evidence.points.add(x));
  each(text, "PRIVATE", (at) => findPem(text, at, evidence, origin));
  each(text, "P-256", (at) => findJwk(text, at, evidence, origin));
  each(text, "priv:", (at) => findOpensslText(text, at, evidence, origin));
  if (origin.depth === DEEPEST) return;
  for (const start of HEX) each(text, start, (at) => examineBlock(text, at, "hex", evidence, origin));
  for (const start of BASE64) each(text, start, (at) => examineBlock(text, at, "base64", evidence, origin));
  const decoder = new RunDecoder(text);
  longRuns(bytes, (start, end) => {
    suspectRun(text, start, end, evidence, origin);
    for (const { encoding, bytes: decoded, place } of decoder.decodings(start, end)) {
      const within = inside(origin, encoding, place);
      examine(decoded, evidence, within);
      const unpacked = gunzip(decoded);
      if (unpacked)
        examine(
          unpacked,
          evidence,
          inside(within, "gzip", () => 0),
        );
    }
  });
}

/** Calls `use` with each place of `literal`. */
function each(text: string, literal: string, use: (at: number) => void): void {
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) use(at);
}

const ALPHABETS = { hex: "0-9a-fA-F", base64: "A-Za-z0-9+/_-" };

/** Decodes what begins at `at` in every way to read its lines, and takes what the best of them yields. */
function examineBlock(
  text: string,
  at: number,
  encoding: "hex" | "base64",
  evidence: Evidence,
  origin: Origin,
) {
  const end = Math.min(at + REACH, text.length);
  const perByte = encoding === "hex" ? 2 : 4 / 3;
  const within = inside(origin, encoding, (index) => at + Math.floor(index * perByte));
  let best: Evidence | undefined;
  for (const reading of reassemble(text, at, end, columnOf(text, at), ALPHABETS[encoding])) {
    const found = new Evidence();
    examine(Buffer.from(reading, encoding), found, within);
    if (found.keys.some(({ certain }) => certain)) return evidence.add(found);
    if (found.keys.length > 0) best ??= found;
  }
  if (best) evidence.add(best);
}
