import { noiseAt, type Trial } from "./json-noise";

/** One text's JSON documents, with their place in it where there are several. */
export interface JsonDocument {
  readonly value: unknown;
  /** Counted from 1. */
  readonly line: number;
}

/** The text is not what JSON allows, or holds a key twice. Its message quotes nothing but keys. */
export class JsonProblem extends Error {
  override readonly name = "JsonProblem";

  constructor(
    message: string,
    /** Where there is a better one than to give other text. */
    readonly fix?: string,
  ) {
    super(message);
  }
}

/**
 * Punctuation, a text in quotes, or a number, `true` and the like. A quote that is never closed takes all that follows: if it did not,
 * each further quote would be looked at again, up to the end.
 */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[{}[\],:]|[^\s"{}[\],:]+/gs;

/**
 * Reads JSON documents that follow one another, as `cat a.json b.json` or a loop over stacks gives them.
 *
 * A key that an object has twice is refused: JSON.parse takes the last one, and a reviewer may see the first.
 *
 * @throws JsonProblem
 */
export function readJsonDocuments(text: string): JsonDocument[] {
  let [line, counted] = [1, 0];
  const documents: JsonDocument[] = [];
  for (const [start, end] of spans(text)) {
    for (; counted < start; counted++) if (text[counted] === "\n") line++;
    try {
      documents.push({ value: JSON.parse(text.slice(start, end)), line });
    } catch {
      throw problemAt(text, start, line, documents.length === 0);
    }
  }
  return documents;
}

/** What is wrong with what begins at `start`, in a line of which nothing is quoted. */
function problemAt(text: string, start: number, line: number, isFirst: boolean): JsonProblem {
  const noise = noiseAt(text, start, isFirst, tryJson);
  if (!noise) return new JsonProblem(`is not JSON (what begins on line ${line})`); // JSON.parse's own message quotes the input
  return new JsonProblem(
    `has a line beside its JSON that is no JSON: line ${line}, ${noise.whose}`,
    noise.fix,
  );
}

function tryJson(text: string): Trial {
  let read = text.length;
  try {
    const [span] = spans(text);
    if (span === undefined) return { isJson: false, read };
    read = span[1];
    return { isJson: typeof JSON.parse(text.slice(...span)) === "object", read };
  } catch {
    return { isJson: false, read };
  }
}

/**
 * Where each document begins and ends, one after the other: whoever wants the first reads no further. What is not JSON gets a
 * span too, for JSON.parse to refuse.
 */
function* spans(text: string): Generator<readonly [start: number, end: number]> {
  /** The objects and lists that are open; an object's keys so far, `undefined` for a list. */
  const open: (Set<string> | undefined)[] = [];
  let start = 0;
  let last = "";
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (open.length === 0) start = index;
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") keepKey(last, open.at(-1));
    if (open.length === 0) yield [start, index + token.length];
    last = token;
  }
  if (open.length > 0) yield [start, text.length];
}

function keepKey(token: string, keys: Set<string> | undefined): void {
  if (!keys || !token.startsWith('"')) return;
  const key = unquoted(token);
  if (keys.has(key))
    throw new JsonProblem(`has the key ${JSON.stringify(key.slice(0, 60))} twice in one object`);
  keys.add(key);
}

/** Two spellings of one key (`a`, `\u0061`) are the same key. What is misspelt, JSON.parse refuses later. */
function unquoted(token: string): string {
  try {
    return JSON.parse(token);
  } catch {
    return token;
  }
}
