import type { Mistake } from "../messages/mistake";
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
): { place: string; mistake: Mistake }[] {
  const { size } = new Set([...Object.keys(tags), ...inherited]);
  const what = `are ${size} together with the inherited ones, and AWS takes ${MOST_TAGS}`;
  const wrong = Object.entries(tags).flatMap(([key, value]) => {
    const mistake =
      (isToken(key) ? undefined : keyProblem(key)) ?? (isToken(value) ? undefined : valueProblem(value));
    return mistake ? [{ key, mistake }] : [];
  });
  return [
    ...(size > MOST_TAGS ? [{ place: "tags", mistake: { what, fix: "remove some" } }] : []),
    ...[...wrong, ...caseProblems(Object.keys(tags))].map(({ key, mistake }) => ({
      place: `tags[${shown(key)}]`,
      mistake,
    })),
  ];
}

function keyProblem(key: string): Mistake | undefined {
  if ([...key].length > MOST_OF_A_KEY)
    return { what: `is a key of more than ${MOST_OF_A_KEY} characters`, fix: `shorten it` };
  // cdktf's copy of a map has no such key.
  if (key === "__proto__") return { what: "cannot be the key of a map in JavaScript", fix: "rename it" };
  if (key !== "" && CHARACTERS.test(key) && !/^aws:/i.test(key)) return tokenProblem(key);
  return {
    what: "is not a tag key",
    fix: "use letters, digits, spaces and _.:/=+@- that do not begin with aws:",
  };
}

function valueProblem(value: string): Mistake | undefined {
  if ([...value].length > MOST_OF_A_VALUE)
    return { what: `has a value of more than ${MOST_OF_A_VALUE} characters`, fix: `shorten it` };
  if (CHARACTERS.test(value)) return tokenProblem(value);
  return { what: `${shown(value)} is not a tag value`, fix: `use letters, digits, spaces and _.:/=+@-` };
}

/** IAM, unlike Terraform and Secrets Manager, does not distinguish tag keys by case. */
export function caseProblems(keys: readonly string[]): { key: string; mistake: Mistake }[] {
  const seen = new Map([[WORKSPACE_TAG, WORKSPACE_TAG]]);
  return keys.flatMap((key) => {
    const other = seen.get(key.toLowerCase());
    if (other === undefined) seen.set(key.toLowerCase(), key);
    if (other === key)
      return [{ key, mistake: { what: "is the tag of the workspace's name", fix: "remove it" } }];
    if (other === undefined) return [];
    const what = `differs from ${shown(other)} in case only, which IAM refuses`;
    return [{ key, mistake: { what, fix: "keep one" } }];
  });
}
