import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Ajv from "ajv";
import * as fc from "fast-check";
import { parseYaml } from "../../../fleet/yaml/parse";
import { DOCUMENTS, type SchemaName } from "../../../fleet/yaml/schema";
import { shapeProblems } from "../../../fleet/yaml/shape";
import type { YamlFile } from "../../../fleet/yaml/yaml-file";
import { roleArnProblem } from "../../../rules/principal-arns";
import { forAll } from "../../support/for-all";

/** What is known of the YAML outside the loader, by editors and CI, is the published schemas: they have to agree with it. */
const ajv = new Ajv({ allErrors: true });
ajv.addVocabulary(["patternErrorMessage", "patternFix", "numberedKeys"]);
for (const [name, schema] of Object.entries(DOCUMENTS)) ajv.addSchema(schema, name);

function ajvAccepts(name: SchemaName, value: unknown): boolean {
  const validate = ajv.getSchema(name);
  if (!validate) throw new Error(`ajv does not know ${name}`);
  return validate(value) === true;
}

function read(bytes: string | Uint8Array, file = "x.yaml"): YamlFile {
  const { yaml, problems } = parseYaml(Buffer.from(bytes as string), file);
  if (!yaml || problems.length > 0) throw new Error(JSON.stringify(problems));
  return yaml;
}

function everySchema(schema: unknown, visit: (schema: Record<string, unknown>) => void): void {
  if (schema === null || typeof schema !== "object") return;
  const each = schema as Record<string, unknown>;
  visit(each);
  for (const key of ["items", "additionalProperties", "propertyNames", "if", "then", "else"])
    everySchema(each[key], visit);
  for (const key of ["properties", "definitions"]) {
    for (const inner of Object.values((each[key] as object) ?? {})) everySchema(inner, visit);
  }
}

describe.each(Object.entries(DOCUMENTS))("%s", (_, document) => {
  it("uses only what the loader knows of JSON schema, or the loader would let pass what the schema refuses", () => {
    const known = [
      [
        "$schema",
        "definitions",
        "title",
        "description",
        "default",
        "examples",
        "patternErrorMessage",
        "patternFix",
        "numberedKeys",
      ],
      // `if` with `required` alone.
      ["if", "then", "else"],
      [
        "$ref",
        "type",
        "enum",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "items",
        "minItems",
        "uniqueItems",
      ],
      ["properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties"],
    ].flat();
    everySchema(document, (schema) => expect(known).toEqual(expect.arrayContaining(Object.keys(schema))));
  });

  it("says of each pattern what is wrong and the fix", () => {
    everySchema(document, ({ pattern, patternErrorMessage, patternFix }) => {
      if (pattern === undefined) return;
      expect(patternErrorMessage).toMatch(/^is not [^;]+$/);
      expect(patternFix).toMatch(/^[a-z]+ [^;]+$/);
    });
  });

  it("gives examples that it accepts itself", () => {
    const { definitions } = document;
    everySchema(document, ({ examples, ...rest }) => {
      const schema = { ...rest, definitions };
      for (const example of (examples as unknown[]) ?? []) {
        expect([example, new Ajv({ strict: false }).validate(schema, example)]).toEqual([example, true]);
      }
    });
  });
});

