import { Argument, type Command } from "commander";
import { addressOf } from "../../../registration/read";
import { print, printDocument } from "../../shared/output";
import { readUsers } from "../../shared/registration-option";
import { SHELLS, type Shell, scriptFor, USERS_COMMAND } from "./scripts";

const examples = `
Examples:
  $ source <(cdktf-ledger-api-user completion bash)  # ~/.bashrc
  $ source <(cdktf-ledger-api-user completion zsh)  # ~/.zshrc, after compinit
  $ cdktf-ledger-api-user completion fish \\
      > ~/.config/fish/completions/cdktf-ledger-api-user.fish

Completes commands, options and files; in bash also users, once the line has
--registration FILE.`;

/** Adds `completion SHELL`. What is added to the program later is in the script too: it is made when asked for. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .summary("print a script that completes this command in your shell")
    .description("Print a script that completes commands and options in a shell.")
    .addArgument(new Argument("<SHELL>", "the shell").choices(SHELLS))
    .addHelpText("after", examples)
    .action((shell: Shell) => void printDocument(scriptFor(shell, program)));
  program
    .command(USERS_COMMAND, { hidden: true })
    .description("Print the names of a registration's users, a line each. For the script of bash.")
    .argument("<REGISTRATION>")
    .action(printUsers);
}

async function printUsers(registration: string): Promise<void> {
  const users = await readUsers(registration, { letWrongFingerprintsThrough: true });
  for (const user of users) {
    const namesakes = users.filter(({ username }) => username === user.username);
    print(namesakes.length > 1 ? addressOf(user) : user.username);
  }
}
