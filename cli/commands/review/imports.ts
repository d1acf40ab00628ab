/** What a plan takes into the state as it is: whoever made it beforehand may know what is in it. */
import { type Finding, finding, makes, nameOf, type OwnedChange } from "./finding";
import { type Phrase, say } from "./phrase";

export function importFindings(change: OwnedChange): Finding[] {
  if (!change.imported) return [];
  const text = TYPES[change.type]?.(change);
  return text ? [finding("weakened", change, text)] : [];
}

const COMPARE = say`compare its public key with the registered one`;
const LOOK = say`find out who made it, and what is in it`;

const TYPES: Readonly<Record<string, (change: OwnedChange) => Phrase>> = {
  aws_secretsmanager_secret: (change) =>
    holdsKey(change)
      ? say`the secret of its private key is **taken in** as it is: ${COMPARE}`
      : say`the secret ${nameIn(change)} is **taken in** as it is: ${LOOK}`,
  aws_kms_key: ({ before }) =>
    before?.["customer_master_key_spec"] === "SYMMETRIC_DEFAULT"
      ? say`the KMS key ${String(before["key_id"])} is **taken in** as it is: ${LOOK}`
      : say`its KMS key is **taken in** as it is: ${COMPARE}`,
  aws_kms_alias: (change) =>
    change.owner
      ? say`the alias of its KMS key is **taken in** as it is: ${COMPARE}`
      : say`the alias ${nameIn(change)} is **taken in** as it is: find out which key it leads to`,
  aws_iam_role: (change) =>
    say`the role ${nameIn(change)} is **taken in** as it is: find out who made it, and what it may do`,
  aws_lambda_function: (change) =>
    say`the function ${nameIn(change)} is **taken in** as it is: find out who made it, and what it does`,
};

const nameIn = ({ before, after }: OwnedChange) => {
  const values = after ?? before ?? {};
  return String(values["name"] ?? values["function_name"]);
};

const holdsKey = (change: OwnedChange) => nameIn(change).endsWith("/private-key");

/** Whether the plan makes the secret that a user's key is generated into: only then nothing can be in it yet. */
export const isSecretMade = ({ owner }: OwnedChange, all: readonly OwnedChange[]): boolean =>
  owner !== undefined &&
  all.some(
    (each) =>
      each.type === "aws_secretsmanager_secret" &&
      makes(each) &&
      !each.imported &&
      holdsKey(each) &&
      each.owner &&
      nameOf(each.owner).plain() === nameOf(owner).plain(),
  );
