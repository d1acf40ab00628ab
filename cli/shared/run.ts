import { Command, CommanderError } from "commander";
import { KeyError } from "../../keys/error";
import { withoutSecrets } from "../../keys/redact";
import { ExitCode, Failure } from "../../messages/failure";
import { takeExitCode } from "./exit-code";
import { complain, isOutputLost, printDocument } from "./output";
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
  let exitCode: number;
  try {
    await program.parseAsync(argv);
    exitCode = takeExitCode();
  } catch (error) {
    exitCode = explain(error);
  }
  // A command did not do what it was to do if what it said is lost.
  process.exitCode = (await isOutputLost()) ? ExitCode.BAD_INPUT : exitCode;
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

/** This package's version; it refers to itself by name, so that source and build find the same file. */
const version = (): string => require("cdktf-ledger-api-user/package.json").version;
