import { shown } from "../../messages/safe-text";
import { looksOf } from "../looks";
import { CONFUSABLES } from "./table";

/** Names that are drawn alike in other characters, by Unicode's own list (UTS 39, https://www.unicode.org/reports/tr39/). */

let prototypes: ReadonlyMap<string, string> | undefined;

/** What each character is drawn like; read when it is first asked for. */
function readTable(): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  const code = (digits: string) => Number.parseInt(digits, 16);
  let prototype = "";
  for (const word of CONFUSABLES.trim().split(/\s+/)) {
    if (word.endsWith(":")) {
      prototype = String.fromCodePoint(...word.slice(0, -1).split("+").map(code));
      continue;
    }
    const [first = "", last = first] = word.split("-");
    for (let each = code(first); each <= code(last); each++) table.set(String.fromCodePoint(each), prototype);
  }
  return table;
}

/** The same text for all texts that are drawn alike (UTS 39, section 4: `skeleton`). For comparing only. */
export function skeletonOf(text: string): string {
  prototypes ??= readTable();
  const table = prototypes;
  const visible = [...text.normalize("NFD")].filter((character) => !/\p{DI}/u.test(character));
  return visible
    .map((character) => table.get(character) ?? character)
    .join("")
    .normalize("NFD");
}

/** Names of one kind, and what each looks like. */
export class LookAlikes<Place> {
  private readonly seen = new Map<string, { readonly text: string; readonly place: Place }>();

  /**
   * Adds a name. The answer is an earlier one that is drawn alike, in its own case, in lower case or in capitals. Names that differ only in
   * case and blanks are no such pair: rules of their own refuse those.
   */
  add(text: string, place: Place): { readonly text: string; readonly place: Place } | undefined {
    const looks = looksOf(text);
    const keys = [
      `as written: ${skeletonOf(text)}`,
      `in lower case: ${skeletonOf(looks)}`,
      `in capitals: ${skeletonOf(looks.toUpperCase())}`, // Unicode's list has 0 with O, and not with o
    ];
    const found = keys.map((key) => this.seen.get(key)).find((each) => each && looksOf(each.text) !== looks);
    for (const key of keys) if (!this.seen.has(key)) this.seen.set(key, { text, place });
    return found;
  }
}

/** The first characters of a text that another has not, as a person finds them in a table: `U+0430`. */
export function ownCharacters(text: string, other: string): string[] {
  const others = new Set(other);
  const own = [...new Set(text)].filter((character) => !others.has(character));
  return own
    .slice(0, 3)
    .map((each) => `U+${each.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`);
}

/** What is to be said of a name that looks like another. */
export function looksLike(text: string, other: string, place: string): string {
  const characters = ownCharacters(text, other).join(", ");
  return `${shown(text)} looks like ${shown(other)}${place}${characters && ` (${characters})`}`;
}
