import { shown } from "../messages/safe-text";
import { tokenProblem } from "./cdktf-tokens";

/**
 * What texts must be like, for constructs; the fleet's schemas say the same to editors, and tests hold them to each other.
 * Each is what is wrong and the fix in one line, or `undefined`. No Terraform here: the fleet loader uses it too.
 */

/** No blanks at the ends, no line breaks, nothing invisible. */
const NAME = /^(?!\s)[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+(?<!\s)$/u;

const MOST_OF_A_USERNAME = 128;
const MOST_OF_A_NAME = 256;

/** What is wrong with the name of a group or rule. */
export function nameProblem(text: string): string | undefined {
  return nameOf(text, "a name", MOST_OF_A_NAME);
}

/** What is wrong with a user's name. */
export function usernameProblem(text: string): string | undefined {
  if (text.trim() === "") return "is empty; give the name that the admin will enter in the workspace";
  return nameOf(text, "a user name", MOST_OF_A_USERNAME) ?? usernameKeyProblem(text);
}

/** What no pattern of a schema can say of a user's name: the registration, a map, has each user under it. */
export function usernameKeyProblem(text: string): string | undefined {
  if (text === "__proto__") return `${shown(text)} cannot be the key of a map in JavaScript; rename it`;
  if (text.normalize("NFC") === text) return undefined;
  return `${shown(text)} has letters and accents apart, which Terraform makes one; type it anew, each letter with its accent (NFC)`;
}

function nameOf(text: string, what: string, most: number): string | undefined {
  const length = [...text].length;
  if (length > most) return `has ${length} characters; ${most} are the most, so shorten it`;
  if (NAME.test(text)) return tokenProblem(text);
  return `${shown(text)} is not ${what}; take out blanks at its ends, line breaks and invisible characters`;
}

export function accountProblem(text: string): string | undefined {
  return /^\d{12}$/.test(text) ? undefined : `${shown(text)} is not an AWS account; write its 12 digits`;
}

/** 18 characters at most: with more, the name of the generator's role would not fit. No list of ours can grow old. */
const REGION = /^(?=.{1,18}$)[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/;

export function regionProblem(text: string): string | undefined {
  return REGION.test(text) ? undefined : `${shown(text)} is not an AWS region; write one such as eu-west-1`;
}
