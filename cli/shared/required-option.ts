import { type Command, Option } from "commander";
import { Failure } from "../../messages/failure";

/**
 * An option that must be given. Commander's own mandatory options are looked for first of all: one that is misspelt would be
 * called missing, and the misspelling not named.
 */
export class RequiredOption extends Option {}

/**
 * Called once commander has accepted everything else on the line.
 *
 * @throws Failure for the first required option that is missing
 */
export function refuseMissingOption(command: Command): void {
  for (const option of command.options) {
    if (!(option instanceof RequiredOption)) continue;
    if (command.getOptionValue(option.attributeName()) === undefined)
      throw new Failure(`the option ${option.flags} is missing`, `add it: ${option.description}`);
  }
}
