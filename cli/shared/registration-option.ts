import { InvalidArgumentError, Option } from "commander";
import { Failure } from "../../messages/failure";
import {
  addressOf,
  atGeneration,
  type ReadOptions,
  type RegisteredUser,
  RegistrationError,
  readRegistration,
  userNamed,
} from "../../registration/read";
import { RequiredOption } from "./required-option";
import { readText } from "./text-input";

/**
 * `--registration FILE`. It has no file for a default, not even `.local/registration.json`: that one is of `npm start`, and so of the AWS
 * in a developer's machine, and whatever lies in the current folder should not decide where a key is looked for or put.
 */
export const registrationOption = (): Option => new RequiredOption(...REGISTRATION);

/** For commands that can do without, or read standard input. */
export const optionalRegistrationOption = (): Option => new Option(...REGISTRATION);

const REGISTRATION = [
  "--registration <FILE>",
  "registration.json, or the output of terraform output -json; - for standard input",
] as const;

/**
 * Reads the registration's users. A fleet's may have megabytes.
 *
 * @throws Failure that says what is wrong with file or content, in one line
 */
export async function readUsers(file: string, options?: ReadOptions): Promise<RegisteredUser[]> {
  const { text } = await readText(file, "the registration");
  return asFailure(() => readRegistration(text, options));
}

/**
 * The user that was named on the command line.
 *
 * @throws Failure that says what was probably meant
 */
export function chooseUser(users: readonly RegisteredUser[], name: string): RegisteredUser {
  return asFailure(() => userNamed(users, name));
}

/** `--generation N`, for commands about one key of a user. */
export const generationOption = (): Option =>
  new Option("--generation <N>", "the generation of the key; the current one unless given").argParser(
    (text) => {
      if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text);
      throw new InvalidArgumentError("Write its number, 1 to 9999.");
    },
  );

/**
 * The same with the key of a generation in place of the current one.
 *
 * @throws Failure if the user has no such generation, or it is retired: nobody uses its key any more
 */
export function withGeneration(user: RegisteredUser, generation: number | undefined): RegisteredUser {
  if (generation === undefined) return user;
  const found = atGeneration(user, generation);
  const name = JSON.stringify(addressOf(user));
  if (found === undefined)
    throw new Failure(
      `${name} has no generation ${generation} in the registration`,
      `it has ${user.keys.map((key) => key.generation).join(", ")}; declare another in the YAML, apply, and take the registration afresh`,
    );
  if (found.stage !== "retired") return found;
  throw new Failure(`generation ${generation} of ${name} is retired`, "name another generation");
}

function asFailure<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RegistrationError) throw new Failure(error.what, error.fix);
    throw error;
  }
}
