/**
 * A form of configured values in which those of a plan and those of synthesized JSON are compared: without the names in references,
 * JSON in texts read, and nothing twice in a list.
 */
import { isDeepStrictEqual } from "node:util";
import { isValues } from "../../../shared/terraform-plan";
import { withoutNames } from "./expression";

/** Deeper values are not compared: nothing of ours is so deep. */
const MOST_DEPTH = 40;

/** @throws RangeError if it is too deep */
export const canonicalText = (value: unknown): string => JSON.stringify(canonical(value)) ?? "null";

export function canonical(value: unknown, depth = 0): unknown {
  if (depth > MOST_DEPTH) throw new RangeError("too deep");
  if (typeof value === "string") {
    const document = jsonIn(value);
    if (document === undefined)
      return withoutNames(value)
        .replace(EMAILS, '"alertEmails" = []')
        .replace(FROM, '"from" = {}')
        .replace(TO, '"generation" = 0');
    return { json: canonical(withoutPrincipals(document, depth + 1), depth + 1) };
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, depth + 1));
    const different = items.filter(
      (item, index) => items.findIndex((one) => isDeepStrictEqual(one, item)) === index,
    );
    // A block that can stand once only is an object in one of the two, and a list in the other.
    return different.length === 1 && isValues(different[0]) ? different[0] : different;
  }
  if (!isValues(value)) return value ?? null;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => value[key] !== null && value[key] !== undefined)
      .sort()
      .map((key) => [key, canonical(value[key], depth + 1)]),
  );
}

/** Of an invocation's input: whom alerts reach differs from stack to stack. */
const EMAILS = /"alertEmails" = \[(?:"[^"\\$%]*"(?:, "[^"\\$%]*")*)?\]/;

/** Of an invocation's input, too: the generations that a user's pointer is moved from, and the one that it is moved to. */
const FROM = /"from" = \{(?:"\d{1,4}" = aws_secretsmanager_secret\.\*\.arn(?:, (?!\})|(?=\})))*\}/;
const TO = /(?<="to" = \{[^{}]*)"generation" = [1-9]\d{0,3}(?=[,}])/;

/** The object that a text is the JSON of: a policy, a pattern. Quotation marks within `${…}` are Terraform's, and not of the JSON. */
export function jsonIn(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const document: unknown = JSON.parse(text.replace(/\$\{[^{}]*\}/g, (code) => code.replaceAll('"', "'")));
    return isValues(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** The statements of an attribute that holds a policy, each canonical, its roles and accounts left out; undefined if it holds none. */
export function statementsOf(
  value: unknown,
): { readonly id: string; readonly statement: unknown }[] | undefined {
  const policy = typeof value === "string" ? jsonIn(value) : undefined;
  const statements = policy?.["Statement"];
  if (!Array.isArray(statements)) return undefined;
  return statements.map((statement) => ({
    id: String(isValues(statement) ? statement["Sid"] : undefined),
    statement: canonical(withoutPrincipals(statement)),
  }));
}

/** The marks are those of ours.json. No ARN in AWS has such characters. */
const IAM = String.raw`^arn:(?:aws[a-z-]*|<PARTITION>|\$\{[^}:]+\}):iam::(?:\d{12}|<ACCOUNT>|\$\{[^}:]+\}):`;
const ROLE = new RegExp(String.raw`${IAM}(?:role|user)(?:/|<PATH>)[\w+=,.@/<>-]+$`);
const ACCOUNT = new RegExp(`${IAM}root$`);

/** Who is named differs from stack to stack. An empty list, and one with anything else in it, stays. */
function withoutPrincipals(value: unknown, depth = 0): unknown {
  if (depth > MOST_DEPTH) throw new RangeError("too deep");
  const texts = Array.isArray(value) ? value : [value];
  if (texts.length > 0 && texts.every((text) => typeof text === "string")) {
    if (texts.every((text) => ROLE.test(text))) return "roles";
    if (texts.every((text) => ACCOUNT.test(text))) return "accounts";
  }
  if (Array.isArray(value)) return value.map((item) => withoutPrincipals(item, depth + 1));
  if (!isValues(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutPrincipals(item, depth + 1)]),
  );
}
