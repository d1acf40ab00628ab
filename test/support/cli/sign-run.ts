import { onTerminal as dialogue } from "./dialogue";
import { environment, type Setting } from "./run-cli";

export interface Person {
  readonly env?: Setting["env"];
  readonly answer: string;
  readonly typedAhead?: string;
  /** for the shell: `< challenge > jws`. */
  readonly redirect?: string;
}

/** Runs the command on a terminal, where a person answers its question. */
export const onTerminal = (args: readonly string[], { env, answer, typedAhead, redirect = "" }: Person) =>
  dialogue(args, {
    env: environment(env),
    turns: [["[y/N] ", answer]],
    typedAhead,
    shell: `exec "$@" ${redirect}`,
  });
