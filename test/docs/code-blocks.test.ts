/**
 * Every code block of README and docs is run or read by what reads it in real life. A block in a language that no rule
 * knows fails, and so does a command, a setting or a file that does not exist.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { isWildcardOnlyAction } from "@cloud-copilot/iam-simulate";
import { Command } from "commander";
import { parse, parseDocument, stringify } from "yaml";
import { loadFleet } from "../../fleet";
import { type PointerTarget, pointerText } from "../../keys/pointer";
import { ledgerApiUser } from "../support/cli/run-cli";
import { PROJECT } from "../support/project";
import { lines, USERS, writeFleet } from "../support/temporary-fleet";
import { BLOCKS, type Block, blocksOf, placeOf } from "./blocks";
import { commandsOf, ownArguments, type Packages, pathsOf, problemsOfProgram } from "./shell";

const inLanguage = (...languages: string[]) =>
  BLOCKS.filter(({ language }) => languages.includes(language)).map(
    (block) => [placeOf(block), block] as const,
  );

const PICTURE = /[┌└│▼►]/;
const COMPARED = /^<!-- test: test\/\S+ ".+" -->$/;

/** test/docs/typescript.process.test.ts has the rule of `ts`. */
const RULES = {
  ts: undefined,
  sh: problemsOfShell,
  yaml: problemsOfYaml,
  json: problemsOfJson,
  text: problemsOfText,
};

test("each block is in a language that a rule reads", () => {
  expect(BLOCKS.length).toBeGreaterThan(35);
  const unread = BLOCKS.filter(({ language }) => !Object.hasOwn(RULES, language));
  expect(unread.map((block) => `${placeOf(block)}: ${block.language || "no language"}`)).toEqual([]);
});

test("a block that is never closed is an error, and one in a list is read without its indentation", () => {
  expect(() => blocksOf("page.md", "a\n```sh\nnpm ci\n")).toThrow(
    "page.md:2: this code block is never closed",
  );
  expect(blocksOf("page.md", "1. a\n\n   ```yaml\n   a:\n     b: 1\n   ```\n\nend")).toEqual([
    { page: "page.md", line: 3, language: "yaml", text: "a:\n  b: 1", next: "end" },
  ]);
});

describe("commands", () => {
  // The real command line, with commands that do nothing once their arguments were understood.
  beforeAll(() => {
    const { action } = Command.prototype;
    jest.spyOn(Command.prototype, "action").mockImplementation(function (this: Command) {
      return action.call(this, () => {});
    });
  });
  afterAll(() => jest.restoreAllMocks());

  test.each(inLanguage("sh"))("%s exist, with their options and files", async (_, block) => {
    expect(await problemsOfShell(block)).toEqual([]);
  });

  test("that do not exist are found", async () => {
    const sh = async (text: string) => {
      const problems = await problemsOfShell({ page: "page.md", line: 1, language: "sh", text, next: "" });
      return problems.join("; ");
    };
    expect(await sh("npx cdktf-ledger-api-user inspect --jsno api-users")).toContain("--jsno");
    expect(await sh("npx cdktf-ledger-api-user onboard")).toContain("onboard");
    expect(await sh("npx cdktf-ledger-api-user inspect a b c")).toContain("too many arguments");
    expect(await sh("npm ci && npm run nothing")).toContain('no script "nothing"');
    expect(await sh("npm install left-pad")).toContain("left-pad");
    expect(await sh("curl https://ledger.example | sh")).toContain('program "curl"');
    expect(await sh("terraform destroy")).toContain("terraform destroy");
    expect(await sh("for s in $(npx cdktf-ledger-api-user snyth); do terraform init; done")).toContain(
      "snyth",
    );
    expect(await sh("terraform -chdir=cdktf.out/stacks/acme-prod-nobody init")).toContain("acme-prod-nobody");
    expect(await sh("npx cdktf-ledger-api-user audit plan.json")).toContain("plan.json");
    expect(await sh("npx cdktf-ledger-api-user audit docs/nowhere.md")).toContain("docs/nowhere.md");
    expect(await sh("npm run synth\nterraform show -json plan > plan.json")).toContain("plan");
    expect(await sh("terraform plan -out=plan && terraform show -json plan > plan.json")).toEqual("");
  });
});

describe("YAML", () => {
  test.each(inLanguage("yaml"))("%s is taken as it is", (_, block) =>
    expect(problemsOfYaml(block)).toEqual([]));

  test("that is wrong is found", () => {
    const yaml = (text: string) =>
      problemsOfYaml({ page: "", line: 1, language: "yaml", text, next: "" }).join();
    expect(yaml("users:\n  - username: a bot\n    role: king")).toContain("role");
    expect(yaml("backend:\n  s3: { bukcet: acme }")).toContain("bukcet");
    expect(yaml("color: red")).toContain("no rule knows");
    expect(yaml("a: 1\na: 2")).toContain("unique");
  });
});

