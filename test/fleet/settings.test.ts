import { loadFleet } from "../../fleet";
import type { UserDeclaration, UserFile } from "../../fleet/declarations";
import type usersSchema from "../../fleet/schemas/users.schema.json";
import type workspaceSchema from "../../fleet/schemas/workspace.schema.json";
import { UsersStack, WorkspaceStack } from "../../fleet/stacks";
import type { WorkspaceSettings } from "../../fleet/workspace-file";
import { DOCUMENTS, resolve, type Schema, type SchemaName } from "../../fleet/yaml/schema";
import { withoutTraces } from "../bad-input/compile";
import { PUBLIC_KEY } from "../support/keys/public-key";
import { writeFleet } from "../support/temporary-fleet";
import { synth, testingApp } from "../support/testing-app";

/** A setting that is in a schema has to reach what is made of a fleet: a forgotten one would be accepted, and do nothing. */
type Json = Record<string, unknown>;

interface Declared {
  readonly workspace?: Json;
  readonly file?: Json;
  readonly user?: Json;
}

/** Where settings stand, by the schema that lists them. */
const PLACES = [
  ["workspace", "workspace.schema.json", () => DOCUMENTS["workspace.schema.json"]],
  ["file", "users.schema.json", () => DOCUMENTS["users.schema.json"]],
  ["user", "users.schema.json", () => DOCUMENTS["users.schema.json"].definitions["user"]],
] as const;

const OTHER_ACCOUNT = "210987654321";
const TAKEN = "arn:aws:iam::210987654321:role/sweep";
const USER_ARN = "arn:aws:iam::123456789012:user/settlement";

/** Values for settings whose example, beside the other settings of the test, is wrong or changes nothing. */
const VALUES: Readonly<Record<string, unknown>> = {
  "workspace account": OTHER_ACCOUNT,
  "workspace region": "us-east-1",
  "workspace signerAccounts": [OTHER_ACCOUNT],
  "workspace users": "../other",
  "workspace accountMap": { [OTHER_ACCOUNT]: "123456789012" },
  "workspace publicKeys": { "sweep bot": PUBLIC_KEY },
  "file region": "us-east-1",
  "file stack": "operations",
  "file users": [{ username: "reporter", role: "operator" }],
  "user username": "reporter",
  "user custody": "kms",
  "user movedFrom": "operations",
};

/** What stands beside a setting, because it has no effect without. */
const BESIDE: Readonly<Record<string, Declared>> = {
  "workspace allowUsers": { user: { signers: [USER_ARN] } },
  "workspace signerAccounts": { user: { signers: [`arn:aws:iam::${OTHER_ACCOUNT}:role/settlement`] } },
  "workspace users": { workspace: { signerAccounts: [OTHER_ACCOUNT] } },
  "workspace accountMap": { workspace: { users: "../other" } },
  "workspace publicKeys": { workspace: { users: "../other", signerAccounts: [OTHER_ACCOUNT] } },
  "user publicKey": { user: { custody: "kms" } },
  "user publicKeys": { user: { custody: "kms" } },
  "user registeredAs": { user: { generations: { 2: "current" } } },
  "user adminRules": { user: { role: "administrator" } },
};

/** Settings that only `status` reads: they change nothing in AWS. */
const FOR_STATUS = ["workspace lookedInto"];

/** What comes of a fleet of one user: what is wrong, what it declares, what is synthesized. */
function outcomeOf({ workspace, file, user }: Declared) {
  const users = [{ username: "settlement bot", role: "operator", ...user }];
  const directory = writeFleet({
    "acme/workspace.yaml": JSON.stringify({ account: "123456789012", region: "eu-west-1", ...workspace }),
    "acme/treasury.yaml": JSON.stringify({ users, ...file }),
    "other/workspace.yaml": JSON.stringify({ account: OTHER_ACCOUNT, region: "eu-west-1" }),
    "other/more.yaml": JSON.stringify({
      users: [{ username: "sweep bot", role: "operator", custody: "kms", signers: [TAKEN] }],
    }),
    // A move is declared on both sides.
    ...(user?.["movedFrom"] !== undefined && {
      "acme/operations.yaml": JSON.stringify({
        users: [{ username: "settlement bot", movedTo: "treasury" }],
      }),
    }),
  });
  const { workspaces, problems } = loadFleet(directory);
  const declared = workspaces.find(({ name }) => name === "acme");
  if (!declared) return { problems, declaration: "none", output: "none" };
  const userFile = declared.files.find(({ name }) => name === "treasury");
  const stacks = [
    new WorkspaceStack(testingApp(), declared, userFile?.region ?? ""),
    new UsersStack(testingApp(), declared, userFile as UserFile),
    ...declared.files
      .filter(({ name }) => name === "more")
      .map((file) => new UsersStack(testingApp(), declared, file)),
  ];
  const output = stacks.map(synth).join("\n");
  return { problems, declaration: JSON.stringify(declared).replaceAll(directory, ""), output };
}

