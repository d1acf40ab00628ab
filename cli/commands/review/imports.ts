/** What a plan imports into the state as it is: whoever made it may know what is in it. */
import type { Imported } from "./facts";
import { type Finding, finding, isSameUser, makes, type OwnedChange } from "./finding";

export function importFindings(change: OwnedChange): Finding[] {
  if (!change.imported) return [];
  const what = TYPES[change.type]?.(change);
  return [finding("weakened", change, { fact: "imported", what, name: nameIn(change) })];
}

const TYPES: Readonly<Record<string, (change: OwnedChange) => Imported>> = {
  aws_secretsmanager_secret: (change) => (holdsKey(change) ? "private key" : "other secret"),
  aws_kms_key: ({ before }) =>
    before?.["customer_master_key_spec"] === "SYMMETRIC_DEFAULT" ? "other KMS key" : "KMS key",
  aws_kms_alias: ({ owner }) => (owner ? "alias" : "other alias"),
  aws_iam_role: () => "role",
  aws_lambda_function: () => "function",
};

const nameIn = ({ before, after }: OwnedChange) => {
  const values = after ?? before ?? {};
  return String(values["name"] ?? values["function_name"] ?? before?.["key_id"]);
};

const holdsKey = (change: OwnedChange) => nameIn(change).endsWith("/private-key");

/** Whether the plan makes the secret that a user's key is generated into. Only then can nothing be in it yet. */
export const isSecretMade = ({ owner }: OwnedChange, all: readonly OwnedChange[]): boolean =>
  owner !== undefined &&
  all.some(
    (each) =>
      each.type === "aws_secretsmanager_secret" &&
      makes(each) &&
      !each.imported &&
      holdsKey(each) &&
      each.owner &&
      isSameUser(each.owner, owner),
  );
