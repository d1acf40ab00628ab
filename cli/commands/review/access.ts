/** Who may do what with a key: gained, lost, and what makes a policy weaker. */
import { destroys, type Finding, finding, makes, type OwnedChange } from "./finding";
import type { PlannedUser } from "./owners";
import { type Phrase, say } from "./phrase";
import { deniesEveryone, mayDo, weakenings } from "./policy";
import { type Policy, parsePolicy } from "./statement";

/** The attribute that holds a policy. */
const POLICY: Readonly<Record<string, string>> = {
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

export const policyAttributeOf = ({ type }: OwnedChange): string | undefined => POLICY[type];

interface Access {
  readonly action: string;
  readonly with: readonly string[];
  /** What whoever may do it can do, for a sentence: `sign`. */
  readonly verb: Phrase;
  /** Under which name the registration has who may. */
  readonly list: "signers" | "readers";
}

const READS = [
  "secretsmanager:GetSecretValue",
  "secretsmanager:BatchGetSecretValue",
  "secretsmanager:DescribeSecret",
];
const DELETIONS = ["secretsmanager:DeleteSecret", "kms:ScheduleKeyDeletion", "kms:DisableKey"];

function accessTo({ type, before, after }: OwnedChange): Access | undefined {
  const values = after ?? before ?? {};
  if (type === "aws_kms_key" && values["customer_master_key_spec"] === "ECC_NIST_P256") {
    const also = ["kms:Sign", "kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"];
    return { action: "kms:Sign", with: also, verb: say`sign`, list: "signers" };
  }
  if (type !== "aws_secretsmanager_secret") return undefined;
  const name = String(values["name"] ?? before?.["name"] ?? "");
  const [action = ""] = READS;
  if (name.endsWith("/private-key"))
    return { action, with: READS, verb: say`sign (read the private key)`, list: "signers" };
  return {
    action,
    with: READS,
    verb: say`read ${name.endsWith("/credentials") ? "credentials" : name}`,
    list: "readers",
  };
}

/**
 * What a change of a policy means.
 *
 * @param declared whoever the registration will name for the resource's user; undefined where it says nothing
 */
export function accessFindings(change: OwnedChange, declared: PlannedUser | undefined): Finding[] {
  const attribute = POLICY[change.type];
  if (attribute === undefined) return [];
  const { before, after, unknown } = change;
  if (!after || (destroys(change) && !makes(change))) return [];
  const access = accessTo(change);
  if (unknown.has(attribute)) {
    // A new role's policy names what is made with it: known later, and no lock of a key.
    if (before === undefined)
      return access
        ? [finding("notice", change, say`who may ${access.verb} will be known after apply only`)]
        : [];
    return [
      finding(
        "weakened",
        change,
        say`its policy will be known after apply only, so that nobody can review it now`,
      ),
    ];
  }
  const [was, is] = [parsePolicy(before?.[attribute]), parsePolicy(after[attribute])];
  if (before && JSON.stringify(before[attribute]) === JSON.stringify(after[attribute])) return [];
  if (!was || !is)
    return [finding("weakened", change, say`its policy is no JSON that can be compared: read it by hand`)];
  return [
    ...(access ? accessOf(change, access, was, is, declared) : []),
    ...(before ? weakerPolicy(change, access, was, is) : access ? unlocked(change, access, is) : []),
  ];
}

function weakerPolicy(change: OwnedChange, access: Access | undefined, was: Policy, is: Policy): Finding[] {
  const unprotected = DELETIONS.filter(
    (action) => deniesEveryone(was, action) && !deniesEveryone(is, action),
  );
  const found = weakenings(was, is, { access: access?.action, withAccess: access?.with ?? [], unprotected });
  const texts = [
    ...(unprotected.length > 0
      ? [say`**removal protection is turned off**: ${unprotected} is no longer denied to everyone`]
      : []),
    ...found.map((text) => say`its policy is weaker: ${text}`),
  ];
  return texts.map((text) => finding("weakened", change, text));
}

/** A new key whose policy does not lock it. */
function unlocked(change: OwnedChange, { action, verb }: Access, is: Policy): Finding[] {
  // Somebody whom no policy can have meant: is it denied?
  const locked = is.some(
    (each) =>
      each.effect === "Deny" &&
      !each.strange &&
      each.actions.includes(action) &&
      each.conditions.size === 0 &&
      each.only === undefined &&
      each.principals?.includes("*"),
  );
  return [
    ...(locked
      ? []
      : [finding("weakened", change, say`it is made without a lock: nobody is denied to ${verb}`)]),
    ...(DELETIONS.some((deletion) => deniesEveryone(is, deletion))
      ? []
      : [finding("notice", change, say`it is made without removal protection`)]),
  ];
}

function accessOf(
  change: OwnedChange,
  access: Access,
  was: Policy,
  is: Policy,
  declared: PlannedUser | undefined,
): Finding[] {
  const { action, verb, list } = access;
  const [before, after] = [mayDo(was, action), mayDo(is, action)];
  const named = declared?.entry[list];
  const gained = after.filter((role) => !before.includes(role));
  return [
    ...gained.map((role) => finding("access", change, gains(role, verb))),
    ...before
      .filter((role) => !after.includes(role))
      .map((role) => finding("access", change, loses(role, verb))),
    ...gained
      .filter((role) => !/^arn:[a-z-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(role))
      .map((role) => finding("weakened", change, say`${role}, which is no single role, may ${verb}`)),
    // Readers of credentials are its signers and readers.
    ...(Array.isArray(named) && list === "signers"
      ? gained
          .filter((role) => !named.includes(role))
          .map((role) =>
            finding(
              "weakened",
              change,
              say`${role} may ${verb}, and the registration does not name it as a signer`,
            ),
          )
      : []),
  ];
}

export const gains = (role: string, verb: Phrase) => say`${role} **gains** the right to ${verb}`;
export const loses = (role: string, verb: Phrase) => say`${role} **loses** the right to ${verb}`;
