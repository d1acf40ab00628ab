import { ByteSource } from "./byte-source";
import { bunzip2 } from "./bzip2";
import { gunzip, inflateZlib } from "./decompress";
import { LeakScanner, type ScanOptions } from "./detect";
import { type Container, type Format, formatOf, START_BYTES } from "./formats";
import { StreamEnd } from "./hidden-zip";
import { AuditProblem, isOfZlib, reason } from "./problem";
import type { AuditReport } from "./report";
import { readTar } from "./tar";
import { unxz } from "./xz";
import { readZip } from "./zip";
import { unzstd } from "./zstd";

/** Bounds against archives made to exhaust who opens them: for each input, all that it holds together. */
export interface ArchiveLimits {
  /** @default 2 GiB */
  readonly bytes?: number;
  /** @default 100,000 */
  readonly entries?: number;
  /** How deeply an archive may be nested in others. @default 8 */
  readonly depth?: number;
}

/**
 * Audits one input: its own bytes and, if it is an archive or compressed, what is in it, and in that. Adds what it finds
 * to the report; the caller counts `files` and `bytes`.
 *
 * @throws what the input's stream throws
 */
export async function auditStream(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  report: AuditReport,
  options: ScanOptions,
  { bytes = 2 * 2 ** 30, entries = 100_000, depth = 8 }: ArchiveLimits = {},
): Promise<void> {
  await new StreamAudit(report, options, { bytes, entries }).run(path, chunks, depth);
}

/** Why something could not be read is in the report already: who reads it has nothing to add. */
class Reported extends Error {}

class StreamAudit {
  constructor(
    private readonly report: AuditReport,
    private readonly options: ScanOptions,
    /** Counted down over one input and all within it. */
    private readonly left: { bytes: number; entries: number },
  ) {}

  /** @throws Reported if its content could not be read to the end */
  async run(path: string, chunks: AsyncIterable<Uint8Array>, depth: number): Promise<void> {
    const scanner = new LeakScanner(this.options);
    const end = new StreamEnd();
    const content = { failed: false };
    const source = new ByteSource(seenBy([scanner, end], chunks, content));
    const { leaks, unread } = this.report;
    const [leaksBefore, unreadBefore] = [leaks.length, unread.length];
    let isZip = false;
    await this.#reporting(path, async () => {
      // What follows an archive's end may be another one.
      for (let format = await this.#formatOf(source); format; format = await this.#formatOf(source)) {
        if ("unread" in format) throw new AuditProblem(format.unread);
        if (depth === 0) throw new AuditProblem("it is nested too deeply in other archives: not opened");
        isZip ||= format.opens === "zip";
        await this.#open(format.opens, path, source, depth - 1);
      }
    });
    // An archive's own bytes are scanned as well: comments, entries that are not understood, what follows its end.
    await this.#reporting(path, async () => {
      while (await source.take());
    });
    if (!isZip && unread.length === unreadBefore && end.isZip()) unread.push({ path, reason: HIDDEN_ZIP });
    this.#add(path, scanner, leaksBefore);
    if (content.failed) throw new Reported();
  }

  /** Adds to the report why something could not be read. Errors of the disk or pipe that it all comes from go on to the caller. */
  async #reporting(path: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (error instanceof Reported) return;
      if (!(error instanceof AuditProblem) && !isOfZlib(error)) throw error;
      this.report.unread.push({ path, reason: reason(error) });
    }
  }

  async #formatOf(source: ByteSource): Promise<Format | undefined> {
    return formatOf(await source.peek(START_BYTES));
  }

  async #open(container: Container, path: string, source: ByteSource, depth: number): Promise<void> {
    if (container === "zip" || container === "tar") {
      for await (const entry of container === "zip" ? readZip(source) : readTar(source)) {
        if (this.left.entries-- <= 0) throw new AuditProblem("it has too many entries: not read to its end");
        const name = `${path}!${entry.name}`;
        if ("problem" in entry) this.report.unread.push({ path: name, reason: entry.problem });
        else await this.run(name, this.#counted(entry.content), depth);
      }
      return;
    }
    const name = /(?:^|[/!])([^/!]+)\.(?:gz|xz|zst|bz2|z)$/i.exec(path)?.[1] ?? "content";
    await this.run(`${path}!${name}`, this.#counted(DECOMPRESS[container](source)), depth);
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.left.bytes -= chunk.length;
      if (this.left.bytes < 0) throw new AuditProblem("it expands to too many bytes: not read to its end");
      yield chunk;
    }
  }

  /** Adds what the scanner found, except what has been found, and said better, in the archive's entries. */
  #add(path: string, scanner: LeakScanner, before: number): void {
    const result = scanner.end();
    const within = new Set(this.report.leaks.slice(before).map(({ publicKey, kind }) => publicKey ?? kind));
    const leaks = result.leaks.filter(({ publicKey, kind }) => !within.has(publicKey ?? kind));
    this.report.leaks.push(...leaks.map((leak) => ({ path, ...leak })));
    this.report.unlisted += result.unlisted;
    this.report.uncompared += result.uncompared;
  }
}

async function* seenBy(
  readers: readonly { push(chunk: Uint8Array): void }[],
  chunks: AsyncIterable<Uint8Array>,
  content: { failed: boolean },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      for (const reader of readers) reader.push(chunk);
      yield chunk;
    }
  } catch (error) {
    content.failed = true;
    throw error;
  }
}

const HIDDEN_ZIP = "a zip archive stands behind other data in it; unzip it, and audit what is in it";

const DECOMPRESS: Readonly<
  Record<Exclude<Container, "zip" | "tar">, (source: ByteSource) => AsyncIterable<Uint8Array>>
> = {
  gzip: gunzip,
  zlib: inflateZlib,
  xz: unxz,
  zstd: unzstd,
  bzip2: bunzip2,
};
