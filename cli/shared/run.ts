import { Command, CommanderError } from "commander";
import { KeyError } from "../../keys/error";
import { withoutSecrets } from "../../keys/redact";
import { ExitCode, Failure, reason } from "../../messages/failure";
import { takeExitCode } from "./exit-code";
import { complain, printDocument } from "./output";
import { refuseMissingOption } from "./required-option";

/** Adds one command to the program. Each command has a file of its own that exports one. */
export type AddCommand = (program: Command) => void;

/**
 * Runs the command line and sets the exit code: 2 while it runs, its own at the end. Whatever goes wrong becomes one line on standard error, commander's own
 * complaints too, and no stack trace: an unforeseen error's text could quote what the program was handling.
 */
export async function run(argv: readonly string[], commands: readonly AddCommand[]): Promise<void> {
  process.exitCode = ExitCode.BAD_INPUT;
  takeExitCode();
  const program = new Command("cdktf-ledger-api-user")
    .description("Keys and registrations of the API users of a Ledger Enterprise workspace.")
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: printDocument, outputError: () => {} }) // said below
    .hook("preAction", (_program, command) => refuseMissingOption(command));
  for (const add of commands) add(program);
  // By its name: where this file is loaded more than once, as in tests, each has a function of its own.
  if (!process.stdout.listeners("error").some(({ name }) => name === ignoreClosedPipe.name))
    process.stdout.on("error", ignoreClosedPipe);
  try {
    await program.parseAsync(argv);
    process.exitCode = takeExitCode();
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** Says what went wrong, and returns the exit code for it. */
export function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.DONE; // --help and --version
    if (error.code !== "commander.help") complain(`${safe(error.message)}; see --help`);
    return ExitCode.BAD_INPUT;
  }
  if (error instanceof Failure || error instanceof KeyError) {
    complain(error.message);
    return error instanceof Failure ? error.exitCode : ExitCode.NO;
  }
  const name = error instanceof Error ? error.constructor.name : typeof error;
  complain(`unforeseen ${name}; please report it, with the command but without any key`);
  return ExitCode.BAD_INPUT;
}

/** Where nothing is left to wait for, and the command has not ended. */
export function explainDryEnd(): number {
  complain(
    "the command stopped before it was done: what it waited for never came; run it again, and report it",
  );
  return ExitCode.BAD_INPUT;
}

/** Commander quotes what it does not understand, which may be a key or a secret that was put in the wrong place. */
const safe = (message: string): string => withoutSecrets(message.replace(/^error: /, "")).replace(/\.$/, "");

/** `… | head` closes the pipe early: that is not an error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE")
    throw new Failure(`cannot write to standard output: ${reason(error)}`, "see where it goes to");
}

/** This package's version; it refers to itself by name, so that source and build find the same file. */
const version = (): string => require("cdktf-ledger-api-user/package.json").version;
