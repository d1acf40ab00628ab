import { constants, openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { Failure } from "../../messages/failure";
import { ask, note } from "./output";

/** Longer than any answer; more is somebody's mistake. */
const MOST = 16_384;
/** What is pasted comes in pieces; this long after the last answer the rest of it has come. */
const REST_MS = 100;

/**
 * Asks on the terminal itself, one answer after another, and shows none of what is typed or pasted. Standard input may be
 * something else.
 *
 * @throws Failure where there is no terminal to ask on, or not all is answered
 */
export async function askHidden(questions: readonly string[]): Promise<string[]> {
  const terminal = openTerminal();
  const listening = restoredOnSignals(terminal);
  try {
    // Before the first question is shown, so that a quick paste is not seen either.
    terminal.setRawMode(true);
    const answers = await answersOf(terminal, questions);
    // The rest of a longer paste, such as a key's further lines, must not go on to the shell, which would show and keep it.
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    return answers;
  } finally {
    terminal.setRawMode(false);
    listening.stop();
    terminal.destroy();
  }
}

/** The signals that end a program whose terminal or session goes away, that a person ends, or that is shut down. */
const ENDING = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const;

/** A signal ends the program as it always does, but not before the terminal shows again what is typed. */
function restoredOnSignals(terminal: ReadStream) {
  const end = (signal: NodeJS.Signals) => {
    terminal.setRawMode(false);
    stop();
    note("");
    process.kill(process.pid, signal);
  };
  const stop = () => {
    for (const signal of ENDING) process.off(signal, end);
  };
  for (const signal of ENDING) process.on(signal, end);
  return { stop };
}

function openTerminal(): ReadStream {
  try {
    return new ReadStream(openSync("/dev/tty", constants.O_RDWR | constants.O_NOCTTY));
  } catch {
    throw new Failure(
      "there is no terminal to ask on",
      'give JSON on standard input: {"LEDGER_ENTERPRISE_API_KEY_ID": "…", "LEDGER_ENTERPRISE_API_KEY_SECRET": "…"}',
    );
  }
}

/** A raw terminal leaves to its reader what it would do itself: lines, erasing, ending, interrupting. */
function answersOf(terminal: ReadStream, questions: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const answers: string[] = [];
    let line = "";
    const askNext = () => ask(questions[answers.length] ?? "");
    const giveUp = () => {
      note("");
      reject(new Failure("not every question was answered", "run it again, and end each answer with Enter"));
    };
    const take = (character: string) => {
      if (character === "\r" || character === "\n") {
        note("");
        answers.push(line);
        line = "";
        if (answers.length === questions.length) resolve(answers);
        else askNext();
      } else if (character === "\u0003") process.kill(process.pid, "SIGINT");
      else if (character === "\u0004") giveUp();
      else if (character === "\u0015") line = "";
      else if (character === "\u007f" || character === "\b") line = [...line].slice(0, -1).join("");
      else if (line.length < MOST) line += character;
    };
    terminal.setEncoding("utf8").on("data", (text: string) => {
      for (const character of text) if (answers.length < questions.length) take(character);
    });
    terminal.on("end", giveUp).on("error", giveUp);
    askNext();
  });
}
