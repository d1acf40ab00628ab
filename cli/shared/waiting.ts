import { InvalidArgumentError } from "commander";
import { note } from "./output";

/** Progress is for people: in a program, standard error stays empty but for warnings and errors. */
export function onWait(seconds: number, why: string): void {
  if (process.stderr.isTTY) note(`Waiting ${seconds} s: ${why}.`);
}

/** Reads the value of `--timeout` and `--max-wait`. */
export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 3600) return value;
  throw new InvalidArgumentError("Give seconds, more than 0 and at most 3600.");
}
