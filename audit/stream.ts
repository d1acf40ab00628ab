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

class StreamAudit {
  constructor(
    private readonly report: AuditReport,
    private readonly options: ScanOptions,
    /** Counted down over one input and all within it. */
    private readonly left: { bytes: number; entries: number },
  ) {}

  /** @throws what the content throws: the archive, disk or pipe that it comes from is at fault */
  async run(path: string, chunks: AsyncIterable<Uint8Array>, depth: number): Promise<void> {
    const scanner = new LeakScanner(this.options);
    const end = new StreamEnd();
    const content = new Content(chunks, [scanner, end]);
    const source = new ByteSource(content.chunks());
    const { leaks, unread } = this.report;
    const [leaksBefore, unreadBefore] = [leaks.length, unread.length];
    let isZip = false;
    try {
      // What follows an archive's end may be another one.
      for (let format = await this.#formatOf(source); format; format = await this.#formatOf(source)) {
        if ("unread" in format) throw new AuditProblem(format.unread);
        if (depth === 0) throw new AuditProblem("it is nested too deeply in other archives: not opened");
        isZip ||= format.opens === "zip";
        await this.#open(format.opens, path, source, depth - 1);
      }
    } catch (error) {
      if (!content.failure) this.report.unread.push({ path, reason: reasonOf(error) });
    }
    // An archive's own bytes are scanned as well: comments, entries that are not understood, what follows its end.
    await content.drain(source);
    if (!isZip && unread.length === unreadBefore && end.isZip()) unread.push({ path, reason: HIDDEN_ZIP });
    // What stood before a failure is known all the same.
    this.#add(path, scanner, leaksBefore);
    if (content.failure) throw content.failure.error;
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
        // What is in a tar archive is no larger than the archive.
        else await this.run(name, container === "tar" ? entry.content : this.#counted(entry.content), depth);
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

/** The bytes of an input, which others see too as they come. */
class Content {
  /** Why there are no more. */
  failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly readers: readonly { push(chunk: Uint8Array): void }[],
  ) {}

  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.bytes) {
        for (const reader of this.readers) reader.push(chunk);
        yield chunk;
      }
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  async drain(source: ByteSource): Promise<void> {
    try {
      while (await source.take());
    } catch (error) {
      if (!this.failure) throw error;
    }
  }
}

/** An archive's fault. Whatever else goes wrong is one of this code. */
function reasonOf(error: unknown): string {
  if (error instanceof AuditProblem || isOfZlib(error)) return reason(error);
  throw error;
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
