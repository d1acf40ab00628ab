/**
 * A JSON reader that keeps what is lost in JSON.parse, and matters to who signs: numbers with all their digits (an amount in wei is
 * more than a double holds), and names that stand twice in an object, of which JSON.parse shows the last and another reader may
 * take the first.
 */

/** A value as it stands in the text. */
export type Json =
  | JsonObject
  | {
      /** A list. */
      readonly kind: "array";
      /** In the order of the text. */
      readonly items: readonly Json[];
    }
  | {
      /** A string. */
      readonly kind: "text";
      /** Unescaped. */
      readonly text: string;
    }
  | {
      /** A number, `true`, `false` or `null`. */
      readonly kind: "literal";
      /** Its characters in the text: `100000000000000000001`, `1.0`. */
      readonly source: string;
    };

/** An object, with its members in the order of the text. */
export interface JsonObject {
  /** What it is, among the values. */
  readonly kind: "object";
  /** In the order of the text; no name twice. */
  readonly members: ReadonlyArray<readonly [name: string, value: Json]>;
}

/** What is wrong with a text as JSON, in a few words that quote nothing of it. */
export class JsonProblem extends Error {}

/** More than any challenge has, and few enough for the stack. */
const MAX_DEPTH = 64;

const BLANK = /[ \t\n\r]*/y;
const TOKEN = /[[\]{}:,]|"[^"\\]*(?:\\.[^"\\]*)*"|[-+.\w]+/y;

/**
 * Reads a text of JSON (RFC 8259).
 *
 * @throws JsonProblem if it is none, is nested deeper than 64, or has a name twice in an object
 */
export function readJson(text: string): Json {
  try {
    JSON.parse(text);
  } catch {
    throw new JsonProblem("it is not JSON");
  }
  // From here on the grammar is known to be kept: tokens need only be told apart.
  let position = 0;

  function skip(pattern: RegExp): string {
    pattern.lastIndex = position;
    const [found = ""] = pattern.exec(text) ?? [];
    position += found.length;
    return found;
  }

  function next(): string {
    skip(BLANK);
    return skip(TOKEN);
  }

  function value(token: string, depth: number): Json {
    if (depth > MAX_DEPTH) throw new JsonProblem(`it is nested deeper than ${MAX_DEPTH}`);
    if (token === "{") return object(depth);
    if (token === "[") return array(depth);
    return token.startsWith('"')
      ? { kind: "text", text: JSON.parse(token) }
      : { kind: "literal", source: token };
  }

  function object(depth: number): JsonObject {
    const members: Array<readonly [string, Json]> = [];
    const names = new Set<string>();
    for (let token = next(); token !== "}"; token = next()) {
      if (token === ",") continue;
      const name = JSON.parse(token) as string;
      if (names.has(name)) throw new JsonProblem("it has a name twice in one object");
      names.add(name);
      next(); // the colon
      members.push([name, value(next(), depth + 1)]);
    }
    return { kind: "object", members };
  }

  function array(depth: number): Json {
    const items: Json[] = [];
    for (let token = next(); token !== "]"; token = next()) {
      if (token !== ",") items.push(value(token, depth + 1));
    }
    return { kind: "array", items };
  }

  return value(next(), 1);
}