/** A value that the schema accepts and that is not its default. */
function exampleFor(schema: Schema, document: SchemaName): unknown {
  if (schema.$ref !== undefined) {
    const target = resolve(schema.$ref, document);
    return exampleFor(target.schema, target.document);
  }
  if (schema.type === "boolean") return !(schema.default ?? true);
  if (schema.enum) return schema.enum.findLast((each) => each !== schema.default);
  if (schema.examples) return schema.examples[0];
  if (schema.items) return [exampleFor(schema.items, document)];
  const properties = Object.entries(schema.properties ?? {});
  return Object.fromEntries(properties.map(([key, each]) => [key, exampleFor(each, document)]));
}

/** The settings of the schemas, or some of them, and the outcome of a fleet without and with each. */
function settings(isMeant = (_name: string) => true) {
  const bare = outcomeOf({});
  return PLACES.flatMap(([place, document, schema]) =>
    Object.entries(schema()?.properties ?? {}).flatMap(([key, property]) => {
      const name = `${place} ${key}`;
      if (!isMeant(name)) return [];
      const beside = BESIDE[name] ?? {};
      const value = VALUES[name] ?? exampleFor(property, document);
      const declared = { ...beside, [place]: { ...beside[place], [key]: value } };
      return [{ name, without: name in BESIDE ? outcomeOf(beside) : bare, with: outcomeOf(declared) }];
    }),
  );
}

/** What is wrong with how settings are used, a line each. */
function faultsOf(all: ReturnType<typeof settings>): string[] {
  return all.flatMap(({ name, without, with: declared }) => [
    ...declared.problems.map(({ what }) => `${name}: ${what}`),
    ...(declared.declaration === without.declaration ? [`${name} is not in the declaration`] : []),
    ...(declared.output === without.output && !FOR_STATUS.includes(name)
      ? [`${name} changes nothing that is synthesized`]
      : []),
  ]);
}

test("every setting of the schemas is in the declaration and changes what is synthesized", () => {
  withoutTraces(() => {
    const all = settings();
    expect(all.length).toBeGreaterThan(30);
    expect(faultsOf(all)).toEqual([]);
  });
});

test("a setting that only status reads changes nothing that is synthesized", () => {
  withoutTraces(() => {
    for (const { without, with: declared } of settings((name) => FOR_STATUS.includes(name)))
      expect(declared.output).toBe(without.output);
  });
});

test.each(PLACES)("a setting of a %s that only the schema knows is found", (place, _, schema) => {
  const properties = schema()?.properties as Record<string, Schema>;
  properties["madeUp"] = { type: "string", examples: ["x"] };
  try {
    const found = faultsOf(settings((name) => name === `${place} madeUp`));
    expect(found).toContain(`${place} madeUp changes nothing that is synthesized`);
  } finally {
    delete properties["madeUp"];
  }
});

test("the types of the declarations have the settings of the schemas, each and no other", () => {
  type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
  type OfUser = Exclude<keyof UserDeclaration, "awsName" | "generation" | "line">;
  type OfFile = Exclude<keyof UserFile, "name" | "stackName" | "file" | "moved">;
  const workspace: Same<keyof WorkspaceSettings, keyof typeof workspaceSchema.properties> = true;
  const file: Same<OfFile, keyof typeof usersSchema.properties> = true;
  const user: Same<OfUser, keyof typeof usersSchema.definitions.user.properties> = true;
  expect([workspace, file, user]).toEqual([true, true, true]); // the compiler is what checks them
});
