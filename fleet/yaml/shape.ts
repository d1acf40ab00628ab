import { didYouMean } from "../../messages/did-you-mean";
import { joinPath } from "../../messages/paths";
import { shown } from "../../messages/safe-text";
import type { Problem } from "./problems";
import { DOCUMENTS, exampleOf, resolve, type Schema, type SchemaName } from "./schema";
import { otherReading } from "./yaml-1.1";
import { problemAt, REFUSED, type YamlFile } from "./yaml-file";

/** Better messages than a schema can give. */
export interface Wording {
  /** By definition: what is wrong with a text that misses its pattern, and the fix. */
  readonly patterns?: Readonly<Record<string, (text: string) => string | undefined>>;
  /** By key: what to say of one that is unknown here and known in the other kind of file. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** By path: what to say of a key that is left out of the schema on purpose. */
  readonly refused?: ReadonlyMap<string, string>;
}

/**
 * What is wrong with a file's shape: held against its published JSON schema, the same that editors use, so that
 * there is one description of the YAML. The messages are ours, for their lines, fixes and spelling hints. Tests
 * hold the schemas to the keywords known here, and these verdicts to those of ajv.
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

  /** @param document the schema file that `schema` stands in, for its references */
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
    const mismatch = this.typeMismatch(value, schema, path, definition);
    if (mismatch !== undefined) {
      this.add(path, mismatch);
    } else if (typeof value === "string") {
      const problem = this.text(value, schema, definition) ?? this.ambiguous(value, path);
      if (problem !== undefined) this.add(path, problem);
    } else if (typeof value === "number") {
      const least = schema.minimum ?? value;
      if (value < least) this.add(path, `is ${value}; write ${least} or more`);
    } else if (Array.isArray(value)) {
      this.list(value, schema, path, document);
    } else if (value !== null && typeof value === "object") {
      this.object(value as Record<string, unknown>, schema, path, document);
    }
  }

  /** What is wrong with a text, and the fix. */
  private text(text: string, schema: Schema, definition?: string): string | undefined {
    if (schema.enum) {
      if (schema.enum.includes(text)) return undefined;
      const meant = didYouMean(text, schema.enum);
      return `${shown(text)} is unknown; ${meant ? `did you mean ${meant}?` : `write ${schema.enum.join(" or ")}`}`;
    }
    const length = [...text].length;
    if (schema.minLength !== undefined && length < schema.minLength) {
      return `is empty; write one such as ${inYaml(schema.examples?.[0])}`;
    }
    if (schema.maxLength !== undefined && length > schema.maxLength) {
      return `has ${length} characters; ${schema.maxLength} are the most, so shorten it`;
    }
    if (schema.pattern === undefined || expression(schema.pattern).test(text)) return undefined;
    const better = definition === undefined ? undefined : this.wording.patterns?.[definition]?.(text);
    return better ?? `${shown(text)} ${schema.patternErrorMessage}`;
  }

  /** Whether other YAML readers take a text for something else; the values of an `enum` are safe. */
  private ambiguous(text: string, path: string): string | undefined {
    const other = otherReading(this.yaml.unquoted(path));
    return other && `${text} is ${other} to other YAML readers; quote it: ${shown(text)}`;
  }

  private list(items: readonly unknown[], schema: Schema, path: string, document: SchemaName): void {
    if (items.length < (schema.minItems ?? 0)) this.add(path, "is an empty list; write at least one entry");
    const first = new Map<unknown, string>();
    items.forEach((item, index) => {
      const step = joinPath(path, index);
      if (schema.items) this.value(item, schema.items, step, document);
      // Only lists of text are held to this.
      if (!schema.uniqueItems || typeof item !== "string") return;
      const before = first.get(item);
      if (before === undefined) {
        first.set(item, step);
      } else {
        const line = this.yaml.lineOf(before);
        this.add(step, `${shown(item)} is in the list already, on line ${line}; take one out`);
      }
    });
  }

  private object(object: Record<string, unknown>, schema: Schema, path: string, document: SchemaName): void {
    const keys = Object.keys(object);
    const known = Object.keys(schema.properties ?? {});
    for (const key of schema.required ?? []) {
      if (key in object) continue;
      const property = schema.properties?.[key];
      const example =
        inYaml(exampleOf(property, document)) || (property?.type === "array" ? "and a list" : "");
      this.addAt(path, joinPath(path, key), `is missing; add ${key}: ${example}`);
    }
    if (keys.length < (schema.minProperties ?? 0)) {
      this.add(path, `is empty; write one of ${known.join(", ")}`);
    }
    if (keys.length > (schema.maxProperties ?? keys.length)) {
      this.add(path, `has ${keys.length} keys; take some out, ${schema.maxProperties} is the most`);
    }
    for (const key of keys) {
      const step = joinPath(path, key);
      const property = known.includes(key) ? schema.properties?.[key] : undefined;
      if (property) {
        this.value(object[key], property, step, document);
      } else if (schema.additionalProperties === false) {
        this.add(step, this.unknownKey(key, known, path));
      } else {
        const name = schema.propertyNames && this.text(key, schema.propertyNames);
        if (name !== undefined) this.add(step, name);
        if (typeof schema.additionalProperties === "object") {
          this.value(object[key], schema.additionalProperties, step, document);
        }
      }
    }
  }

  private unknownKey(key: string, known: readonly string[], path: string): string {
    const refused = this.wording.refused?.get(joinPath(path, key));
    if (refused !== undefined) return refused;
    const elsewhere = this.wording.elsewhere?.[key];
    const atUserOrFile = path === "" || /^users\[\d+\]$/.test(path);
    if (atUserOrFile && typeof elsewhere === "string") return elsewhere;
    if (key === "<<") return "merge keys are not read; write the keys out";
    const meant = didYouMean(key, known);
    return `is an unknown key; ${meant ? `did you mean ${meant}?` : `the keys here are ${known.join(", ")}`}`;
  }

  private typeMismatch(
    value: unknown,
    schema: Schema,
    path: string,
    definition?: string,
  ): string | undefined {
    const type = schema.type;
    if (type === undefined || isOfType(value, type)) return undefined;
    const written = this.yaml.unquoted(path);
    if (value === null && (written ?? "") === "") {
      const example = inYaml(schema.examples?.[0]);
      return `has no value; ${example ? `write one such as ${example}` : `write ${BELONGS[type]}`}, or take the key out`;
    }
    if (type === "string" && written !== undefined) {
      const quoted = this.text(written, schema, definition);
      return quoted ?? `is ${nameOf(value)} without quotes; write ${shown(written)}`;
    }
    if (type === "array" && typeof value !== "object" && written !== undefined) {
      return `is not a list; write [${written.slice(0, 120)}]`;
    }
    if (path === "") return `is ${nameOf(value)}, not keys with values; write ${this.start()}`;
    const what = typeof value === "string" ? shown(value) : (written ?? nameOf(value));
    return `is ${what}; write ${BELONGS[type]}${definition === "user" ? " for each user, beginning with username" : ""}`;
  }

  /** How a file of this kind begins. */
  private start(): string {
    return this.schema === "users.schema.json"
      ? "users: and a list of users under it"
      : 'account: "ACCOUNT" and so on';
  }

  private add(path: string, message: string): void {
    this.problems.push(problemAt(this.yaml, path, message));
  }

  private addAt(place: string, path: string, message: string): void {
    this.problems.push({ file: this.yaml.file, line: this.yaml.lineOf(place), path, message });
  }
}

const compiled = new Map<string, RegExp>();

/** A pattern as JSON schema means it, made once: Unicode classes are slow to make. */
function expression(pattern: string): RegExp {
  const made = compiled.get(pattern) ?? new RegExp(pattern, "u");
  compiled.set(pattern, made);
  return made;
}

const BELONGS: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  integer: "a whole number",
  array: "a list",
  object: "keys with values",
};

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "object":
      return value !== null && typeof value === "object" && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return (
    { object: "keys with values", number: "a number", boolean: "true or false" }[typeof value as string] ??
    "text"
  );
}

/** An example as it would stand in YAML on one line. JSON is YAML, but people quote less. */
function inYaml(example: unknown): string {
  if (example === undefined) return "";
  return typeof example === "string" && /^[a-z][\w ./:@+-]*$/i.test(example)
    ? example
    : JSON.stringify(example);
}
