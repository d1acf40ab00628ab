import type { Evidence, Origin } from "../evidence";
import { columnOf, REACH, reassemble, unescapeText } from "../reassemble";
import { findDer, isWholeKey } from "./der";

const SPACE = String.raw`(?: |\+|_|%20|\\+u0020)`;
const DASHES = "(?:-|%2D){1,5}";
const BEGIN = new RegExp(`${DASHES}${SPACE}?BEGIN${SPACE}((?:[A-Z0-9]+${SPACE}){0,2})$`);
const REST = new RegExp(`PRIVATE${SPACE}KEY(?:${SPACE}BLOCK)?${SPACE}?${DASHES}`, "y");
/** Where the block ends, or another begins: then this one has lost its end. */
const END_OR_BEGIN = new RegExp(`${DASHES}${SPACE}?(?:END|(BEGIN))`);

/** Looks at the PEM block whose label has the word PRIVATE at `at`, if it is one. */
export function findPem(text: string, at: number, evidence: Evidence, origin: Origin): void {
  const begin = BEGIN.exec(text.slice(Math.max(0, at - 64), at));
  REST.lastIndex = at;
  const rest = REST.exec(text);
  if (!begin || !rest) return;
  const start = at - begin[0].length;
  const from = at + rest[0].length;
  const boundary = END_OR_BEGIN.exec(text.slice(from, from + REACH));
  const to = boundary ? from + boundary.index : Math.min(from + REACH, text.length);
  const isWhole = boundary !== null && boundary[1] === undefined;
  const readings = [...reassemble(text, from, to, columnOf(text, start), "A-Za-z0-9+/=")].map((reading) =>
    Buffer.from(reading, "base64"),
  );
  const keys = readings.flatMap((bytes) => findDer(bytes.toString("latin1"), bytes, () => {}));
  const key = keys.find(({ certain }) => certain) ?? keys[0];
  const keyForm = `${key?.structure} PEM${isWhole ? "" : ", cut off"}`;
  const cutOff = !isWhole || key?.cutOff;
  const isFound =
    key !== undefined && evidence.key({ ...key, form: keyForm, start, end: to, cutOff }, origin);
  for (const { padded, scalar } of keys) if (padded) scalar.fill(0);
  if (!isFound)
    findStranger(text.slice(from, to), readings, begin[1] ?? "", { start, whole: isWhole }, evidence, origin);
  for (const bytes of readings) bytes.fill(0);
}

/** Notes a key that is encrypted, or of another algorithm or curve. */
function findStranger(
  body: string,
  readings: readonly Buffer[],
  written: string,
  { start, whole }: { readonly start: number; readonly whole: boolean },
  evidence: Evidence,
  origin: Origin,
): void {
  const label = unescapeText(written).replace(/[+_]/g, " ").trim();
  const form = `${label ? `${label} ` : ""}PRIVATE KEY PEM`;
  if (label.includes("ENCRYPTED") || /Proc-Type:\s*4,\s*ENCRYPTED/.test(body)) {
    if (readings.some((bytes) => bytes.length >= 64)) evidence.stranger("encrypted", form, origin, start);
  } else if (whole && readings.some(isKey)) {
    evidence.stranger("other", form, origin, start);
  }
}

/** Whether this is a key at all, not `...` in a manual or a block cut off before its secret. */
const isKey = (bytes: Buffer) =>
  isWholeKey(bytes) || bytes.toString("latin1", 0, 14) === "openssh-key-v1" || isOpenPgp(bytes);

/** A secret-key packet (RFC 9580, section 4.2), in the old format or the new. */
const isOpenPgp = (bytes: Buffer) => bytes.length > 100 && [0x94, 0x95, 0xc5].includes(bytes[0] as number);
