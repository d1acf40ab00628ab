import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  Scalar,
  type YAMLError,
} from "yaml";
import { joinPath } from "../../messages/paths";
import { shown } from "../../messages/safe-text";
import { tokenProblem } from "../../rules/cdktf-tokens";
import type { Mistake, Problem } from "./problems";
import type { YamlFile } from "./yaml-file";

/** How every file of a fleet is parsed. */
export const YAML_OPTIONS = {
  prettyErrors: false,
  schema: "core",
  stringKeys: true,
  // `Reading` reports them with their paths.
  uniqueKeys: false,
  logLevel: "error",
} as const;

/** Turns the nodes of a YAML document into plain values, and notes where each one is. */
export class Reading {
  private readonly counter = new LineCounter();
  private readonly document: Document.Parsed<ParsedNode>;
  private readonly problems: Problem[] = [];
  private readonly lines = new Map<string, number>();
  private readonly plain = new Map<string, string>();
  private readonly plainKeys = new Map<string, string>();

  public constructor(
    text: string,
    private readonly file: string,
  ) {
    this.document = parseDocument(text, {
      ...YAML_OPTIONS,
      lineCounter: this.counter,
    });
  }

  public result(): { yaml?: YamlFile; problems: Problem[] } {
    // What follows an error is guesswork, so only the first is reported.
    const [error] = this.document.errors;
    if (error) {
      this.add(this.lineAt(error.pos[0]), "", mistakeOf(error));
      return { problems: this.problems };
    }

    const directive = this.document.directives.yaml;
    if (directive.explicit && directive.version !== "1.2") {
      const what = `asks for YAML ${directive.version}, and only YAML 1.2 is read here`;
      this.add(1, "", { what, fix: "take the %YAML line out" });
    }
    const { contents } = this.document;
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      this.add(1, "", { what: "is empty", fix: "declare something in it or delete it" });
      return { problems: this.problems };
    }
    const value = this.read(contents, "", 1);
    const { file, lines, plain, plainKeys } = this;
    const yaml: YamlFile = {
      file,
      value,
      lineOf: (path) => lines.get(path) ?? 1,
      unquoted: (path) => plain.get(path),
      unquotedKey: (path) => plainKeys.get(path),
    };
    return { yaml, problems: this.problems };
  }

  private read(node: Node, path: string, line: number): unknown {
    this.lines.set(path, line);
    if (isAlias(node)) {
      const fix = "write the value out, so that reviewers see everything that a change affects";
      this.add(line, path, { what: `*${node.source} is an alias`, fix });
      return REFUSED;
    }
    if (node.tag !== undefined) {
      const what = `has the YAML tag ${shown(node.tag)}`;
      this.add(line, path, { what, fix: "take it out, and put text in quotes" });
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
          this.add(keyLine, step, { what: `is already on line ${this.lines.get(step)}`, fix: "keep one" });
          continue;
        }
        const problem = name === "__proto__" ? NO_KEY : tokenProblem(name);
        if (problem !== undefined) {
          this.add(keyLine, step, problem);
          continue;
        }
        if (isScalar(key) && key.type === Scalar.PLAIN) this.plainKeys.set(step, name);
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

  private add(line: number, path: string, { what, fix }: Mistake): void {
    this.problems.push({ file: this.file, line, path, what, fix });
  }
}

const NO_KEY = { what: "cannot be the key of a map in JavaScript", fix: "rename it" };

export const TOO_DEEP = {
  what: "is nested too deeply",
  fix: "write users and their lists, and nothing deeper",
};

/** Stands for a value that was already refused: checks pass over it. */
export const REFUSED = Symbol("a value that was refused");

/** The library's error in plain words. */
function mistakeOf(error: YAMLError): Mistake {
  switch (error.code) {
    case "MULTIPLE_DOCS":
      return {
        what: "begins a second YAML document here",
        fix: "take the --- line out, or move what follows to a file of its own",
      };
    case "TAB_AS_INDENT":
      return { what: "is indented with a tab", fix: "use spaces" };
    case "RESOURCE_EXHAUSTION":
      return TOO_DEEP;
    default: {
      const what = `is not YAML: ${error.message.replace(/\.$/, "")}`;
      return { what, fix: "correct it, or put the text in quotes" };
    }
  }
}
