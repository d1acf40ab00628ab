import type { Mistake } from "../messages/mistake";
import { shown } from "../messages/safe-text";
import { tokenProblem } from "./cdktf-tokens";

/**
 * The names of users, groups and rules. Each rule says in one line what is wrong with a text and how to fix it; `undefined`
 * if nothing is. The fleet's schemas repeat them for editors, and test/bad-input/rules.test.ts compares the two.
 */

/**
 * No blanks at the ends, no line breaks, nothing invisible: Unicode's property `Default_Ignorable_Code_Point` (`DI`) has what
 * is drawn as nothing, such as variation selectors and the Hangul filler. No bound in the pattern: V8 ends the process where it cannot
 * compile a large repeat of such a class.
 */
const NAME = /^(?!\s)[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}]+(?<!\s)$/u;

const MOST_OF_A_USERNAME = 128;
const MOST_OF_A_NAME = 256;

/** What is wrong with the name of a group or rule. */
export function nameProblem(text: string): Mistake | undefined {
  return nameOf(text, "a name", MOST_OF_A_NAME);
}

/** What is wrong with a user's name. */
export function usernameProblem(text: string): Mistake | undefined {
  if (text.trim() === "")
    return { what: "is empty", fix: "give the name that the admin will enter in the workspace" };
  return nameOf(text, "a user name", MOST_OF_A_USERNAME) ?? usernameKeyProblem(text);
}

/** What no pattern of a schema can say about a user's name: it is a key of the registration, which is a map. */
export function usernameKeyProblem(text: string): Mistake | undefined {
  if (text === "__proto__")
    return { what: `${shown(text)} cannot be the key of a map in JavaScript`, fix: `rename it` };
  if (text.normalize("NFC") === text) return undefined;
  return {
    what: `${shown(text)} has letters separate from their accents, which Terraform combines`,
    fix: `type it again, each letter with its accent (NFC)`,
  };
}

/** Whether a text, of whatever size, has a user name's length and characters. */
export function isUsername(text: string): boolean {
  // A character is one or two units of `length`. Only short texts are counted, because a user's text may be huge.
  return text.length <= 2 * MOST_OF_A_USERNAME && [...text].length <= MOST_OF_A_USERNAME && NAME.test(text);
}

function nameOf(text: string, what: string, most: number): Mistake | undefined {
  const length = [...text].length;
  if (length > most) return { what: `has ${length} characters`, fix: `${most} are the most, so shorten it` };
  if (NAME.test(text)) return tokenProblem(text);
  return {
    what: `${shown(text)} is not ${what}`,
    fix: `take out blanks at its ends, line breaks and invisible characters`,
  };
}
