import { shown } from "../messages/safe-text";
import { tokenProblem } from "./cdktf-tokens";

/** The tags that AWS accepts. IAM is the strictest service (IAM guide, "Tags for IAM resources"). */

const CHARACTERS = /^[\p{L}\p{N}_.:/=+@ -]*$/u;
const MOST_TAGS = 50;
const MOST_OF_A_KEY = 128;
const MOST_OF_A_VALUE = 256;

/** The tag that everything has besides the declared ones. */
export const WORKSPACE_TAG = "ledger-enterprise:workspace";

/**
 * What is wrong with the tags of a resource.
 * @param isToken whether a text is a token, which is left to Terraform
 * @param inherited the keys of the tags that the resource has as well
 */
export function tagProblems(
  tags: Readonly<Record<string, string>>,
  isToken: (text: string) => boolean = () => false,
  inherited: readonly string[] = [WORKSPACE_TAG],
): string[] {
  const { size } = new Set([...Object.keys(tags), ...inherited]);
  const many = `tags: are ${size} together with the inherited ones, and AWS takes ${MOST_TAGS}; remove some`;
  const wrong = Object.entries(tags).flatMap(([key, value]) => {
    const message =
      (isToken(key) ? undefined : keyProblem(key)) ?? (isToken(value) ? undefined : valueProblem(value));
    return message ? [{ key, message }] : [];
  });
  return [
    ...(size > MOST_TAGS ? [many] : []),
    ...[...wrong, ...caseProblems(Object.keys(tags))].map(
      ({ key, message }) => `tags[${shown(key)}]: ${message}`,
    ),
  ];
}

function keyProblem(key: string): string | undefined {
  if ([...key].length > MOST_OF_A_KEY) return `is a key of more than ${MOST_OF_A_KEY} characters; shorten it`;
  // cdktf's copy of a map has no such key.
  if (key === "__proto__") return "cannot be the key of a map in JavaScript; rename it";
  if (key !== "" && CHARACTERS.test(key) && !/^aws:/i.test(key)) return tokenProblem(key);
  return "is not a tag key; use letters, digits, spaces and _.:/=+@- that do not begin with aws:";
}

function valueProblem(value: string): string | undefined {
  if ([...value].length > MOST_OF_A_VALUE)
    return `has a value of more than ${MOST_OF_A_VALUE} characters; shorten it`;
  if (CHARACTERS.test(value)) return tokenProblem(value);
  return `${shown(value)} is not a tag value; use letters, digits, spaces and _.:/=+@-`;
}

/** IAM, unlike Terraform and Secrets Manager, does not distinguish tag keys by case. */
export function caseProblems(keys: readonly string[]): { key: string; message: string }[] {
  const seen = new Map([[WORKSPACE_TAG, WORKSPACE_TAG]]);
  return keys.flatMap((key) => {
    const other = seen.get(key.toLowerCase());
    if (other === undefined) seen.set(key.toLowerCase(), key);
    if (other === key) return [{ key, message: "is the tag of the workspace's name; remove it" }];
    const message = `differs from ${shown(other ?? "")} in case only, which IAM refuses; keep one`;
    return other === undefined ? [] : [{ key, message }];
  });
}
