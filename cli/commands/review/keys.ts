/** What happens to keys, and to the records of their use. */
import { generatorFunctionName, WORKSPACE_NAME } from "../../../rules/aws-names";
import type { Fact, Facts } from "./facts";
import { destroys, type Finding, finding, forgets, makes, type OwnedChange } from "./finding";
import { isSecretMade } from "./imports";
import { deniesEveryone } from "./policy";
import { parsePolicy } from "./statement";

export function keyFindings(change: OwnedChange, all: readonly OwnedChange[]): Finding[] {
  const found = TYPES[change.type]?.(change, all);
  return found ? [finding(found.kind, change, found.fact, found.tells)] : [];
}

interface Found {
  readonly kind: "destroy" | "weakened" | "key";
  readonly fact: Fact;
  readonly tells?: readonly string[];
}

const TYPES: Readonly<
  Record<string, (change: OwnedChange, all: readonly OwnedChange[]) => Found | undefined>
> = {
  aws_secretsmanager_secret: (change) => {
    if (String((change.before ?? change.after)?.["name"] ?? "").endsWith("/current")) return pointer(change);
    const holds = String(change.before?.["name"] ?? "").endsWith("/credentials")
      ? "credentials"
      : "private key";
    if (forgets(change)) return { kind: "weakened", fact: { fact: "no longer managed", what: holds } };
    if (!destroys(change)) return undefined;
    return destroyed(change, holds, "recovery_window_in_days", "secretsmanager:DeleteSecret");
  },
  aws_kms_key: (change) => {
    const signs = (change.before ?? change.after)?.["customer_master_key_spec"] === "ECC_NIST_P256";
    if (forgets(change)) return { kind: "weakened", fact: { fact: "no longer managed", what: "KMS key" } };
    if (destroys(change)) {
      const what = signs ? "KMS key that signs" : "KMS key that encrypts";
      return destroyed(change, what, "deletion_window_in_days", "kms:ScheduleKeyDeletion");
    }
    return makes(change) && signs ? { kind: "key", fact: { fact: "key generated", by: "kms" } } : undefined;
  },
  aws_kms_alias: (change) => {
    const { before, after, unknown, owner } = change;
    const attribute = "target_key_id";
    if (!before || !after || makes(change)) return undefined;
    if (before[attribute] === after[attribute] && !unknown.has(attribute)) return undefined;
    const alias = owner ? undefined : String(after["name"]);
    const fact: Fact = { fact: "alias points elsewhere", alias };
    return { kind: owner ? "key" : "weakened", fact, tells: [attribute] };
  },
  aws_lambda_invocation: (change, all) => {
    if (!makes(change) && !change.actions.includes("update")) return undefined;
    const { function_name: name } = change.after ?? {};
    if (!isGenerator(name, change))
      return { kind: "weakened", fact: { fact: "another function", name: text(name) } };
    if (POINTER_MOVE.test(change.address)) return { kind: "key", fact: { fact: "pointer", is: "moved" } };
    if (change.before) return { kind: "key", fact: { fact: "key generator asked again" } };
    const by = isSecretMade(change, all) ? "key generator" : "key generator or earlier";
    return { kind: "key", fact: { fact: "key generated", by } };
  },
  aws_cloudwatch_log_group: (change) => records(change, "log", "name"),
  aws_s3_bucket: (change) => records(change, "bucket", "bucket"),
};

/** The address of the invocation that moves a user's pointer. What it is asked for is compared where it is configured. */
const POINTER_MOVE = /_Current_Move_[0-9A-F]{8}$/;

function pointer(change: OwnedChange): Found | undefined {
  if (forgets(change)) return { kind: "weakened", fact: { fact: "pointer", is: "no longer managed" } };
  if (destroys(change)) return { kind: "destroy", fact: { fact: "pointer", is: "destroyed" } };
  return makes(change) ? { kind: "key", fact: { fact: "pointer", is: "made" } } : undefined;
}

/** Whether a function is a key generator, by its whole name; of the user's workspace, where the user is known. */
function isGenerator(name: unknown, { owner }: OwnedChange): boolean {
  const { workspace } = owner ?? {};
  if (typeof name !== "string") return false;
  if (workspace !== undefined) return name === generatorFunctionName(workspace);
  const [before = "", after = ""] = generatorFunctionName(" ").split(" ");
  return (
    name.startsWith(before) &&
    name.endsWith(after) &&
    WORKSPACE_NAME.test(name.slice(before.length, -after.length))
  );
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);

function destroyed(
  change: OwnedChange,
  what: Facts["destroyed"]["what"],
  window: string,
  action: string,
): Found {
  const policy = parsePolicy(change.before?.["policy"]);
  const days = String(change.before?.[window] ?? 30);
  // AWS refuses what the present policy denies, and the apply ends there.
  const refused = policy !== undefined && deniesEveryone(policy, action);
  return { kind: "destroy", fact: { fact: "destroyed", what, days, replaced: makes(change), refused } };
}

function records(change: OwnedChange, what: "log" | "bucket", attribute: string): Found | undefined {
  if (!destroys(change)) return undefined;
  const name = String(change.before?.[attribute]);
  return { kind: "destroy", fact: { fact: "records destroyed", what, name } };
}
