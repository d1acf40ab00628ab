/**
 * Makes rules/confusables/table.ts of Unicode's list: node --import tsx test/support/unicode/write-confusables.ts confusables.txt
 * (https://www.unicode.org/Public/17.0.0/security/confusables.txt).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../project";

const WIDTH = 108;
const TABLE = join(PROJECT, "rules", "confusables", "table.ts");

const text = readFileSync(process.argv[2] ?? "confusables.txt", "utf8");
const [, version = "unknown"] = /^# Version: (\S+)$/m.exec(text) ?? [];

/** The characters by what each is drawn like. Those that NFD takes apart or that are left out first are never looked up. */
const byPrototype = new Map<string, number[]>();
for (const line of text.split("\n")) {
  const [, from = "", to = ""] = /^([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA/.exec(line) ?? [];
  if (from === "") continue;
  const code = Number.parseInt(from, 16);
  const character = String.fromCodePoint(code);
  if (character.normalize("NFD") !== character || /\p{DI}/u.test(character)) continue;
  const prototype = to
    .split(" ")
    .map((each) => Number.parseInt(each, 16).toString(16))
    .join("+");
  byPrototype.set(prototype, [...(byPrototype.get(prototype) ?? []), code]);
}

/** `2000-200a` for neighbours. */
function ranges(codes: readonly number[]): string[] {
  const found: string[] = [];
  let first: number | undefined;
  const sorted = [...codes].sort((a, b) => a - b);
  for (const [index, code] of sorted.entries()) {
    first ??= code;
    if (sorted[index + 1] === code + 1) continue;
    found.push(first === code ? code.toString(16) : `${first.toString(16)}-${code.toString(16)}`);
    first = undefined;
  }
  return found;
}

const words = [...byPrototype]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .flatMap(([prototype, codes]) => [`${prototype}:`, ...ranges(codes)]);
const lines = [""];
for (const word of words) {
  const last = lines.at(-1) ?? "";
  if (last.length + word.length < WIDTH) lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  else lines.push(word);
}

const [header = ""] = readFileSync(TABLE, "utf8").split("export const");
writeFileSync(
  TABLE,
  `${header.replace(/version \S+,/, `version ${version},`)}export const CONFUSABLES = \`\n${lines.join("\n")}\n\`;\n`,
);
