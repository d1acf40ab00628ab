import { chmodSync, mkdirSync } from "node:fs";

/** Makes a folder that no other user of the machine can look into, also where it is there already; returns its path. */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}
