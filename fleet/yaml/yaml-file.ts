import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  Parser,
  parseDocument,
  Scalar,
  type YAMLError,
} from "yaml";
import { joinPath } from "../../messages/paths";
import { shown } from "../../messages/safe-text";
import { tokenProblem } from "../../rules/cdktf-tokens";
import type { Problem } from "./problems";

/**
 * One YAML file: plain values, and for each path in it the line and the text that it came from.
 *
 * Read as YAML 1.2 (https://yaml.org/spec/1.2.2/, core schema) less what would let a file say something else
 * than a reviewer sees: aliases and merge keys (a line that is changed here gives rights there), tags, several
 * documents. With no aliases, nothing expands either.
 */
export interface YamlFile {
  /** As a person would type it. */
  readonly file: string;
  /** Plain values: objects (without a prototype), arrays, text, numbers, booleans, null. */
  readonly value: unknown;
  /** The line of a path: that of its key, or of its list item. */
  lineOf(path: string): number;
  /** The text of a value that was written without quotes. */
  unquoted(path: string): string | undefined;
}

/** A problem at a path of a YAML file. */
export function problemAt(yaml: YamlFile, path: string, message: string): Problem {
  return { file: yaml.file, line: yaml.lineOf(path), path, message };
}

/** Far above any fleet (10,000 users are 2 to 4 MB), and low enough to be read in seconds. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A private key in PEM, or the hexadecimal of one: `PRIVATE KEY` behind `-----BEGIN`. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY|2d2d2d2d2d424547494e20(?:[2-5][0-9a])*?50524956415445204b4559/i;

/** The YAML in some bytes. No value if it cannot be read at all; problems may come with a value too. */
export function parseYaml(bytes: Uint8Array, file: string): { yaml?: YamlFile; problems: Problem[] } {
  const failed = (line: number, message: string) => ({ problems: [{ file, line, path: "", message }] });
  if (bytes.length > MAX_BYTES) {
    return failed(1, `is larger than ${MAX_BYTES / 1024 / 1024} MB; spread the users over several files`);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return failed(1, "is not text in UTF-8; save it in that encoding");
  }
  // Told before anything else looks at the text, and shows some of it.
  const leak = text.search(PRIVATE_KEY);
  if (leak >= 0) {
    const message =
      "holds a private key, which is no secret from now on; take it out, and never register its public key";
    return failed(text.slice(0, leak).split(/\r?\n/).length, message);
  }
  // In values they are refused with all that is invisible; in a comment they could make a line look like another.
  const turn = text.search(/\p{Bidi_Control}/u);
  if (turn >= 0) {
    const message =
      "holds a character that turns the direction of text, so that a review would see another line than there is; take it out";
    return failed(text.slice(0, turn).split(/\r?\n/).length, message);
  }
  try {
    if (isTooDeep(text)) return failed(1, TOO_DEEP);
    return new Reading(text, file).result();
  } catch (error) {
    return failed(1, `is not YAML: ${error instanceof Error ? error.message : String(error)}; correct it`);
  }
}

const TOO_DEEP = "is nested too deeply; write users and their lists, and nothing below";
const MOST_LEVELS = 50;

/**
 * Whether walking over the file recursively, as the library's composer does, could overflow the stack: V8 ends the whole
 * process where that happens while it compiles a regular expression. The library's parser itself keeps a stack of its own.
 */
function isTooDeep(text: string): boolean {
  const pending: { token: unknown; level: number }[] = [];
  for (const token of new Parser().parse(text)) pending.push({ token, level: 0 });
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.level > MOST_LEVELS) return true;
    if (typeof next.token !== "object" || next.token === null) continue;
    const { items = [], key, value } = next.token as { items?: unknown[]; key?: unknown; value?: unknown };
    for (const token of [...items, key, value]) pending.push({ token, level: next.level + 1 });
  }
  return false;
}

class Reading {
  private readonly counter = new LineCounter();
  private readonly document: Document.Parsed<ParsedNode>;
  private readonly problems: Problem[] = [];
  private readonly lines = new Map<string, number>();
  private readonly plain = new Map<string, string>();

