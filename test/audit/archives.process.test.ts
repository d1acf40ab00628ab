import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { strToU8, Zip, ZipDeflate, ZipPassThrough, zipSync } from "fflate";
import { type AuditOptions, auditPaths } from "../../audit";
import { type Key, newKey } from "../support/keys/spellings";

const key = newKey();
const bytes = (text: string) => strToU8(text);

/** A zip as Go writes it, and so Terraform its plan files: sizes behind each entry. */
function streamed(files: Record<string, { content: string | Uint8Array; stored?: boolean }>): Uint8Array {
  const parts: Uint8Array[] = [];
  const zip = new Zip((error, part) => {
    if (error) throw error;
    parts.push(part);
  });
  for (const [name, { content, stored }] of Object.entries(files)) {
    const file = stored ? new ZipPassThrough(name) : new ZipDeflate(name);
    zip.add(file);
    file.push(Buffer.from(content as string), true);
  }
  zip.end();
  return Buffer.concat(parts);
}

/** Audits an input on standard input, in small chunks. */
async function audit(input: Uint8Array, options: AuditOptions = {}) {
  const size = Math.max(7, input.length >> 6);
  const chunks: Buffer[] = [];
  for (let at = 0; at < input.length; at += size) chunks.push(Buffer.from(input.subarray(at, at + size)));
  return auditPaths(["-"], { stdin: Readable.from(chunks), ...options });
}

const places = async (input: Uint8Array) => (await audit(input)).leaks.map(({ path }) => path);
const state = ({ sec1 }: Key) => JSON.stringify({ resources: [{ secret_string: sec1 }] });

test("a zip archive's files are audited, with their names, lines and paths", async () => {
  const archive = zipSync({
    "modules/": bytes(""),
    "modules/a.tfstate": bytes(state(key)),
    "b.txt": bytes("nothing"),
  });
  const { leaks, unread, files } = await audit(archive);
  expect(leaks).toEqual([
    expect.objectContaining({
      path: "standard input!modules/a.tfstate",
      line: 1,
      jsonPath: "resources[0].secret_string",
      publicKey: key.publicKey,
    }),
  ]);
  expect({ unread, files }).toEqual({ unread: [], files: 1 });
});

test("a plan file, its sizes behind its entries, is audited", async () => {
  const plan = streamed({
    tfplan: { content: Buffer.concat([Buffer.from([10, 3, 0]), Buffer.from(key.sec1)]) },
    tfstate: { content: state(key) },
    "tfconfig/modules.json": { content: "[]" },
  });
  expect(await places(plan)).toEqual(["standard input!tfplan", "standard input!tfstate"]);
});

test("archives in archives are audited", async () => {
  const inner = zipSync({ "key.pem": bytes(key.sec1) });
  const outer = zipSync({ "inner.zip": inner, "log.gz": gzipSync(key.pkcs8) });
  expect(await places(gzipSync(outer))).toEqual([
    "standard input!content!inner.zip!key.pem",
    "standard input!content!log.gz!log",
  ]);
});

test("a gzip file of several members is audited to its end", async () => {
  const log = Buffer.concat([gzipSync("first\n".repeat(9999)), gzipSync(key.sec1)]);
  expect((await audit(log)).leaks).toEqual([expect.objectContaining({ line: 10_000 })]);
});

test("stored files are reported once, and what stands behind an archive's end is seen", async () => {
  const stored = zipSync({ "a.pem": bytes(key.sec1) }, { level: 0 });
  expect(await places(stored)).toEqual(["standard input!a.pem"]);
  const behind = Buffer.concat([zipSync({ a: bytes("x") }), Buffer.from(key.sec1)]);
  expect(await places(behind)).toEqual(["standard input"]);
});

describe("what cannot be read is said, never passed over", () => {
  const archive = zipSync({ "a.txt": bytes("text ".repeat(999)), "b.pem": bytes(key.sec1) });
  const changed = (at: number, value: number) => {
    const copy = Uint8Array.from(archive);
    copy[at] = value;
    return copy;
  };
  test.each([
    ["a zip that is cut off", archive.subarray(0, archive.length / 2), /cut off|damaged/],
    ["a gzip that is cut off", gzipSync(key.sec1).subarray(0, 100), /damaged/],
    ["damaged data", changed(40, 0xff), /damaged/],
    ["an encrypted entry", changed(6, 1), /encrypted/],
    ["an unknown method", changed(8, 93), /method, 93/],
  ])("%s", async (_, input, reason) => {
    const { unread } = await audit(input);
    expect(unread).toEqual([expect.objectContaining({ reason: expect.stringMatching(reason) })]);
  });

  test("a key that stands before the damage is found", async () => {
    const log = `${key.sec1}\n${"a line of a log\n".repeat(20_000)}`;
    const { leaks, unread } = await audit(gzipSync(log, { level: 0 }).subarray(0, 200_000));
    expect([...leaks, ...unread].map(({ path }) => path)).toEqual([
      "standard input!content",
      "standard input",
    ]);
  });

  test("after an entry that is not understood, the others are audited", async () => {
    expect(await places(changed(8, 93))).toEqual(["standard input!b.pem"]);
  });

  test.each([
    ["bytes", { bytes: 10_000 }, gzipSync(Buffer.alloc(1e6))],
    ["entries", { entries: 2 }, zipSync({ a: bytes("1"), b: bytes("2"), c: bytes("3") })],
    ["depth", { depth: 2 }, gzipSync(gzipSync(gzipSync(key.sec1)))],
  ])("an archive made to exhaust its reader: %s", async (_, limits, input) => {
    const { unread } = await audit(input, { limits });
    expect(unread).toEqual([expect.objectContaining({ reason: expect.stringMatching(/too (many|deep)/) })]);
  });
});

test("an archive that expands a thousandfold takes little memory", async () => {
  const bomb = gzipSync(Buffer.alloc(50e6), { level: 9 });
  const before = process.memoryUsage().rss;
  const { unread } = await audit(bomb, { limits: { bytes: 40e6 } });
  expect(unread).toHaveLength(1);
  expect(process.memoryUsage().rss - before).toBeLessThan(30e6);
});
