import { didYouMean } from "../../messages/did-you-mean";
import { joinPath } from "../../messages/paths";
import { shown } from "../../messages/safe-text";
import { isObject } from "../../rules/is-object";
import type { Mistake, Problem } from "./problems";
import { REFUSED } from "./reading";
import { DOCUMENTS, exampleOf, resolve, type Schema, type SchemaName } from "./schema";
import { type BetterWording, inYaml, textMistake } from "./text-shape";
import { ambiguity, numberAmbiguity } from "./yaml-11";
import { problemAt, type YamlFile } from "./yaml-file";

/** More helpful words than a schema can give. */
export interface Wording {
  /** By definition: what is wrong with a text that misses its pattern. */
  readonly patterns?: Readonly<Record<string, BetterWording>>;
  /** By key: what to say of one that is unknown here and known in the other kind of file. */
  readonly elsewhere?: Readonly<Record<string, Mistake>>;
  /** By path: what to say of a list where the schema wants something else. */
  readonly lists?: Readonly<Record<string, Mistake>>;
  /** By path: what to say of a key that is left out of the schema on purpose. */
  readonly refused?: ReadonlyMap<string, Mistake>;
}

/**
 * What is wrong with a file's shape, by its published JSON schema: the one that editors use, so that there is one
 * description of the YAML. The messages are ours, for their lines, fixes and spelling hints. Tests check that the
 * schemas use the keywords known here, and that ajv has the same verdicts.
 */
export function shapeProblems(yaml: YamlFile, schema: SchemaName, wording: Wording = {}): Problem[] {
  const check = new Check(yaml, schema, wording);
  check.value(yaml.value, DOCUMENTS[schema], "", schema);
  return check.problems;
}

class Check {
  public readonly problems: Problem[] = [];

  public constructor(
    private readonly yaml: YamlFile,
    private readonly schema: SchemaName,
    private readonly wording: Wording,
  ) {}

  /** @param document the schema file that `schema` is in, for its references */
  public value(
    value: unknown,
    schema: Schema,
    path: string,
    document: SchemaName,
    definition?: string,
  ): void {
    if (value === REFUSED) return;
    if (schema.$ref !== undefined) {
      const target = resolve(schema.$ref, document);
      this.value(value, target.schema, path, target.document, target.definition);
      return;
    }
    if (schema.if && schema.then && schema.else) {
      const holds = isObject(value) && schema.if.required.every((key) => key in value);
      this.value(value, holds ? schema.then : schema.else, path, document);
      return;
    }
    const mismatch = this.typeMismatch(value, schema, path, definition);
    if (mismatch !== undefined) {
      this.add(path, mismatch);
    } else if (typeof value === "string") {
      this.add(path, this.text(value, schema, definition) ?? ambiguity(value, this.yaml.unquoted(path)));
    } else if (typeof value === "number") {
      const { minimum = value, maximum = value } = schema;
      if (value < minimum) this.add(path, { what: `is ${value}`, fix: `write ${minimum} or more` });
      else if (value > maximum) this.add(path, { what: `is ${value}`, fix: `write ${maximum} or less` });
      else this.add(path, numberAmbiguity(value, this.yaml.unquoted(path)));
    } else if (Array.isArray(value)) {
      this.list(value, schema, path, document);
    } else if (isObject(value)) {
      this.object(value, schema, path, document);
    }
  }

  private text(text: string, schema: Schema, definition?: string): Mistake | undefined {
    return textMistake(
      text,
      schema,
      definition === undefined ? undefined : this.wording.patterns?.[definition],
    );
  }

  private list(items: readonly unknown[], schema: Schema, path: string, document: SchemaName): void {
    if (items.length < (schema.minItems ?? 0))
      this.add(path, { what: "is an empty list", fix: "write at least one entry" });
    const first = new Map<unknown, string>();
    items.forEach((item, index) => {
      const step = joinPath(path, index);
      if (schema.items) this.value(item, schema.items, step, document);
      // The schemas ask this of lists of text only.
      if (!schema.uniqueItems || typeof item !== "string") return;
      const before = first.get(item);
      if (before === undefined) {
        first.set(item, step);
      } else {
        const what = `${shown(item)} is in the list already, on line ${this.yaml.lineOf(before)}`;
        this.add(step, { what, fix: "take one out" });
      }
    });
  }

