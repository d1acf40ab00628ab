/** The rules that watch keys which nobody is to use yet: generations that are being registered, or kept ready as a standby. */
import { createHash } from "node:crypto";
import { NAME_PREFIX } from "../aws-names";
import { PENDING_ADVICE } from "./advice";
import { DONE, type EventPattern, MAX_PATTERN_LENGTH, parameter } from "./pattern";
import type { AlertRuleDeclaration } from "./rule";
import { keyRecords } from "./subjects";

/** A generation that is pending. Values may be tokens. */
export interface PendingKey {
  /** What follows `ledger-enterprise` in its names: `/acme-prod/settlement-bot/generation-2`. */
  readonly name: string;
  /** The id of its KMS key, where it is one. */
  readonly keyId?: string;
}

/** The name of a generation without the prefix of all our names: there is little room in a pattern. */
export const pendingName = (privateKeyAlias: string): string =>
  privateKeyAlias.slice(`alias/${NAME_PREFIX}`.length);

const PENDING_PATTERNS = {
  /** Somebody read a pending key or its credentials. `secretId` is a name or an ARN, whole or not. */
  secrets: (keys: readonly PendingKey[]): EventPattern => {
    const names = keys.map(({ name }) => ({ wildcard: `*${name}/*` }));
    return {
      source: ["aws.secretsmanager"],
      detail: {
        eventName: ["BatchGetSecretValue", "GetSecretValue"],
        errorCode: DONE,
        $or: [parameter("secretId", ...names), parameter("secretIdList", ...names)],
      },
    };
  },
  /** Somebody signed with a pending KMS key. */
  kms: (keys: readonly PendingKey[]): EventPattern => ({
    source: ["aws.kms"],
    detail: {
      eventName: ["Sign"],
      errorCode: DONE,
      $or: keyRecords(
        keys.map(({ keyId = "" }) => keyId),
        keys.map(({ name }) => name),
      ),
    },
  }),
};

export type PendingRule = keyof typeof PENDING_PATTERNS;

/** The rules that watch a key. The credentials of a KMS key are in a secret. */
export const pendingRulesOf = ({ keyId }: PendingKey): readonly PendingRule[] =>
  keyId === undefined ? ["secrets"] : ["secrets", "kms"];

/** The last part of the name of a rule. A stack's name may be too long for it; its digest distinguishes two stacks' rules. */
export function pendingRuleName(rule: PendingRule, stack: string, group: number): string {
  const digest = createHash("sha256").update(stack).digest("hex").slice(0, 6);
  return `pending-${rule === "kms" ? "kms-" : ""}${digest}-${group}`;
}

/** The rule of one group of keys of a stack. */
export const pendingRule = (rule: PendingRule, keys: readonly PendingKey[]): AlertRuleDeclaration => ({
  pattern: PENDING_PATTERNS[rule](keys),
  page: PENDING_ADVICE,
  journal: false,
});

/**
 * Whether the pattern of some keys is small enough. Key ids count as ids, whether they are known or not, so that the keys fall into the same
 * groups before Terraform has made them and after.
 *
 * @param widthOf the value that a text counts as: of a token, the longest that it can have
 */
export function fitOnePendingRule(
  rule: PendingRule,
  keys: readonly PendingKey[],
  widthOf: (text: string, longest: number) => string = (text) => text,
): boolean {
  const known = keys.map(({ name }) => ({
    name: widthOf(name, 190),
    keyId: "1234abcd-12ab-34cd-56ef-1234567890ab",
  }));
  return JSON.stringify(PENDING_PATTERNS[rule](known)).length <= MAX_PATTERN_LENGTH;
}
