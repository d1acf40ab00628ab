import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * The files below a folder of synthesized stacks, without what differs from engine to engine: the engine's own version, the
 * provider's version and source, and the attribute that provider 6 has for a region's name.
 */
export function synthesized(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  return new Map(
    files
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => {
        const bytes = readFileSync(join(folder, name));
        return [name, name.endsWith(".json") ? alike(bytes.toString()) : bytes.toString("base64")];
      }),
  );
}

function alike(text: string): string {
  const json = JSON.parse(text.replace(/(\bdata\.aws_region\.\w+)\.name\b/g, "$1.region"));
  if (json["//"]?.metadata?.version) json["//"].metadata.version = "ENGINE";
  if (json.terraform?.required_providers?.aws) json.terraform.required_providers.aws = "PROVIDER";
  if (json.stacks && json.version) json.version = "ENGINE";
  return JSON.stringify(json, null, 2);
}

/** The lines that differ, and the files that only one has. */
export function differences(one: Map<string, string>, other: Map<string, string>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) => {
    const a = one.get(name);
    const b = other.get(name);
    if (a === undefined || b === undefined) return [`${name}: only on one of them`];
    if (a === b) return [];
    const lines = b.split("\n");
    const at = a.split("\n").findIndex((line, i) => line !== lines[i]);
    return [`${name}, line ${at + 1}: ${a.split("\n")[at]} | ${lines[at]}`];
  });
}
