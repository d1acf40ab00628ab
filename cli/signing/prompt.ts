import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { Failure } from "../../messages/failure";
import { visible } from "../../messages/safe-text";
import { decodeChallenge } from "../../signing";
import { note, plainLines } from "../shared/output";
import { renderChallenge } from "./display";

export interface Review {
  readonly challenge: string;
  /** Whose signature it will be: `the KMS key alias/…`. */
  readonly key: string;
  /** `Sign this?` */
  readonly question: string;
  /** A program has looked at the challenge: show it, and do not ask. */
  readonly yes?: boolean;
}

/**
 * Shows on standard error what is about to be signed, and asks on the terminal: on the terminal itself, since standard input may be
 * the challenge. Whether the answer was yes.
 *
 * @throws SigningError for what is no challenge, Failure where there is no terminal to ask on
 */
export function reviewed({ challenge, key, question, yes }: Review): boolean {
  const lines = [`To be signed with ${key}:`, "", ...renderChallenge(decodeChallenge(challenge)), ""];
  if (yes) {
    note(lines);
    return true;
  }
  const terminal = openTerminal();
  try {
    note(lines);
    // Who answers must have seen it, also where standard error goes to a file.
    if (!process.stderr.isTTY) writeSync(terminal, plainLines(lines));
    discardTypedAhead(terminal);
    writeSync(terminal, visible(`${question} [y/N] `));
    const answer = readLine(terminal);
    if (!answer.endsWith("\n")) writeSync(terminal, "\n"); // Ctrl-D
    return /^y(es)?\n$/i.test(answer);
  } finally {
    closeSync(terminal);
  }
}

/** Not blocking, so that what was typed ahead can be told from an answer. No other process shares this descriptor. */
function openTerminal(): number {
  try {
    return openSync("/dev/tty", constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    throw new Failure(
      "there is no terminal to ask on",
      "add --yes in a program that has checked the challenge",
    );
  }
}

/** A "y" that was typed before the challenge was on the screen is not an answer to it. */
function discardTypedAhead(terminal: number): void {
  while ((read(terminal)?.length ?? 0) > 0);
}

/** One line; what there is of it where the terminal goes away. */
function readLine(terminal: number): string {
  let line = "";
  while (!line.includes("\n")) {
    const text = read(terminal);
    if (text === "") break;
    // Waiting this way leaves Ctrl-C to the operating system: it ends the program at once.
    if (text === undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    else line += text;
  }
  return line;
}

/** Undefined while nothing has been typed, empty when nothing more can come. */
function read(terminal: number): string | undefined {
  const buffer = Buffer.alloc(1024);
  try {
    return buffer.toString("latin1", 0, readSync(terminal, buffer));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? undefined : "";
  }
}