  private object(
    object: Readonly<Record<string, unknown>>,
    schema: Schema,
    path: string,
    document: SchemaName,
  ): void {
    const keys = Object.keys(object);
    const known = Object.keys(schema.properties ?? {});
    for (const key of schema.required ?? []) {
      if (key in object) continue;
      const property = schema.properties?.[key];
      const example =
        inYaml(exampleOf(property, document)) || (property?.type === "array" ? "and a list" : "");
      this.add(joinPath(path, key), { what: "is missing", fix: `add ${key}: ${example}` }, path);
    }
    if (keys.length < (schema.minProperties ?? 0)) {
      const choice =
        known.length > 0 ? `one of ${known.join(", ")}` : `one such as ${inYaml(schema.examples?.[0])}`;
      const fix = `write ${choice}`;
      this.add(path, { what: "is empty", fix });
    }
    if (keys.length > (schema.maxProperties ?? keys.length)) {
      const fix = `take some out, ${schema.maxProperties} is the most`;
      this.add(path, { what: `has ${keys.length} keys`, fix });
    }
    for (const key of keys) {
      const step = joinPath(path, key);
      const property = known.includes(key) ? schema.properties?.[key] : undefined;
      if (property) {
        this.value(object[key], property, step, document);
      } else if (schema.additionalProperties === false) {
        this.add(step, this.unknownKey(key, known, path));
      } else {
        const { propertyNames } = schema;
        const ofKeys = propertyNames?.$ref ? resolve(propertyNames.$ref, document).schema : propertyNames;
        const mistake = ofKeys && this.text(key, ofKeys);
        const written = this.yaml.unquotedKey(step);
        const unclear = schema.numberedKeys ? numberAmbiguity(Number(key), written) : ambiguity(key, written);
        this.add(step, mistake ?? unclear);
        if (typeof schema.additionalProperties === "object") {
          this.value(object[key], schema.additionalProperties, step, document);
        }
      }
    }
  }

  private unknownKey(key: string, known: readonly string[], path: string): Mistake {
    const refused = this.wording.refused?.get(joinPath(path, key));
    if (refused !== undefined) return refused;
    const { elsewhere = {} } = this.wording;
    const atUserOrFile = path === "" || /^users\[\d+\]$/.test(path);
    if (atUserOrFile && Object.hasOwn(elsewhere, key)) return elsewhere[key] as Mistake;
    if (key === "<<") return { what: "merge keys are not read", fix: "write the keys out" };
    const meant = didYouMean(key, known);
    const fix = meant ? `did you mean ${meant}?` : `the keys here are ${known.join(", ")}`;
    return { what: "is an unknown key", fix };
  }

  private typeMismatch(
    value: unknown,
    schema: Schema,
    path: string,
    definition?: string,
  ): Mistake | undefined {
    const type = schema.type;
    if (type === undefined || isOfType(value, type)) return undefined;
    const { lists = {} } = this.wording;
    if (Array.isArray(value) && Object.hasOwn(lists, path)) return lists[path];
    const written = this.yaml.unquoted(path);
    if (value === null && (written ?? "") === "") {
      const example = inYaml(schema.examples?.[0]);
      const write = example ? `write one such as ${example}` : `write ${BELONGS[type]}`;
      return { what: "has no value", fix: `${write}, or take the key out` };
    }
    if (type === "string" && written !== undefined) {
      const unquoted = { what: `is ${nameOf(value)} without quotes`, fix: `write ${shown(written)}` };
      return this.text(written, schema, definition) ?? unquoted;
    }
    if (type === "array" && typeof value !== "object" && written !== undefined) {
      return { what: "is not a list", fix: `write [${written.slice(0, 120)}]` };
    }
    if (path === "") {
      return { what: `is ${nameOf(value)}, not keys with values`, fix: `write ${BEGINNINGS[this.schema]}` };
    }
    const what = `is ${typeof value === "string" ? shown(value) : (written ?? nameOf(value))}`;
    const ofUser = definition === "user" ? " for each user, beginning with username" : "";
    return { what, fix: `write ${BELONGS[type]}${ofUser}` };
  }

  private add(path: string, mistake: Mistake | undefined, place = path): void {
    if (mistake) this.problems.push(problemAt(this.yaml, path, mistake, place));
  }
}

/** How a file of each kind begins; a backend is no file of its own. */
const BEGINNINGS: Readonly<Partial<Record<SchemaName, string>>> = {
  "users.schema.json": "users: and a list of users under it",
  "workspace.schema.json": 'account: "ACCOUNT" and so on',
};

const BELONGS: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  integer: "a whole number",
  array: "a list",
  object: "keys with values",
};

function isOfType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "number" ? "a number" : (BELONGS[typeof value] ?? "text");
}
