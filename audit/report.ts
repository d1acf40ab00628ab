import type { Leak } from "./detect";

/** A leak, and the file it is in; for a file in an archive `ARCHIVE!FILE`. */
export interface LocatedLeak extends Leak {
  readonly path: string;
}

/** Something that could not be read, so that nobody knows what it holds. */
interface Unread {
  readonly path: string;
  readonly reason: string;
}

/** What an audit found, and how much it has seen. */
export interface AuditReport {
  /** How many files were read, standard input counted, files in archives not. */
  files: number;
  /** Their size in bytes, as they are on the disk. */
  bytes: number;
  readonly leaks: LocatedLeak[];
  /** How many more private keys there are than are listed (1,000 for each file). */
  unlisted: number;
  /** What could not be read. Unless this is empty, an audit without leaks proves nothing. */
  readonly unread: Unread[];
  /** Symbolic links in the folders: not followed. */
  links: number;
  /** Sockets, pipes and devices in the folders: not opened. */
  specialFiles: number;
  /** Bare 32-byte values that could not be compared with every public key of their file, there being so many. */
  uncompared: number;
}

export function emptyReport(): AuditReport {
  const counts = { files: 0, bytes: 0, unlisted: 0, links: 0, specialFiles: 0, uncompared: 0 };
  return { ...counts, leaks: [], unread: [] };
}
