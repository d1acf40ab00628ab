/**
 * How fast the leak scanner is, and how much memory it takes, on inputs of SIZE megabytes (argument, 500 if none) that are
 * made on the way. `node --import tsx test/bench/audit.bench.ts [SIZE]`. Each input in a process of its own, because the
 * peak of resident memory cannot be set back.
 */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { auditPaths } from "../../audit";
import { generateKeyPair } from "../../keys";

const MB = 1e6;
const block = (line: (index: number) => string, length = 20_000) =>
  Buffer.from(Array.from({ length }, (_, index) => `${line(index)}\n`).join(""));
const digest = (index: number) => createHash("sha256").update(String(index)).digest("hex");
const at = (index: number) => `2026-01-01T10:${String(index % 60).padStart(2, "0")}:00.000Z`;

const inputs: Record<string, () => Buffer> = {
  "plain log": () =>
    block(
      (i) => `${at(i)} INFO request ${randomUUID()} GET /api/v1/transactions/${i} status=200 in ${i % 97} ms`,
    ),
  "JSON log": () =>
    block((i) =>
      JSON.stringify({ time: at(i), level: "info", message: `request ${i}`, id: randomUUID(), status: 200 }),
    ),
  "log of 20,000 digests": () => block((i) => `${at(i)} INFO layer sha256:${digest(i)} pulled`),
  "each digest different": () => block((i) => `${at(i)} INFO layer sha256:${digest(i)} pulled`, 200_000),
  "base64 lines": () => block(() => randomBytes(57).toString("base64")),
  "one-line JSON": () =>
    Buffer.from(
      block((i) => `{"id":"${i}","arn":"arn:aws:iam::123456789012:role/settlement-${i}"},`)
        .toString()
        .replace(/\n/g, ""),
    ),
  binary: () => randomBytes(4 * MB),
  "UTF-16 log": () =>
    Buffer.from(block((i) => `${at(i)} INFO request ${randomUUID()} handled`).toString(), "utf16le"),
};

async function* repeated(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < size; sent += content.length)
    for (let from = 0; from < content.length; from += 65_536) yield content.subarray(from, from + 65_536);
}

async function measure(name: string, size: number): Promise<void> {
  const content = (inputs[name.replace(/ \(gzip\)$/, "")] as () => Buffer)();
  let stdin: AsyncIterable<Uint8Array> = repeated(content, size);
  if (name.endsWith("(gzip)")) stdin = Readable.from(stdin).pipe(createGzip({ level: 1 }));
  const knownPublicKeys = new Map([[generateKeyPair().publicKey, "settlement bot"]]);
  const started = performance.now();
  const before = process.cpuUsage();
  await auditPaths(["-"], { stdin, knownPublicKeys });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before); // other programs on the machine do not spoil this one
  const perCpu = size / (user + system);
  const peak = (process.resourceUsage().maxRSS * 1024) / MB;
  const speeds = [size / MB / seconds, perCpu].map((speed) => speed.toFixed(0).padStart(5));
  console.log(
    `${name.padEnd(22)} ${speeds[0]} MB/s, ${speeds[1]} MB per CPU second, peak RSS ${peak.toFixed(0)} MB`,
  );
}

const [size = "500", only] = process.argv.slice(2);
if (only) void measure(only, Number(size) * MB);
else
  for (const name of [...Object.keys(inputs), "plain log (gzip)"])
    execFileSync(process.execPath, ["--import", "tsx", __filename, size, name], { stdio: "inherit" });
