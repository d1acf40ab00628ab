import { Token } from "cdktf";
import { escapeTemplate } from "../../rules/terraform-text";

/** Escapes a text; a token stays as it is. */
export function literal(text: string): string {
  return Token.isUnresolved(text) ? text : escapeTemplate(text);
}

/** The same for a list. */
export function literals(texts: readonly string[] = []): string[] {
  return texts.map(literal);
}

/** The same for a map's keys and values, such as tags. */
export function literalMap(map: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [literal(key), literal(value)]));
}