describe("JSON", () => {
  test.each(inLanguage("json"))("%s is what its reader takes", async (_, block) =>
    expect(await problemsOfJson(block)).toEqual([]));

  test("that is wrong is found", async () => {
    const json = async (text: string) =>
      (await problemsOfJson({ page: "", line: 1, language: "json", text, next: "" })).join();
    expect(await json("{ a: 1 }")).toContain("not JSON");
    expect(await json('{ "LEDGER_ENTERPRISE_API_KEYID": "x" }')).toContain("LEDGER_ENTERPRISE_API_KEYID");
    expect(await json('{ "color": "red" }')).toContain("no rule knows");
    expect(await json('{ "keyVersionId": "x", "keyArn": "arn:aws:secretsmanager" }')).toContain(
      "not keyVersionId",
    );
    const pattern = { source: ["aws.organizations"], "detail-type": ["AWS API Call via CloudTrail"] };
    expect(await json(JSON.stringify({ ...pattern, detail: { eventName: ["DetachPolice"] } }))).toContain(
      "organizations:DetachPolice",
    );
    const statement = { Sid: "A", Effect: "Allow", Action: "kms:Sing", Resource: "*" };
    expect(await json(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }))).toContain(
      "kms:Sing",
    );
  });
});

test.each(inLanguage("text"))("%s is a picture, or a test that stands behind it compares it", (_, block) => {
  expect(problemsOfText(block)).toEqual([]);
});

const packageJson = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
const packages: Packages = {
  name: packageJson.name,
  peers: Object.keys(packageJson.peerDependencies),
  scripts: Object.keys(packageJson.scripts),
};

/** Stacks of the example fleet, and of the user files that a page shows. */
function stacksOf(page: string): string[] {
  const { workspaces } = loadFleet(join(PROJECT, "api-users"));
  const shown = BLOCKS.filter((block) => block.page === page).flatMap(
    ({ text }) => /^# api-users\/([\w-]+)\/([\w-]+)\.yaml$/m.exec(text)?.slice(1, 3).join("-") ?? [],
  );
  return [
    ...shown,
    ...workspaces.flatMap(({ name, region, files }) => [
      `${name}-${region}`,
      ...files.map(({ stackName }) => stackName),
    ]),
  ];
}

/** What blocks of a page before this one write: what a reader has who comes from there. */
const writtenBefore = (block: Block) =>
  BLOCKS.filter(
    ({ page, line, language }) => page === block.page && line < block.line && language === "sh",
  ).flatMap(({ text }) => commandsOf(text).flatMap((command) => pathsOf(command, "").writes));

async function problemsOfShell(block: Block): Promise<string[]> {
  const problems: string[] = [];
  const written = new Set(writtenBefore(block).map((path) => posix.basename(path)));
  const stacks = stacksOf(block.page);
  const isThere = (path: string) =>
    written.has(posix.basename(path)) ||
    /^cdktf\.out(\/stacks)?(\/\*\/cdk\.tf\.json|\/\$stack)?$/.test(path) ||
    stacks.some((stack) => path === `cdktf.out/stacks/${stack}`) ||
    existsSync(join(PROJECT, path));
  let folder = "";
  for (const command of commandsOf(block.text)) {
    const own = ownArguments(command.words);
    if (own) {
      const { code, stderr } = await ledgerApiUser(own);
      if (code !== 0) problems.push(stderr.trim());
    } else problems.push(...problemsOfProgram(command.words, packages));
    const paths = pathsOf(command, folder);
    const missing = paths.reads.filter((path) => !isThere(path));
    problems.push(
      ...missing.map((path) => `${path} is in no earlier line of the page, and not in the repository`),
    );
    for (const path of paths.writes) written.add(posix.basename(path));
    const [program, target = ""] = command.words;
    // In a folder that `init` wrote, things lie as in this repository.
    if (program === "cd") folder = written.has(target) ? "" : posix.join(folder, target);
  }
  return problems;
}

const EXAMPLE_WORKSPACE = readFileSync(join(PROJECT, "api-users/acme-prod/workspace.yaml"), "utf8");
const WORKSPACE_SETTINGS = Object.keys(
  JSON.parse(readFileSync(join(PROJECT, "fleet/schemas/workspace.schema.json"), "utf8")).properties,
);
/** A point on P-256, for the places where a page writes `04…`. */
const PUBLIC_KEY = /publicKey: "(04\w+)"/.exec(
  readFileSync(join(PROJECT, "api-users/acme-prod/operations.yaml"), "utf8"),
)?.[1];

/** The file that a block says it is, in its first line. */
const FILE = /^# api-users\/acme-prod\/(\w+\.yaml)/;

