import { createCipheriv } from "node:crypto";
import { Readable } from "node:stream";
import { deflateSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { type AuditOptions, auditPaths } from "../../audit";
import { ByteSource } from "../../audit/byte-source";
import { formatOf } from "../../audit/formats";
import { unxz } from "../../audit/xz";
import {
  COMPRESSED,
  PUBLIC_KEY,
  SHA256_XZ,
  TARS,
  WIDE_ZSTD,
  XZ_IN_XZ,
  ZEROS,
} from "../support/audit/compressed";
import { anyCharacter, forAll } from "../support/for-all";
import { newKey } from "../support/keys/spellings";

/** Audits an input on standard input, in chunks of a size that divides nothing. */
async function audit(input: Uint8Array, options: AuditOptions = {}) {
  const chunks: Buffer[] = [];
  for (let at = 0; at < input.length; at += 1021) chunks.push(Buffer.from(input.subarray(at, at + 1021)));
  const { leaks, unread } = await auditPaths(["-"], { stdin: Readable.from(chunks), ...options });
  const places = leaks.map(
    ({ path, publicKey }) => `${path}${publicKey === PUBLIC_KEY ? "" : ": another key"}`,
  );
  return { places, unread: unread.map(({ path, reason }) => `${path}: ${reason}`) };
}

const IN = "standard input";
const CLEAN = { places: [], unread: [] };

describe.each(Object.entries(COMPRESSED))("%s", (_, compressed) => {
  test("is read", async () => {
    expect(await audit(compressed)).toEqual({ places: [`${IN}!content`], unread: [] });
  });

  test("is read where two follow one another, and within archives", async () => {
    expect((await audit(Buffer.concat([compressed, compressed]))).unread).toEqual([]);
    const zip = zipSync({ "logs/x.tgz": gzipSync(tar({ "a.bin": compressed })) });
    expect(await audit(zip)).toEqual({ places: [`${IN}!logs/x.tgz!content!a.bin!content`], unread: [] });
  });

  test("that is cut off anywhere, or damaged, is not clean", async () => {
    for (const end of [compressed.length - 1, compressed.length - 30, compressed.length >> 1])
      expect((await audit(compressed.subarray(0, end))).unread).toHaveLength(1);
    const changed = Buffer.from(compressed);
    changed[150] = (changed[150] ?? 0) ^ 0x55;
    const { places, unread } = await audit(changed);
    expect(places.length + unread.length).toBeGreaterThan(0);
  });

  test("is followed by something else, which is opened or seen too", async () => {
    const { places, unread } = await audit(
      Buffer.concat([compressed, zipSync({ "b.pem": strToU8(newKey().sec1) })]),
    );
    expect([...places, ...unread]).toEqual(
      expect.arrayContaining([expect.stringMatching(/b\.pem: another key|something follows|damaged/)]),
    );
  });
});

test("what expands beyond the limit is named, whatever it is compressed with", async () => {
  for (const compressed of Object.values(COMPRESSED))
    expect((await audit(compressed, { limits: { bytes: 100 } })).unread).toEqual([
      expect.stringMatching(/it expands to too many bytes/),
    ]);
});

test("xz in xz is read where the library is done with the outer one, and else is named: it would wait for ever", async () => {
  expect(await audit(XZ_IN_XZ)).toEqual({ places: [`${IN}!content!content`], unread: [] });
  const open = () => unxz(new ByteSource(Readable.from([COMPRESSED.xz])));
  const outer = open();
  await outer.next();
  await expect(open().next()).rejects.toThrow(/^it is compressed with xz, in another xz file; unpack that/);
  await outer.return(undefined);
  expect(await audit(COMPRESSED.xz)).toEqual({ places: [`${IN}!content`], unread: [] });
});

test("a block of one repeated byte takes little memory", async () => {
  const before = process.memoryUsage().rss;
  expect((await audit(ZEROS, { limits: { bytes: 10e6 } })).unread).toHaveLength(1);
  expect(process.memoryUsage().rss - before).toBeLessThan(80e6);
});

test.each([
  ["a window of 128 MiB, of which 8 are read; unpack it", WIDE_ZSTD],
  ["damaged, or compressed in a way that is not read; unpack it", SHA256_XZ],
])("what is compressed in another way is named: %s", async (reason, compressed) => {
  expect(await audit(compressed)).toEqual({ places: [], unread: [expect.stringContaining(reason)] });
});

describe("tar", () => {
  test.each(Object.entries(TARS))("as %s is read, with the names", async (_, archive) => {
    const long = `${"d".repeat(60)}/${"n".repeat(90)}.pem`;
    expect(await audit(archive)).toEqual({
      places: ["a/k.pem", long, "\u00e9.pem"].map((name) => `${IN}!content!${name}`),
      unread: [],
    });
  });

  const archive = tar({ "a.gz": gzipSync(newKey().sec1), "b.txt": Buffer.from("text") });
  test("is read within, and one that follows another", async () => {
    const place = `${IN}!a.gz!a: another key`;
    expect(await audit(archive)).toEqual({ places: [place], unread: [] });
    expect(await audit(Buffer.concat([archive, archive]))).toEqual({ places: [place, place], unread: [] });
  });

  test("that is cut off or damaged is not clean", async () => {
    for (const end of [700, 1024 + 100])
      expect((await audit(archive.subarray(0, end))).unread.length).toBeGreaterThan(0);
    const changed = Buffer.from(archive);
    changed[1024 + 10] = 1; // the second header
    expect((await audit(changed)).unread).toEqual([`${IN}: the tar archive is damaged or cut off`]);
  });
});

test("an object of Git is read, and text that begins like one is text", async () => {
  const { places } = await audit(deflateSync(`blob 227\0${newKey().sec1}`));
  expect(places).toEqual([`${IN}!content: another key`]);
  for (const text of ["x^2 + y^2", `x\u0001${"text ".repeat(2000)}`, "h$", "8O"])
    expect(await audit(Buffer.from(text))).toEqual(CLEAN);
});

describe("a zip archive", () => {
  const pem = strToU8(newKey().sec1);
  const archive = zipSync({ "a.txt": strToU8("text"), "b.pem": pem });

  test.each([0, 9] as const)("with data in a folder's entry, at level %i", async (level) => {
    const archive = zipSync({ "logs/": strToU8("text"), "keys/": pem, "empty/": strToU8("") }, { level });
    expect(await audit(archive)).toEqual({ places: [`${IN}!keys/: another key`], unread: [] });
  });

  test("that follows another", async () => {
    const { places, unread } = await audit(Buffer.concat([zipSync({ a: strToU8("x") }), archive]));
    expect({ places, unread }).toEqual({ places: [`${IN}!b.pem: another key`], unread: [] });
  });

  test.each([
    ["a script", "#!/bin/sh\nexit 0\n"],
    ["a program", "\u007fELF\u0002\u0001\u0001"],
  ])("behind %s", async (_, before) => {
    const { unread } = await audit(Buffer.concat([Buffer.from(before, "latin1"), archive]));
    expect(unread).toEqual([
      `${IN}: a zip archive stands behind other data in it; unzip it, and audit what is in it`,
    ]);
  });

  test("whose directory lists another number of entries than it has", async () => {
    const other = zipSync({ "a.txt": strToU8("text") });
    const entries = archive.subarray(0, Buffer.from(archive).indexOf("PK\u0001\u0002"));
    const directory = other.subarray(Buffer.from(other).indexOf("PK\u0001\u0002"));
    expect((await audit(Buffer.concat([entries, directory]))).unread).toEqual([
      `${IN}: the zip archive lists 1 entries, and has 2`,
    ]);
  });

  test.each([
    ["strongly encrypted", 1 << 6],
    ["with masked headers", 1 << 13],
  ])("with an entry that is %s", async (_, flag) => {
    const changed = Buffer.from(archive);
    changed.writeUInt16LE(flag, 6);
    expect((await audit(changed)).unread).toEqual([`${IN}!a.txt: it is encrypted`]);
  });
});

const latin1 = (text: string) => Buffer.from(text, "latin1");
const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

/** First bytes as the formats' own programs write them, and what the audit has to say of each. */
const UNREAD: readonly (readonly [what: RegExp, start: Buffer])[] = [
  [/7-Zip/, hex("377abcaf271c0004")],
  [/RAR/, latin1("Rar!\x1a\x07\x01\x00")],
  [/RAR/, latin1("Rar!\x1a\x07\x00")],
  [/LZ4/, hex("04224d186440a7d6")],
  [/LZ4/, hex("02214c18")],
  [/lzip/, latin1("LZIP\x01\x0c")],
  [/LZMA/, hex("5d00008000ffffffffffffffff0016")],
  [/LZMA/, hex("5d00008000e2000000000000000016")],
  [/lzop/, hex("894c5a4f000d0a1a0a1030")],
  [/compress/, hex("1f9d90")],
  [/Snappy/, hex("ff060000734e61507059")],
  [/cabinet/, latin1("MSCF\0\0\0\0\x2c")],
  [/ARJ/, hex("60ea2c001e06")],
  [/LHA/, latin1("\x1f\x5a-lh5-")],
  [/cpio/, latin1("070701000A1B2C000081A4")],
  [/cpio/, hex("c771")],
  [/Debian/, latin1("!<arch>\ndebian-binary   ")],
  [/RPM/, hex("edabeedb0300")],
  [/xar/, latin1("xar!\x00\x1c\x00\x01")],
  [/file system/, latin1("hsqs")],
  [/disk/, hex("514649fb00000003")],
  [/Office/, hex("d0cf11e0a1b11ae1")],
  [/Parquet/, latin1("PAR1\x15\x04")],
  [/Avro/, latin1("Obj\x01\x04")],
  [/PDF/, latin1("%PDF-1.7\n")],
  [/split zip/, latin1("PK\x07\x08PK\x03\x04")],
  [
    /Git packfile, which is not read; audit the history: git log -p --all/,
    latin1("PACK\0\0\0\x02\0\0\0\x03"),
  ],
  [/Git bundle/, latin1("# v2 git bundle\n")],
  [/by age/, latin1("age-encryption.org/v1\n-> X25519 ")],
  [/by age/, latin1("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl")],
  [/by OpenPGP/, latin1("-----BEGIN PGP MESSAGE-----\n\nhQEM")],
  [/by OpenPGP/, hex("8c0d 0409 0302 838a d59e 3ee7 9913 ffd2")],
  [/by OpenPGP/, hex("845e 03dc 64d7 87f0 ea16 8a12 0107 4077")],
  [/by OpenPGP/, hex("8501 0c03 dc64 d787 f0ea 168a 0108 00")],
  [/by OpenPGP/, hex("c1c0 4c03 dc64 d787 f0ea 168a 0108 00")],
  [/by OpenPGP/, hex("c32e 0409 0308 838a d59e 3ee7")],
  [/by CMS/, hex("3082 018e 0609 2a86 4886 f70d 0107 03a0 8201 7f30")],
  [/by CMS/, hex("3080 0609 2a86 4886 f70d 0107 03a0 8030 8002 0100")],
  [/by CMS/, hex("3082 0101 0609 2a86 4886 f70d 0107 06a0 81f3")],
  [/by CMS/, hex("3082 0101 060b 2a86 4886 f70d 0109 1001 17a0")],
  [/compressed with CMS/, hex("3080 060b 2a86 4886 f70d 0109 1001 09a0 8030")],
  ...["CMS", "PKCS7"].map(
    (label) =>
      [
        /by CMS/,
        latin1(
          `-----BEGIN ${label}-----\nMIIBjgYJKoZIhvcNAQcDoIIBfzCCAXsCAQAxggEmMIIBIgIBADAKMAACAQEwDQYJ\n`,
        ),
      ] as const,
  ),
  [/by openssl enc/, latin1("Salted__\x0b\xc1D1")],
  [/by openssl enc/, latin1("U2FsdGVkX18LwUQxjRHFnqhANityiwbMmP0jtlYKDouVFwoPyifRSUJsPKvQ")],
  [/by Ansible Vault/, latin1("$ANSIBLE_VAULT;1.1;AES256\n6231")],
  [/by git-crypt/, latin1("\0GITCRYPT\0\x01")],
  [/by LUKS/, latin1("LUKS\xba\xbe\0\x02")],
  [/KeePass/, hex("03d9a29a67fb4bb5")],
  [/Java keystore/, hex("feedfeed0000000200000001")],
  [/PKCS #12/, hex("3082017e02010330820134 06092a864886f70d010701")],
  [
    /by OpenTofu/,
    latin1('{"serial":1,"lineage":"x","meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"aGk="'),
  ],
];

test.each(UNREAD)("%s is named, with what to do, by itself and in an archive", async (what, start) => {
  const said = [expect.stringMatching(what), expect.stringMatching(/^[^;]+; [^;]+$/)];
  const input = Buffer.concat([start, Buffer.alloc(100, "x")]);
  for (const [given, place] of [
    [input, IN],
    [zipSync({ "f.bin": input }), `${IN}!f.bin`],
  ] as const) {
    const { places, unread } = await audit(given);
    expect(places).toEqual([]);
    expect(unread).toEqual([expect.stringContaining(`${place}: it is `)]);
    for (const each of said) expect(unread).toEqual([each]);
  }
});

test("text, JSON, YAML, keys and encrypted values in them are read as they are", () =>
  forAll(
    fc.oneof(
      fc.array(anyCharacter, { maxLength: 100 }).map((characters) => characters.join("")),
      fc.json(),
    ),
    1_000,
    (text) => {
      expect(formatOf(Buffer.from(text))).toBeUndefined();
      return true;
    },
  ));

test("CMS that is not encrypted is read as it is", async () => {
  const signed = hex("3082 018e 0609 2a86 4886 f70d 0107 02a0 8201 7f30 8201 7b02 0101 310d 300b 0609 6086");
  const inPem = `-----BEGIN PKCS7-----\n${signed.toString("base64")}\n-----END PKCS7-----\n`;
  for (const input of [signed, Buffer.from(inPem)]) expect(formatOf(input)).toBeUndefined();
  expect(await audit(Buffer.from(inPem + newKey().sec1))).toEqual({
    places: [`${IN}: another key`],
    unread: [],
  });
});

test("random bytes are hardly ever taken for anything", () => {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  const starts = Array.from({ length: 2_000 }, () => cipher.update(Buffer.alloc(600)));
  expect(starts.filter((start) => formatOf(start) !== undefined).length).toBeLessThan(3);
});

/** A tar archive, as the oldest form has it. */
function tar(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