describe("the schemas and the loader", () => {
  const folder = "api-users/acme-prod";

  it.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))("accept the example %s", (name) => {
    const yaml = read(readFileSync(join(folder, name)));
    const schema = name === "workspace.yaml" ? "workspace.schema.json" : "users.schema.json";
    expect(shapeProblems(yaml, schema)).toEqual([]);
    expect(ajvAccepts(schema, yaml.value)).toBe(true);
  });

  it.each(
    readdirSync(folder).filter((name) => name.endsWith(".yaml")),
  )("are named for editors in %s", (name) => {
    const file = join(folder, name);
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, "utf8")) ?? [];
    expect(existsSync(join(dirname(file), schema ?? "nothing"))).toBe(true);
    expect(schema).toContain(name === "workspace.yaml" ? "workspace.schema.json" : "users.schema.json");
  });

  it("say the same of any workspace.yaml", () => {
    forAll(like("workspace.schema.json"), 500, (value) => sameVerdict("workspace.schema.json", value));
  });

  it("say the same of any user file", () => {
    forAll(like("users.schema.json"), 500, (value) => sameVerdict("users.schema.json", value));
  });

  it("take the same text for the ARN of a role", () => {
    const piece = fc.constantFrom(
      "arn:",
      "aws",
      "aws-cn",
      ":iam::",
      "123456789012",
      ":role/",
      "x",
      "/",
      "//",
      "aws-reserved/",
      "sso.amazonaws.com/",
      "eu-west-1/",
      "AWSReservedSSO_",
      "x".repeat(40),
      "*",
      "?",
      ":root",
      " ",
      "\n",
      "é",
    );
    const arn = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
      fc.array(piece, { maxLength: 4 }).map((pieces) => `arn:aws:iam::123456789012:role/${pieces.join("")}`),
      fc
        .array(fc.constantFrom("x", "/", "eu-west-1/", "AWSReservedSSO_", "x".repeat(40)), { maxLength: 4 })
        .map((pieces) => `arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/${pieces.join("")}`),
    );
    const pattern = new RegExp(DOCUMENTS["workspace.schema.json"].definitions["roleArn"]?.pattern ?? "", "u");
    forAll(arn, 2000, (text) => pattern.test(text) === (roleArnProblem(text) === undefined));
  });
});

/** JSON is YAML, with all text in quotes. */
function sameVerdict(schema: SchemaName, value: unknown): boolean {
  const yaml = read(JSON.stringify(value));
  return (shapeProblems(yaml, schema).length === 0) === ajvAccepts(schema, yaml.value);
}

/** Values near what a schema asks for, right and wrong. */
function like(name: SchemaName): fc.Arbitrary<object> {
  const document = DOCUMENTS[name];
  const anything = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.constant([]),
    fc.constant({}),
  );
  const texts = fc.constantFrom(
    ...[
      "",
      " x",
      "x ",
      "settlement bot",
      "123456789012",
      "12345678901",
      "eu-west-1",
      "eu-west",
      "operator",
      "kms",
    ],
    ...[
      "arn:aws:iam::123456789012:role/x",
      "arn:aws:iam::123456789012:role/*",
      "a@acme.example",
      "a@b",
      "/x/",
      "/x",
    ],
    ...[
      "Z\u00fcrich",
      "\u53d6\u5f15",
      "x\u200by",
      "\ud83d\ude00".repeat(65),
      "x".repeat(128),
      "x".repeat(129),
    ],
  );
  const value = fc.oneof(
    { weight: 4, arbitrary: texts },
    { weight: 3, arbitrary: fc.array(texts, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.dictionary(texts, texts, { maxKeys: 2 }) },
    { weight: 1, arbitrary: fc.integer({ min: -1, max: 3 }) },
    { weight: 1, arbitrary: anything },
  );
  const record = (properties: object, required: Record<string, fc.Arbitrary<unknown>>) =>
    fc
      .tuple(
        fc.dictionary(fc.constantFrom(...Object.keys(properties), "unknown"), value, { maxKeys: 3 }),
        fc.record(required, { requiredKeys: [] }),
      )
      .map(([some, needed]) => ({ ...some, ...needed }));
  if (name === "workspace.schema.json") {
    return record(document.properties ?? {}, {
      account: fc.constant("123456789012"),
      region: fc.constant("eu-west-1"),
    });
  }
  const user = record(document.definitions["user"]?.properties ?? {}, {
    username: texts,
    role: fc.constant("operator"),
  });
  return record(document.properties ?? {}, {
    users: fc.array(fc.oneof({ weight: 5, arbitrary: user }, { weight: 1, arbitrary: value }), {
      maxLength: 3,
    }),
  });
}
