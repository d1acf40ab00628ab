/** What becomes of keys, and of what is kept of their use. */
import { destroys, type Finding, finding, forgets, makes, type OwnedChange } from "./finding";
import { isSecretMade } from "./imports";
import { type Phrase, say } from "./phrase";
import { deniesEveryone } from "./policy";
import { parsePolicy } from "./statement";

const SIGNS = "ECC_NIST_P256";

export function keyFindings(change: OwnedChange, all: readonly OwnedChange[]): Finding[] {
  const told = (TYPES[change.type] ?? (() => undefined))(change, all);
  return told ? [finding(told[0], change, told[1])] : [];
}

type Told = readonly ["destroy" | "weakened" | "key", Phrase] | undefined;

const TYPES: Readonly<Record<string, (change: OwnedChange, all: readonly OwnedChange[]) => Told>> = {
  aws_secretsmanager_secret: (change) => {
    const holds = String(change.before?.["name"] ?? "").endsWith("/credentials")
      ? "credentials"
      : "private key";
    if (forgets(change))
      return ["weakened", say`Terraform no longer manages the secret of its ${plain(holds)}`];
    if (!destroys(change)) return undefined;
    const days = String(change.before?.["recovery_window_in_days"] ?? 30);
    const anew = makes(change) ? say`, and an empty secret is made in its place` : say``;
    const how =
      days === "0"
        ? say`its secret is deleted without recovery`
        : say`its secret is deleted, to be restored within ${days} days`;
    return [
      "destroy",
      say`its ${plain(holds)} is **destroyed**: ${how}${anew}${refusal(change, "secretsmanager:DeleteSecret")}`,
    ];
  },
  aws_kms_key: (change) => {
    const signs = (change.before ?? change.after)?.["customer_master_key_spec"] === SIGNS;
    if (forgets(change)) return ["weakened", say`Terraform no longer manages its KMS key`];
    if (!destroys(change)) {
      if (!makes(change) || !signs) return undefined;
      return ["key", say`its key is generated, in KMS`];
    }
    const days = String(change.before?.["deletion_window_in_days"] ?? 30);
    const what = signs
      ? say`its private key`
      : say`a key that encrypts secrets or alerts, and with it what it encrypts,`;
    const anew = makes(change) ? say`, and another key is made in its place` : say``;
    return [
      "destroy",
      say`${what} is **destroyed**: its KMS key is to be deleted in ${days} days${anew}${refusal(change, "kms:ScheduleKeyDeletion")}`,
    ];
  },
  aws_kms_alias: (change) => {
    const { before, after, unknown } = change;
    if (!before || !after || makes(change)) return undefined;
    if (before["target_key_id"] === after["target_key_id"] && !unknown.has("target_key_id")) return undefined;
    return change.owner
      ? ["key", say`another key is **promoted**: its alias points to it from now on`]
      : ["weakened", say`the alias ${String(after["name"])} points to another key`];
  },
  aws_lambda_invocation: (change, all) => {
    if (!/-key-generator$/.test(String((change.after ?? change.before)?.["function_name"]))) return undefined;
    if (!makes(change) && !change.actions.includes("update")) return undefined;
    if (change.before)
      return [
        "key",
        say`the key generator is asked again: it generates what generations are missing, and answers for the others with the same keys`,
      ];
    return isSecretMade(change, all)
      ? ["key", say`its key is generated, by the key generator`]
      : ["key", say`its key is generated, or taken from the secret that is there already`];
  },
  aws_cloudwatch_log_group: (change) =>
    destroys(change)
      ? ["destroy", say`the log ${String(change.before?.["name"])} is **destroyed**, with all that is in it`]
      : undefined,
  aws_s3_bucket: (change) =>
    destroys(change)
      ? ["destroy", say`the bucket ${String(change.before?.["bucket"])} is **destroyed**`]
      : undefined,
};

/** AWS refuses what the policy that is on it denies, and an apply ends there. */
function refusal({ before }: OwnedChange, action: string): Phrase {
  const policy = parsePolicy(before?.["policy"]);
  return policy && deniesEveryone(policy, action)
    ? say` (AWS will refuse it while removal protection is on: turn that off first, in a change of its own)`
    : say``;
}

/** Our own words. */
const plain = (words: "credentials" | "private key"): Phrase =>
  words === "credentials" ? say`credentials` : say`private key`;
