import { Token } from "cdktf";

/**
 * Text that reaches Terraform as the text it is: in Terraform's JSON every string is a template, so a user
 * name that holds `${` or `%{` would be evaluated. A token is left alone.
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
