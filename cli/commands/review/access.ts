/** Who gains or loses which right to a key or secret, and what makes a policy weaker. */
import { principalArnProblem } from "../../../rules/principal-arns";
import type { Right, Who } from "./facts";
import { destroys, type Finding, finding, makes, type OwnedChange } from "./finding";
import type { PlannedUser } from "./owners";
import { deniesAlways, deniesEveryone, mayDo, weakenings } from "./policy";
import { type Policy, parsePolicy } from "./statement";

/** The attribute that holds a policy. */
export const POLICY: Readonly<Record<string, string>> = {
  aws_secretsmanager_secret: "policy",
  aws_secretsmanager_secret_policy: "policy",
  aws_kms_key: "policy",
  aws_kms_key_policy: "policy",
  aws_sns_topic: "policy",
  aws_sns_topic_policy: "policy",
  aws_s3_bucket_policy: "policy",
  aws_iam_policy: "policy",
  aws_iam_role: "assume_role_policy",
  aws_iam_role_policy: "policy",
  aws_cloudwatch_log_resource_policy: "policy_document",
};

interface Access {
  readonly action: string;
  /** Actions that come with it. */
  readonly with: readonly string[];
  readonly right: Right;
}

const READS = [
  "secretsmanager:GetSecretValue",
  "secretsmanager:BatchGetSecretValue",
  "secretsmanager:DescribeSecret",
];
const WRITES = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"] as const;
const DELETIONS = ["secretsmanager:DeleteSecret", "kms:ScheduleKeyDeletion", "kms:DisableKey"];

function accessTo({ type, before, after }: OwnedChange): Access | undefined {
  const values = after ?? before ?? {};
  if (type === "aws_kms_key" && values["customer_master_key_spec"] === "ECC_NIST_P256") {
    const also = ["kms:Sign", "kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"];
    return { action: "kms:Sign", with: also, right: "sign" };
  }
  if (type !== "aws_secretsmanager_secret") return undefined;
  const name = String(values["name"] ?? before?.["name"] ?? "");
  // Public data: its lock is on writing.
  if (name.endsWith("/current")) return { action: WRITES[0], with: WRITES, right: { read: name } };
  const right = name.endsWith("/private-key")
    ? "read the private key"
    : name.endsWith("/credentials")
      ? "read the credentials"
      : { read: name };
  return { action: "secretsmanager:GetSecretValue", with: READS, right };
}

/**
 * What a change of a policy means.
 *
 * @param declared whom the registration will name for the resource's user; undefined if it names nobody
 */
export function accessFindings(change: OwnedChange, declared: PlannedUser | undefined): Finding[] {
  const attribute = POLICY[change.type];
  if (attribute === undefined) return [];
  const { before, after, unknown } = change;
  if (!after || (destroys(change) && !makes(change))) return [];
  const access = accessTo(change);
  const tells = [attribute];
  if (unknown.has(attribute)) {
    if (before) return [finding("weakened", change, { fact: "policy known later" }, tells)];
    // A new role's policy names what is made with it. It is judged as it is configured.
    const { right } = access ?? {};
    return right ? [finding("notice", change, { fact: "policy known later", right }, tells)] : [];
  }
  if (before && JSON.stringify(before[attribute]) === JSON.stringify(after[attribute])) return [];
  const [was, is] = [parsePolicy(before?.[attribute]), parsePolicy(after[attribute])];
  if (!was || !is) return [finding("weakened", change, { fact: "policy not comparable" }, tells)];
  return [
    ...(access ? accessOf(change, access, was, is, declared) : []),
    ...(before ? weakerPolicy(change, access, was, is) : access ? unlocked(change, access, is) : []),
  ].map((each) => ({ ...each, tells }));
}

function weakerPolicy(change: OwnedChange, access: Access | undefined, was: Policy, is: Policy): Finding[] {
  const unprotected = DELETIONS.filter(
    (action) => deniesEveryone(was, action) && !deniesEveryone(is, action),
  );
  const found = weakenings(was, is, { access: access?.action, withAccess: access?.with ?? [], unprotected });
  return [
    ...(unprotected.length > 0
      ? [finding("weakened", change, { fact: "removal protection off", actions: unprotected })]
      : []),
    ...found.map((fact) => finding("weakened", change, fact)),
  ];
}

/** A new key whose policy does not lock it. */
function unlocked(change: OwnedChange, { action, right }: Access, is: Policy): Finding[] {
  // A lock denies everyone but the roles that it excepts, in every case.
  const locked = is.some(
    (each) => each.principals !== undefined && deniesAlways(each) && each.actions.includes(action),
  );
  return [
    ...(locked ? [] : [finding("weakened", change, { fact: "made without lock", right })]),
    ...(DELETIONS.some((deletion) => deniesEveryone(is, deletion))
      ? []
      : [finding("notice", change, { fact: "made without removal protection" })]),
  ];
}

function accessOf(
  change: OwnedChange,
  { action, right }: Access,
  was: Policy,
  is: Policy,
  declared: PlannedUser | undefined,
): Finding[] {
  const [before, after] = [mayDo(was, action), mayDo(is, action)];
  const signers =
    right === "sign" || right === "read the private key" ? declared?.entry["signers"] : undefined;
  return [
    ...gainsAndLosses(before, after, right).map((fact) => finding("access", change, fact)),
    ...after
      .filter((role) => !before.includes(role))
      .flatMap((role) => [
        ...(isSingle(role) ? [] : [finding("weakened", change, { fact: "not a single role", role, right })]),
        ...(Array.isArray(signers) && !signers.includes(role)
          ? [finding("weakened", change, { fact: "signer not registered", role, right })]
          : []),
      ]),
  ];
}

/** Without the accounts, which a plan does not tell: one that IAM can have, and no wildcard. */
const isSingle = (role: string) => principalArnProblem(role, { allowUsers: true }) === undefined;

export const gainsAndLosses = (before: readonly Who[], after: readonly Who[], right: Right) => [
  ...after.filter((role) => !before.includes(role)).map((role) => ({ fact: "gains" as const, role, right })),
  ...before.filter((role) => !after.includes(role)).map((role) => ({ fact: "loses" as const, role, right })),
];
