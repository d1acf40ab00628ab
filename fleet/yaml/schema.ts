import backendSchema from "cdktf-ledger-api-user/schemas/backend.schema.json";
import usersSchema from "cdktf-ledger-api-user/schemas/users.schema.json";
import workspaceSchema from "cdktf-ledger-api-user/schemas/workspace.schema.json";

/** The part of JSON schema, draft 7 (https://json-schema.org/draft-07), that the published schemas keep to. */
export interface Schema {
  readonly $ref?: string;
  /** Which of two schemas holds, by the keys that an object has. */
  readonly if?: { readonly type: "object"; readonly required: readonly string[] };
  readonly then?: Schema;
  readonly else?: Schema;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** What is wrong with a text that misses the pattern. Editors know it by this name. */
  readonly patternErrorMessage?: string;
  /** What to do about it. */
  readonly patternFix?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  /** Whether the keys are numbers, which every reader of YAML reads alike. */
  readonly numberedKeys?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

interface Document extends Schema {
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** By the names that they refer to each other by. */
export const DOCUMENTS = {
  "workspace.schema.json": workspaceSchema as Document,
  "users.schema.json": usersSchema as Document,
  "backend.schema.json": backendSchema as Document,
};

/** The name of a published schema. */
export type SchemaName = keyof typeof DOCUMENTS;

/** `#/definitions/NAME` of this document, or `FILE#/definitions/NAME` of another. */
export function resolve(
  ref: string,
  from: SchemaName,
): { schema: Schema; document: SchemaName; definition: string } {
  const [file = "", pointer = ""] = ref.split("#");
  const document = file === "" ? from : (file as SchemaName);
  const definition = pointer.replace("/definitions/", "");
  const schema = DOCUMENTS[document]?.definitions[definition];
  if (!schema) throw new Error(`the schema ${from} refers to ${ref}, which is not there`);
  return { schema, document, definition };
}

/** The values of the keys that are not declared, of those that have one. */
export function defaultsOf({ properties = {} }: Schema): Readonly<Record<string, unknown>> {
  const defaults = Object.entries(properties).map(([key, schema]) => [key, schema.default] as const);
  return Object.fromEntries(defaults.filter(([, value]) => value !== undefined));
}

/** The example that a schema gives of itself. */
export function exampleOf(schema: Schema | undefined, document: SchemaName): unknown {
  if (schema?.$ref === undefined) return schema?.examples?.[0];
  const target = resolve(schema.$ref, document);
  return exampleOf(target.schema, target.document);
}