function problemsOfYaml({ text, page }: Block): string[] {
  const { errors } = parseDocument(text);
  if (errors.length > 0) return errors.map(({ message }) => message);
  const yaml = parse(text);
  const keys = Object.keys(yaml ?? {});
  if (Array.isArray(yaml?.users)) {
    const users = text.replaceAll('"04…"', JSON.stringify(PUBLIC_KEY));
    // A move is declared in two files.
    const both = /\bmoved(?:To|From):/.test(text)
      ? BLOCKS.filter((block) => block.page === page && FILE.test(block.text))
      : [];
    const files = both.map((block) => [`acme/${FILE.exec(block.text)?.[1]}`, block.text] as const);
    const all = { "acme/treasury.yaml": users, ...Object.fromEntries(files) };
    return lines(writeFleet({ "acme/workspace.yaml": EXAMPLE_WORKSPACE, ...all }));
  }
  if (keys.length > 0 && keys.every((key) => WORKSPACE_SETTINGS.includes(key))) {
    const workspace = stringify({ ...parse(EXAMPLE_WORKSPACE), ...yaml });
    const files = { "acme-prod/workspace.yaml": EXAMPLE_WORKSPACE, "acme-prod/treasury.yaml": USERS };
    const own: Record<string, string> = typeof yaml.users === "string" ? {} : { "acme/treasury.yaml": USERS };
    return lines(writeFleet({ ...files, ...own, "acme/workspace.yaml": workspace }));
  }
  // test/credentials-in-services.process.test.ts runs it.
  if (yaml?.apiVersion === "external-secrets.io/v1") return [];
  return [`no rule knows the keys ${keys.join(", ")}`];
}

const OFFICIAL_NAMES = ["WORKSPACE", "API_KEY_ID", "API_KEY_SECRET", "API_URL"].map(
  (name) => `LEDGER_ENTERPRISE_${name}`,
);

async function problemsOfJson({ text }: Block): Promise<string[]> {
  const json = parsedJson(text);
  if (json === undefined) return ["it is not JSON"];
  if (Array.isArray(json.Statement))
    return (await Promise.all(json.Statement.map(problemsOfStatement))).flat();
  if (json["detail-type"] !== undefined) return problemsOfPattern(json);
  if (json.keyVersionId !== undefined) return problemsOfPointer(json);
  const names: string[] = Array.isArray(json.secrets)
    ? json.secrets.map(({ name }: { name: string }) => name)
    : Object.keys(json);
  if (!names.some((name) => name.startsWith("LEDGER_ENTERPRISE_")))
    return [`no rule knows ${names.join(", ")}`];
  return names
    .filter((name) => !OFFICIAL_NAMES.includes(name))
    .map((name) => `${name} is no name of Ledger's`);
}

/** What the pointer to the current generation says: the fields that the key generator writes, in its order. */
function problemsOfPointer(json: PointerTarget): string[] {
  const [shown, written] = [json, JSON.parse(pointerText(json))].map((each) => Object.keys(each).join(", "));
  return shown === written ? [] : [`the pointer has ${written}, not ${shown}`];
}

// biome-ignore lint/suspicious/noExplicitAny: any JSON
function parsedJson(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Statement {
  readonly Action: string | string[];
  readonly Effect: string;
  readonly Resource: unknown;
}

/** A rule's pattern for calls of one service: each event is a call that AWS has. */
async function problemsOfPattern({
  source: [source = ""],
  "detail-type": [type],
  detail: { eventName, ...others },
}: {
  source: string[];
  "detail-type": string[];
  detail: { eventName: string[] };
}): Promise<string[]> {
  if (type !== "AWS API Call via CloudTrail" || Object.keys(others).length > 0) return ["no rule knows it"];
  const Action = eventName.map((name) => `${source.replace(/^aws\./, "")}:${name}`);
  return problemsOfStatement({ Action, Effect: "Allow", Resource: "*" });
}

/** The simulator's list of actions throws on one that AWS does not have. */
async function problemsOfStatement({ Action, Effect, Resource }: Statement): Promise<string[]> {
  if (!["Allow", "Deny"].includes(Effect) || Resource === undefined)
    return ["a statement lacks Effect or Resource"];
  const problems: string[] = [];
  for (const action of [Action].flat()) {
    const [service = "", operation = ""] = action.split(":");
    const known = isWildcardOnlyAction(service, operation).then(
      () => true,
      () => false,
    );
    if (!(await known)) problems.push(`AWS has no action ${action}`);
  }
  return problems;
}

/** What a person sees on a terminal is compared with what the program prints, by a test that is named behind it. */
function problemsOfText({ text, next }: Block): string[] {
  if (PICTURE.test(text) || COMPARED.test(next)) return [];
  return ['no test is named behind it that compares it: <!-- test: test/… "NAME" -->'];
}
