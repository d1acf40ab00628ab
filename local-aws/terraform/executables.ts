import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** The file that a shell would run for `command`: its first executable on the PATH. */
export function findExecutable(command: string, path = process.env["PATH"] ?? ""): string | undefined {
  if (isAbsolute(command)) return isExecutable(command) ? command : undefined;
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
