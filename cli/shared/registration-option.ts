import { Option } from "commander";
import { Failure } from "../../messages/failure";
import {
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

function asFailure<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RegistrationError) throw new Failure(error.what, error.fix);
    throw error;
  }
}
