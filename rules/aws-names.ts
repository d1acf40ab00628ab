import { createHash } from "node:crypto";

/**
 * Names in AWS. They contain the workspace and the user, never the file or the stack, so that a user can move from one file to
 * another without a change to its key. Those of keys and credentials contain the generation too, so that nothing that was removed,
 * and blocks its name for a while, blocks what comes after it.
 */

/** What every name in AWS begins with. */
export const NAME_PREFIX = "ledger-enterprise";

/** 1 to 24 characters, so that the generator's role name (64 at most, with the longest region) always fits. */
export const WORKSPACE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?$/;

/** What a workspace name must look like, in words for an error message. */
export const WORKSPACE_NAME_RULE =
  "1 to 24 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

/**
 * The part of a name in AWS that stands for a user: in lower case, with a hyphen for every run of characters other than letters,
 * digits and underscores (`settlement bot` becomes `settlement-bot`). Secrets Manager takes `[A-Za-z0-9/_+=.@-]` and KMS
 * aliases take `[0-9A-Za-z/_-]`; the result is valid in both.
 *
 * A user name with characters that would be lost (`Zürich`, `取引`) gets eight hexadecimal digits of its SHA-256 at the end, so
 * that different names stay different.
 */
export function awsNameOf(username: string): string {
  const plain = username
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|(?<!-)-+$/g, "");
  if (plain !== "" && /^[A-Za-z0-9 _.-]*$/.test(username)) return plain;
  const digest = createHash("sha256").update(username, "utf8").digest("hex").slice(0, 8);
  return plain === "" ? digest : `${plain}-${digest}`;
}

/** Which key of which user: what the names of keys and credentials are made of. */
export interface NamedKey {
  readonly workspace: string;
  /** The user's part, by `awsNameOf`. */
  readonly awsName: string;
  readonly generation: number;
}

const ofKey = ({ workspace, awsName, generation }: NamedKey) =>
  `${NAME_PREFIX}/${workspace}/${awsName}/generation-${generation}`;

/** The secret that holds a private key. */
export const privateKeySecretName = (key: NamedKey): string => `${ofKey(key)}/private-key`;

/** The secret that holds the API Key ID and API Secret of a key. It is shorter than the private key's name, so it always fits if that does. */
export const credentialsSecretName = (key: NamedKey): string => `${ofKey(key)}/credentials`;

/** The alias of a user's own KMS key. */
export const userKeyAlias = (key: NamedKey): string => `alias/${ofKey(key)}`;

/** The secret of public data that says which generation of a user is current. It holds no number: it outlives them all. */
export const currentSecretName = ({ workspace, awsName }: Omit<NamedKey, "generation">): string =>
  `${NAME_PREFIX}/${workspace}/${awsName}/current`;

const CURRENT_SECRET =
  /^(arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:)(ledger-enterprise\/[^/]+\/[^/]+)\/current-[0-9A-Za-z]{6}$/;

/** Where the other names of a user begin, by the full ARN of its secret `…/current`; undefined if it is no such secret. */
export function userOfCurrentSecret(
  secretArn: string,
): { readonly secretPrefix: string; readonly aliasPrefix: string } | undefined {
  const [, arn, name] = CURRENT_SECRET.exec(secretArn) ?? [];
  return arn === undefined ? undefined : { secretPrefix: `${arn}${name}/`, aliasPrefix: `alias/${name}/` };
}

const PRIVATE_KEY_SECRET =
  /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:ledger-enterprise\/[^/]+\/[^/]+\/generation-([1-9][0-9]{0,3})\/private-key-[0-9A-Za-z]{6}$/;

/** The generation of the key that a secret is for, by its full ARN; undefined if it is the secret of no private key. */
export function generationOfSecret(secretArn: string): number | undefined {
  const [, generation] = PRIVATE_KEY_SECRET.exec(secretArn) ?? [];
  return generation === undefined ? undefined : Number(generation);
}

/** The alias of the KMS key that encrypts a workspace's secrets. A user's own alias has two more segments. */
export function workspaceKeyAlias(workspace: string): string {
  return `alias/${NAME_PREFIX}/${workspace}`;
}

/** The key generator's function. Functions are regional, so the region is not in the name. */
export function generatorFunctionName(workspace: string): string {
  return `${NAME_PREFIX}-${workspace}-key-generator`;
}

/** The log group of the key generator's function, where Lambda looks for it. */
export function generatorLogName(workspace: string): string {
  return `/aws/lambda/${generatorFunctionName(workspace)}`;
}

/** The key generator's role. Role names are global in an account, so the region is in the name. */
export function generatorRoleName(workspace: string, region: string): string {
  return `ledger-${workspace}-${region}-key-generator`;
}

/**
 * A rule that watches a workspace. A dot, which no workspace's name contains, ends the workspace's part, so that the rules of
 * `acme-prod` do not begin like those of `acme`. 64 characters at most: 21 are left for `rule`.
 */
export function alertRuleName(workspace: string, rule: string): string {
  return `${NAME_PREFIX}.${workspace}.${rule}`;
}

/** The rules that page people, and the rules that only write the access journal, by the last part of their names. */
export const PAGING_RULES = ["denied", "secrets", "writes", "keys", "generator", "alerts", "trail"] as const;
export const JOURNAL_RULES = ["access", "changes", "code"] as const;

/** The names of the rules in a workspace's own stack. No key is made without them; the rules in its users' stacks come after the keys. */
export function alertRuleNames(workspace: string): string[] {
  return [...PAGING_RULES, ...JOURNAL_RULES].map((rule) => alertRuleName(workspace, rule));
}

/** The SNS topic of a workspace's alerts; after `alias/`, also the alias of the KMS key that encrypts it. */
export function alertTopicName(workspace: string): string {
  return `${NAME_PREFIX}-${workspace}-alerts`;
}

/** The log group that is a workspace's access journal. EventBridge's console lists only groups below `/aws/events/`. */
export function accessJournalName(workspace: string): string {
  return `/aws/events/${NAME_PREFIX}/${workspace}`;
}
