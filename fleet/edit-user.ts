import { isDeepStrictEqual } from "node:util";
import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { inOneLine } from "../messages/mistake";
import { shown } from "../messages/safe-text";
import { isObject } from "../rules/is-object";
import { readTextBytes, TextProblem } from "../text/read";
import { NotEditable, setTexts, type Texts } from "./yaml/edit-map";
import { parseYaml } from "./yaml/parse";
import type { Mistake } from "./yaml/problems";
import { YAML_OPTIONS } from "./yaml/reading";
import { Splices } from "./yaml/splices";

/** Maps of a user, by the keys that have them, as they are to be. One without entries is to go. */
export type UserMaps = Readonly<Record<string, Texts>>;

/** A new user's maps go behind these keys, the last one that there is. */
const BESIDE = ["username", "role", "custody", "generations"];

const BOM = [0xef, 0xbb, 0xbf];

/**
 * A user file with other maps for one user, and every other byte as it was: comments, quotes, indentation and line breaks stay. What comes
 * out is read again: it declares what was asked for, and nothing else is changed.
 *
 * @returns what is wrong, if the file cannot be edited so, with the lines to write by hand
 */
export function editUser(bytes: Uint8Array, username: string, maps: UserMaps): Uint8Array | Mistake {
  const byHand = (what: string): Mistake => ({ what, fix: `write for this user: ${linesOf(maps)}` });
  let text: string;
  try {
    const read = readTextBytes(bytes);
    if (read.encoding !== "UTF-8") return { what: `is in ${read.encoding}`, fix: "save it in UTF-8" };
    text = read.text;
  } catch (error) {
    if (error instanceof TextProblem) return { what: error.what, fix: error.fix };
    throw error;
  }
  const before = readValue(bytes);
  if ("what" in before) return before;
  const edit = new Splices(text);
  try {
    const user = userIn(text, username);
    for (const [key, entries] of Object.entries(maps)) setTexts(edit, user, key, entries, BESIDE);
  } catch (error) {
    if (error instanceof NotEditable) return byHand(`has ${shown(username)} in a form that is not edited`);
    throw error;
  }
  const hasBom = BOM.every((byte, index) => bytes[index] === byte);
  const edited = Buffer.concat([Buffer.from(hasBom ? BOM : []), Buffer.from(edit.result(), "utf8")]);
  const after = readValue(edited);
  const isRight =
    !("what" in after) && isDeepStrictEqual(after.value, intended(before.value, username, maps));
  return isRight ? edited : byHand(`has ${shown(username)} in a form that is not edited`);
}

const linesOf = (maps: UserMaps): string =>
  Object.entries(maps)
    .map(([key, entries]) => {
      const pairs = Object.entries(entries).map(([name, value]) => `${name}: ${value}`);
      return pairs.length === 0 ? `no ${key}` : `${key}: { ${pairs.join(", ")} }`;
    })
    .join(", and ");

/** What a file says; or its first mistake. */
function readValue(bytes: Uint8Array): { readonly value: unknown } | Mistake {
  const { yaml, problems } = parseYaml(bytes, "");
  const [problem] = problems;
  if (problem)
    return { what: `has a mistake on line ${problem.line}: ${inOneLine(problem)}`, fix: "correct it" };
  return { value: yaml?.value };
}

/** @throws NotEditable */
function userIn(text: string, username: string): YAMLMap {
  const { contents } = parseDocument(text, YAML_OPTIONS);
  const users: unknown = isMap(contents) ? contents.get("users") : undefined;
  const found = (isSeq(users) ? users.items : []).flatMap((item): YAMLMap[] =>
    isMap(item) && item.get("username") === username && !item.has("movedTo") ? [item] : [],
  );
  if (found.length !== 1 || !found[0]) throw new NotEditable();
  return found[0];
}

/** What the file is to say. */
function intended(value: unknown, username: string, maps: UserMaps): unknown {
  const users = isObject(value) && Array.isArray(value["users"]) ? value["users"] : [];
  const changed = users.map((user: unknown) => {
    if (!isObject(user) || user["username"] !== username || user["movedTo"] !== undefined) return user;
    const [set, gone] = [
      Object.entries(maps).filter(([, entries]) => Object.keys(entries).length > 0),
      Object.entries(maps).flatMap(([key, entries]) => (Object.keys(entries).length > 0 ? [] : [key])),
    ];
    const kept = Object.entries(user).filter(([key]) => !gone.includes(key));
    return plain({
      ...Object.fromEntries(kept),
      ...Object.fromEntries(set.map(([key, entries]) => [key, plain(entries)])),
    });
  });
  return isObject(value) ? plain({ ...value, users: changed }) : value;
}

/** Without a prototype, as what is read from YAML. */
const plain = (object: object): object => Object.assign(Object.create(null), object);
