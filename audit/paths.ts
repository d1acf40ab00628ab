import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ScanOptions } from "./detect";
import { AuditProblem, reason } from "./problem";
import { type AuditReport, emptyReport } from "./report";
import { type ArchiveLimits, auditStream } from "./stream";
import { walk } from "./walk";

/** What to audit, and by which rules. */
export interface AuditOptions extends ScanOptions {
  readonly limits?: ArchiveLimits;
  /** What the path `-` means. @default process.stdin */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

const CHUNK_BYTES = 256 << 10;

/**
 * Looks for private keys in files, folders (with all that is below) and, for `-`, standard input. What cannot be read
 * inside a folder is in the report's `unread`, and the rest is audited nevertheless.
 *
 * @throws AuditProblem, before anything is read, if one of the paths does not exist
 */
export async function auditPaths(paths: readonly string[], options: AuditOptions = {}): Promise<AuditReport> {
  const report = emptyReport();
  const seen = new Set<string>();
  const folders = new Map<string, boolean>();
  for (const path of paths) if (path !== "-") folders.set(path, await isFolder(path));
  for (const path of paths) {
    if (path === "-") {
      await auditInput("standard input", options.stdin ?? process.stdin, report, options);
      continue;
    }
    for await (const file of folders.get(path) ? walk(path, report) : [path]) {
      if (seen.has(resolve(file))) continue;
      seen.add(resolve(file));
      await auditInput(file, createReadStream(file, { highWaterMark: CHUNK_BYTES }), report, options);
    }
  }
  return report;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new AuditProblem(`cannot audit ${path}: ${reason(error)}`);
  }
}

async function auditInput(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  report: AuditReport,
  { limits, ...options }: AuditOptions,
): Promise<void> {
  try {
    await auditStream(path, counted(chunks, report), report, options, limits);
    report.files++;
  } catch (error) {
    report.unread.push({ path, reason: reason(error) });
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, report: AuditReport): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    report.bytes += chunk.length;
    yield chunk;
  }
}
