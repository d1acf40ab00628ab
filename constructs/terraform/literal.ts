import { Token } from "cdktf";

/**
 * Escapes text for Terraform's JSON, where every string is a template: `${` or `%{` in a user name would be evaluated. A
 * token stays as it is.
 */
export function literal(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/([$%])\{/g, "$1$1{");
}

/** The same for a list. */
export function literals(texts: readonly string[] = []): string[] {
  return texts.map(literal);
}

/** The same for a map's keys and values, such as tags. */
export function literalMap(map: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [literal(key), literal(value)]));
}
