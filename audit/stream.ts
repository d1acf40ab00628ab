import { ByteSource } from "./byte-source";
import { gunzip } from "./decompress";
import { LeakScanner, type ScanOptions } from "./detect";
import { AuditProblem, isOfZlib, reason } from "./problem";
import type { AuditReport } from "./report";
import { isZip, readZip } from "./zip";

/** Bounds against archives made to exhaust who opens them: for each input, all that it holds together. */
export interface ArchiveLimits {
  /** @default 2 GiB */
  readonly bytes?: number;
  /** @default 100,000 */
  readonly entries?: number;
  /** How deeply an archive may be nested in others. @default 4 */
  readonly depth?: number;
}

/**
 * Audits one input: its own bytes and, if it is a zip archive or gzip file, what is in it, and in that. Adds what it finds
 * to the report; the caller counts `files` and `bytes`.
 *
 * @throws what the input's stream throws
 */
export async function auditStream(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  report: AuditReport,
  options: ScanOptions,
  { bytes = 2 * 2 ** 30, entries = 100_000, depth = 4 }: ArchiveLimits = {},
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

  async run(path: string, chunks: AsyncIterable<Uint8Array>, depth: number): Promise<void> {
    const scanner = new LeakScanner(this.options);
    const source = new ByteSource(seenBy(scanner, chunks));
    const before = this.report.leaks.length;
    const start = await source.peek(4);
    try {
      const isArchive = isZip(start) || isGzip(start);
      if (isArchive && depth === 0)
        throw new AuditProblem("it is nested too deeply in other archives: not opened");
      if (isZip(start)) await this.#openZip(path, source, depth - 1);
      else if (isArchive) await this.#openGzip(path, source, depth - 1);
    } catch (error) {
      // The disk or pipe that it comes from is at fault, not the archive.
      if (!(error instanceof AuditProblem) && !isOfZlib(error)) throw error;
      this.report.unread.push({ path, reason: reason(error) });
    }
    // An archive's own bytes are scanned as well: comments, entries that are not understood, what follows its end.
    while (await source.take());
    this.#add(path, scanner, before);
  }

  async #openZip(path: string, source: ByteSource, depth: number): Promise<void> {
    for await (const entry of readZip(source)) {
      if (this.left.entries-- <= 0) throw new AuditProblem("it has too many entries: not read to its end");
      const name = `${path}!${entry.name}`;
      if ("problem" in entry) this.report.unread.push({ path: name, reason: entry.problem });
      else await this.run(name, this.#counted(entry.content), depth);
    }
  }

  async #openGzip(path: string, source: ByteSource, depth: number): Promise<void> {
    const name = /(?:^|[/!])([^/!]+)\.gz$/.exec(path)?.[1] ?? "content";
    await this.run(`${path}!${name}`, this.#counted(gunzip(source)), depth);
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

async function* seenBy(scanner: LeakScanner, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    scanner.push(chunk);
    yield chunk;
  }
}

const isGzip = (start: Buffer) => start[0] === 0x1f && start[1] === 0x8b && start[2] === 8;