  public constructor(
    text: string,
    private readonly file: string,
  ) {
    this.document = parseDocument(text, {
      lineCounter: this.counter,
      prettyErrors: false,
      schema: "core",
      stringKeys: true,
      // Told with their paths, below.
      uniqueKeys: false,
      logLevel: "error",
    });
  }

  public result(): { yaml?: YamlFile; problems: Problem[] } {
    // What follows an error is guesswork, so only the first is told.
    const [error] = this.document.errors;
    if (error) {
      this.add(this.lineAt(error.pos[0]), "", reason(error));
      return { problems: this.problems };
    }

    const directive = this.document.directives.yaml;
    if (directive.explicit && directive.version !== "1.2") {
      this.add(1, "", `asks for YAML ${directive.version}; take the %YAML line out, YAML 1.2 is read here`);
    }
    const { contents } = this.document;
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      this.add(1, "", "is empty; declare something in it or delete it");
      return { problems: this.problems };
    }
    const value = this.read(contents, "", 1);
    const { file, lines, plain } = this;
    const yaml: YamlFile = {
      file,
      value,
      lineOf: (path) => lines.get(path) ?? 1,
      unquoted: (path) => plain.get(path),
    };
    return { yaml, problems: this.problems };
  }

  private read(node: Node, path: string, line: number): unknown {
    this.lines.set(path, line);
    if (isAlias(node)) {
      const fix = "write the value out, so that who reviews a change sees all that it changes";
      this.add(line, path, `*${node.source} is an alias; ${fix}`);
      return REFUSED;
    }
    if (node.tag !== undefined) {
      this.add(line, path, `has the YAML tag ${shown(node.tag)}; take it out, and put text in quotes`);
      return REFUSED;
    }
    if (isSeq(node)) {
      return node.items.map((item, index) =>
        this.read(item as Node, joinPath(path, index), this.lineOfNode(item as Node, line)),
      );
    }
    if (isMap(node)) {
      const object: Record<string, unknown> = Object.create(null);
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : "";
        const step = joinPath(path, name);
        const keyLine = this.lineOfNode(key as Node, line);
        if (name in object) {
          const first = this.lines.get(step);
          this.add(keyLine, step, `stands here for the second time, after line ${first}; keep one`);
          continue;
        }
        const problem = name === "__proto__" ? NO_KEY : tokenProblem(name);
        if (problem !== undefined) {
          this.add(keyLine, step, problem);
          continue;
        }
        object[name] = value === null ? null : this.read(value as Node, step, keyLine);
        this.lines.set(step, keyLine);
      }
      return object;
    }
    if (isScalar(node)) {
      if (node.type === Scalar.PLAIN) this.plain.set(path, node.source ?? "");
      const problem = tokenProblem(node.value);
      if (problem === undefined) return node.value;
      this.add(line, path, problem);
    }
    return REFUSED;
  }

  private lineOfNode(node: Node | null, otherwise: number): number {
    return node?.range ? this.lineAt(node.range[0]) : otherwise;
  }

  private lineAt(offset: number): number {
    return Math.max(1, this.counter.linePos(offset).line);
  }

  private add(line: number, path: string, message: string): void {
    this.problems.push({ file: this.file, line, path, message });
  }
}

const NO_KEY = "cannot be the key of a map in JavaScript; rename it";

/** Stands for a value that was refused already: whoever checks values passes it over. */
export const REFUSED = Symbol("a value that was refused");

/** The library's error in plain words, with the fix. */
function reason(error: YAMLError): string {
  switch (error.code) {
    case "MULTIPLE_DOCS":
      return "holds a second YAML document from here on; take the --- line out, or make a file of it";
    case "TAB_AS_INDENT":
      return "is indented with a tab; use spaces";
    case "RESOURCE_EXHAUSTION":
      return TOO_DEEP;
    default:
      return `is not YAML: ${error.message.replace(/\.$/, "")}; correct it, or put the text in quotes`;
  }
}
