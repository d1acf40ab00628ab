import { lstatSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../messages/failure";
import { shown } from "../../messages/safe-text";
import { JsonProblem, readJsonDocuments } from "../../registration/json-documents";
import { isObject } from "../../rules/is-object";
import { readWrittenText } from "./text-input";

/** A stack that synthesis wrote. */
export interface Stack {
  readonly name: string;
  /** Where Terraform runs. */
  readonly folder: string;
  /** The stacks that are applied before this one. */
  readonly dependencies: readonly string[];
}

/**
 * Names that a shell, a file system and Terraform take as they are. cdktf allows more, but a pull request may have written the
 * manifest: a name such as `../x` or `-destroy` must not reach a script.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const SYNTHESIZE = "synthesize again";

/**
 * Reads `manifest.json`, which cdktf writes beside the stacks' folders. A folder that it does not list is left over from an earlier
 * synthesis, and its stack is no longer declared.
 *
 * @returns in an order to apply them in
 * @throws Failure
 */
export function readStacks(out: string): Stack[] {
  const file = join(out, "manifest.json");
  const wrong = (what: string, fix = SYNTHESIZE) => new Failure(`${file} ${what}`, fix);
  const manifest = readManifest(file, wrong);
  const entries = isObject(manifest) ? manifest["stacks"] : undefined;
  if (!isObject(entries)) throw wrong("is no manifest of cdktf: it has no object stacks");
  const stacks = Object.entries(entries).map(([name, entry]) => {
    if (!NAME.test(name))
      throw wrong(
        `has a stack ${shown(name)}`,
        "name it with letters, digits, . _ and -, beginning with a letter or digit",
      );
    const { workingDirectory, dependencies } = isObject(entry) ? entry : {};
    if (typeof workingDirectory !== "string" || workingDirectory.replaceAll("\\", "/") !== `stacks/${name}`)
      throw wrong(`puts the stack ${name} elsewhere than in stacks/${name}`);
    if (!Array.isArray(dependencies) || !dependencies.every((each) => Object.hasOwn(entries, each)))
      throw wrong(`says that ${name} depends on something that is not a stack`);
    const folder = join(out, "stacks", name);
    if (!isOwnFile(folder, "cdk.tf.json")) throw wrong(`lists ${name}, but ${folder} has no cdk.tf.json`);
    return { name, folder, dependencies };
  });
  return inOrder(stacks, () => wrong("has stacks that depend on each other in a circle"));
}

function readManifest(file: string, wrong: (what: string) => Failure): unknown {
  const text = readWrittenText(file, "synthesize first, or name the folder with --out");
  try {
    const documents = readJsonDocuments(text);
    if (documents.length === 1) return documents[0]?.value;
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw wrong(error.message);
  }
  throw wrong("is not one JSON document");
}

/** No symbolic links: the folder that Terraform would run in would not be the one that synthesis wrote. */
function isOwnFile(folder: string, name: string): boolean {
  return (
    (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false) &&
    (lstatSync(join(folder, name), { throwIfNoEntry: false })?.isFile() ?? false)
  );
}

/** Each stack after those that it depends on, else as the manifest has them. */
function inOrder(stacks: readonly Stack[], circle: () => Failure): Stack[] {
  const ordered: Stack[] = [];
  const done = new Set<string>();
  let rest = stacks;
  while (rest.length > 0) {
    const next = rest.filter(({ dependencies }) => dependencies.every((each) => done.has(each)));
    if (next.length === 0) throw circle();
    for (const { name } of next) done.add(name);
    ordered.push(...next);
    rest = rest.filter(({ name }) => !done.has(name));
  }
  return ordered;
}
