import { oneLine } from "../../messages/safe-text";

/** The few colours used, on a terminal only, and not where NO_COLOR (no-color.org) or TERM=dumb asks for none. */
const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** The text with a style for standard output (or another stream), or as it is where colours are not wanted. */
export function style(
  name: keyof typeof codes,
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  if (!stream.isTTY || process.env["NO_COLOR"] || process.env["TERM"] === "dumb") return text;
  const [on, off] = codes[name];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Prints lines of a label and a value, the values in one column; rows without a value are left out. */
export function printRows(rows: ReadonlyArray<readonly [label: string, value: string | undefined]>): void {
  for (const [label, value] of rows) {
    if (value !== undefined) process.stdout.write(`${style("bold", label.padEnd(12))}  ${value}\n`);
  }
}

/** Prints a value for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** One line on standard error that does not stop the command. */
export function warn(message: string): void {
  process.stderr.write(`${style("yellow", "warning:", process.stderr)} ${oneLine(message)}\n`);
}

/** One line on standard error, the last that a failed command says. */
export function complain(message: string): void {
  process.stderr.write(`${style("red", "error:", process.stderr)} ${oneLine(message)}\n`);
}
