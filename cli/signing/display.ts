import { quoted } from "../../messages/safe-text";
import type { Challenge } from "../../signing";

type Json = Challenge["content"] | Challenge["content"]["members"][number][1];

/**
 * A challenge for a person to read before it is signed: every value of it, in its order and as it stands, a line each. Nothing is
 * left out, shortened or put into other units; what a terminal would not show, or would show in another place, is spelled out.
 */
export function renderChallenge({ content }: Challenge): string[] {
  return content.members.length === 0 ? ["  {}"] : [...lines(content, "  ")];
}

function* lines(value: Json, indent: string): Generator<string> {
  for (const [name, member] of membersOf(value)) {
    const leaf = leafOf(member);
    yield `${indent}${name}:${leaf === undefined ? "" : ` ${leaf}`}`;
    if (leaf === undefined) yield* lines(member, `${indent}  `);
  }
}

function membersOf(value: Json): ReadonlyArray<readonly [string, Json]> {
  if (value.kind === "object") return value.members.map(([name, member]) => [nameOf(name), member]);
  return value.kind === "array" ? value.items.map((item, index) => [`[${index}]`, item]) : [];
}

/** Undefined for what takes lines of its own. Texts are in quotes: a number and a text of digits differ. */
function leafOf(value: Json): string | undefined {
  switch (value.kind) {
    case "text":
      return quoted(value.text);
    case "literal":
      return value.source;
    case "object":
      return value.members.length === 0 ? "{}" : undefined;
    case "array":
      return value.items.length === 0 ? "[]" : undefined;
  }
}

/** A name that could pass for a name with its value is put in quotes. */
const nameOf = (name: string) => (/^[\w.-]+$/.test(name) ? name : quoted(name));
