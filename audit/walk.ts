import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { reason } from "./problem";
import type { AuditReport } from "./report";

/**
 * The files of a folder and those below it, hidden ones too, in the order of their names. Symbolic links are not followed:
 * one that stays in the folder leads to what is read anyway, one that leaves it to what nobody asked about.
 */
export async function* walk(folder: string, report: AuditReport): AsyncGenerator<string> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    report.unread.push({ path: folder, reason: reason(error) });
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, report);
    else if (entry.isFile()) yield path;
    else if (entry.isSymbolicLink()) report.links++;
    else report.specialFiles++;
  }
}
