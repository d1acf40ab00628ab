import { inflateSync, constants as zlib } from "node:zlib";
import { isTarHeader } from "./tar";

/** How much of an input says what it is. */
export const START_BYTES = 4096;

export type Container = "zip" | "tar" | "gzip" | "zlib" | "xz" | "zstd" | "bzip2";

/** What an input is: one that is opened, or one that is not read, and why. All others, text above all, are read as they are. */
export type Format = { readonly opens: Container } | { readonly unread: string };

/** A magic number in hexadecimal, as a regular expression for the first bytes. */
type Magic = string;
const ascii = (text: string): Magic => Buffer.from(text, "latin1").toString("hex");

const CONTAINERS: readonly (readonly [Magic, Container])[] = [
  ["504b0304|504b0506", "zip"],
  ["1f8b08", "gzip"],
  ["fd377a585a00", "xz"],
  ["28b52ffd|5.2a4d18", "zstd"],
  ["425a683[1-9](?:314159265359|177245385090)", "bzip2"],
];

const packed = (what: string) => `it is ${what}, which is not read; unpack it, and audit what is in it`;
const encrypted = (what: string) => `it is encrypted by ${what}; decrypt it, and audit that`;
const keystore = (what: string) => `it is ${what}, which is not read; export what is in it, and audit that`;
const HISTORY = "audit the history: git log -p --all | npx cdktf-ledger-api-user audit -";

/** A length in DER, and one of OpenPGP's new format. */
const DER = "(?:80|81..|82.{4}|83.{6}|[0-7].)";
const PGP = "(?:[0-9ab].|[cd]...|ff.{8})";

/** As the specifications of the formats and file(1) have them. */
const UNREAD: readonly (readonly [Magic, string])[] = [
  ["504b0708|504b3030504b0304", packed("a part of a split zip archive")],
  ["377abcaf271c", packed("a 7-Zip archive")],
  [ascii("Rar!\x1a\x07"), packed("a RAR archive")],
  ["04224d18|02214c18", packed("compressed with LZ4")],
  [ascii("LZIP\x01"), packed("compressed with lzip")],
  ["5d0000.{4}(?:f{16}|.{10}000000)", packed("compressed with LZMA")],
  ["894c5a4f000d0a1a0a", packed("compressed with lzop")],
  ["1f(?:9d|1e|a0)", packed("compressed with compress, pack or LZH")],
  ["ff060000734e61507059", packed("compressed with Snappy")],
  [ascii("MSCF\0\0\0\0"), packed("a cabinet archive")],
  ["60ea..0[0-9a][12].", packed("an ARJ archive")],
  [".{4}2d6c(?:68|7a)(?:3.|64|73)2d", packed("an LHA archive")],
  [`${ascii("07070")}3[127](?:3.|[46][1-6]){8}|c771`, packed("a cpio archive")],
  [ascii("!<arch>\ndebian-binary"), packed("a Debian package")],
  ["edabeedb", packed("an RPM package")],
  [`${ascii("xar!")}00`, packed("a xar archive")],
  [`${ascii("hsqs")}|514649fb|${ascii("KDMV")}01`, packed("an image of a file system or disk")],
  ["d0cf11e0a1b11ae1", packed("an old Office document or an installer")],
  [`${ascii("PAR1")}15|${ascii("Obj\x01")}`, packed("a Parquet or Avro file")],
  [ascii("%PDF-"), "it is a PDF, whose text is compressed; save it as text, and audit that"],
  [`${ascii("PACK")}0000000[23]`, `it is a Git packfile, which is not read; ${HISTORY}`],
  [ascii("# v").concat("3[23]", ascii(" git bundle")), `it is a Git bundle, which is not read; ${HISTORY}`],
  [`${ascii("age-encryption.org/")}|${ascii("-----BEGIN AGE ENCRYPTED FILE-----")}`, encrypted("age")],
  [ascii("-----BEGIN PGP MESSAGE-----"), encrypted("OpenPGP")],
  // Packets of tag 1, with a key's id and algorithm or of version 6, and of tag 3, with a cipher.
  [`(?:84..|85.{4}|c1${PGP})03.{16}(?:0[1-3]|1[0-9a])|c1${PGP}06`, encrypted("OpenPGP")],
  [`(?:8c..|c3${PGP})0[4-6]0[1-9a-d]0[0-4]`, encrypted("OpenPGP")],
  // RFC 5652: enveloped-data and encrypted-data; RFC 5083 and RFC 3274: authenticated-enveloped-data, compressed-data.
  [`30${DER}(?:06092a864886f70d01070[36]|060b2a864886f70d0109100117)`, encrypted("CMS, as S/MIME has it")],
  [`30${DER}060b2a864886f70d0109100109`, packed("compressed with CMS")],
  [`${ascii("Salted__")}|${ascii("U2FsdGVkX1")}`, encrypted("openssl enc")],
  [ascii("$ANSIBLE_VAULT;"), encrypted("Ansible Vault")],
  [ascii("\0GITCRYPT\0"), encrypted("git-crypt")],
  [`${ascii("LUKS")}babe`, encrypted("LUKS")],
  ["03d9a29a6[57]fb4bb5", keystore("a KeePass database")],
  ["(?:feedfeed|cececece)0000000[12]", keystore("a Java keystore")],
  [`30${DER}02010330${DER}06092a864886f70d0107`, keystore("a PKCS #12 keystore")],
];

/** OpenTofu encrypts states and plans into JSON. */
const OPENTOFU = /^\s*\{.*"encrypted_data"\s*:\s*"/s;

const compiled = <T>(table: readonly (readonly [Magic, T])[]) =>
  table.map(([magic, meaning]) => [new RegExp(`^(?:${magic})`), meaning] as const);
const [containers, unread] = [compiled(CONTAINERS), compiled(UNREAD)];

/** CMS in PEM: its label does not tell whether it is encrypted, signed or a list of certificates. */
const CMS_PEM = /^-----BEGIN (?:CMS|PKCS7)-----\s+([\w+/]{40})/;

/** @param start the first START_BYTES, or all that there is */
export function formatOf(start: Buffer): Format | undefined {
  const inPem = CMS_PEM.exec(start.toString("latin1", 0, 80))?.[1];
  const hex = (inPem === undefined ? start : Buffer.from(inPem, "base64")).toString("hex", 0, 64);
  for (const [magic, opens] of containers) if (magic.test(hex)) return { opens };
  for (const [magic, reason] of unread) if (magic.test(hex)) return { unread: reason };
  if (isTarHeader(start)) return { opens: "tar" };
  if (isZlib(start)) return { opens: "zlib" };
  if (start[0] !== undefined && OPENTOFU.test(start.toString("latin1")))
    return { unread: "it is encrypted by OpenTofu; audit the output of tofu state pull or tofu show -json" };
  return undefined;
}

/** RFC 1950 has two bytes only, which text may begin with, as in `x^2`: what follows has to be compressed data too. */
function isZlib(start: Buffer): boolean {
  const [method = 0, flags = 0] = start;
  if ((method & 0x8f) !== 8 || (method * 256 + flags) % 31 !== 0) return false;
  try {
    const whole = start.length < START_BYTES;
    return inflateSync(start, whole ? {} : { finishFlush: zlib.Z_SYNC_FLUSH }).length > 0;
  } catch {
    return false;
  }
}
