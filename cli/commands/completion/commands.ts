import type { Command } from "commander";

/** A command, as a completion script needs it. */
export interface CompletableCommand {
  /** The words that call it: `["verify"]`, `["credentials", "put"]`; none for the program itself. */
  readonly words: readonly string[];
  /** One line. */
  readonly summary: string;
  readonly options: readonly CompletableOption[];
  /** What its arguments may be: the next words of commands below it, or words that an argument allows. */
  readonly arguments: readonly string[];
  /** Whether it takes a registered user's name. */
  readonly takesUser: boolean;
}

export interface CompletableOption {
  /** `-h`, where there is one. */
  readonly short?: string;
  /** `--help`. */
  readonly long?: string;
  /** One line. */
  readonly summary: string;
  /** What can follow it: nothing, one of these words, a registered user, or anything, which is taken for a file. */
  readonly value: "none" | "user" | "file" | readonly string[];
}

/** The program and its commands as commander has them, so that no script names what is not there or leaves out what is. */
export function commandsOf(command: Command, words: readonly string[] = []): CompletableCommand[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const names = below.map((each) => each.name());
  const own: CompletableCommand = {
    words,
    summary: oneLine(command.summary() || command.description()),
    options: help.visibleOptions(command).map((option) => ({
      short: option.short,
      long: option.long,
      summary: oneLine(option.description),
      value: option.required || option.optional ? (option.argChoices ?? kindOf(option.long)) : "none",
    })),
    arguments: [...names, ...command.registeredArguments.flatMap((argument) => argument.argChoices ?? [])],
    takesUser: command.registeredArguments.some((argument) => argument.name() === "USER"),
  };
  const all = below.flatMap((each) => commandsOf(each, [...words, each.name()]));
  return [own, ...all.map((each) => (isHelpOf(words, each) ? { ...each, arguments: names } : each))];
}

/** `help`, which commander adds, takes the name of a command beside it. */
const isHelpOf = (words: readonly string[], command: CompletableCommand) =>
  command.words.length === words.length + 1 && command.words.at(-1) === "help";

const kindOf = (flag: string | undefined) => (flag === "--user" ? "user" : "file");

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
