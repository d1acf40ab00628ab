/** The rules that watch users' KMS keys. KMS's records name no workspace, so that each key must be named. */
import { createHash } from "node:crypto";
import { NAME_PREFIX } from "../aws-names";
import { KEY_TAMPERING } from "./access-patterns";
import { DENIED_ADVICE, LOCK_ADVICE } from "./advice";
import { DENIED, type EventPattern, MAX_PATTERN_LENGTH, NOT_DENIED, tamperPattern } from "./pattern";
import type { AlertRuleDeclaration } from "./rule";
import { keyRecords } from "./subjects";

/** A KMS key that signs as a user. Values may be tokens. */
export interface SigningKey {
  /** The user's name in AWS. */
  readonly username: string;
  readonly keyId: string;
  readonly alias: string;
}

const idsOf = (keys: readonly SigningKey[]) => keys.map(({ keyId }) => keyId);

const SIGNING_KEY_PATTERNS = {
  /** If a key's policy denies, the record may have no request parameters, but its message has the key's ARN. */
  denied: (keys: readonly SigningKey[]): EventPattern => ({
    source: ["aws.kms"],
    detail: {
      errorCode: DENIED,
      $or: [
        ...keyRecords(idsOf(keys)),
        { errorMessage: idsOf(keys).map((id) => ({ wildcard: `*key/${id}*` })) },
      ],
    },
  }),
  tamper: (keys: readonly SigningKey[], deployers: readonly string[]): EventPattern =>
    tamperPattern("aws.kms", KEY_TAMPERING, deployers, keyRecords(idsOf(keys))),
  use: (keys: readonly SigningKey[]): EventPattern => ({
    source: ["aws.kms"],
    detail: {
      errorCode: NOT_DENIED,
      $or: keyRecords(
        idsOf(keys),
        // What follows the prefix of all our names, as there is little room in a pattern.
        keys.map(({ alias }) => alias.slice(`alias/${NAME_PREFIX}`.length)),
      ),
    },
  }),
};

export type SigningKeyRule = keyof typeof SIGNING_KEY_PATTERNS;

/** The last part of the name of a rule. A stack's name may be too long for it; its digest distinguishes two stacks' rules. */
export function signingKeyRuleName(rule: SigningKeyRule, stack: string, group: number): string {
  const digest = createHash("sha256").update(stack).digest("hex").slice(0, 6);
  return `kms-${rule}-${digest}-${group}`;
}

/** The rules of one group of keys of a stack. */
export function signingKeyRules(
  keys: readonly SigningKey[],
  deployers: readonly string[],
): Record<SigningKeyRule, AlertRuleDeclaration> {
  const notes = keys.map(({ username, keyId }) => `Key:   ${keyId} is that of ${username}`);
  return {
    denied: {
      pattern: SIGNING_KEY_PATTERNS.denied(keys),
      page: { ...DENIED_ADVICE, notes },
      journal: true,
    },
    tamper: {
      pattern: SIGNING_KEY_PATTERNS.tamper(keys, deployers),
      page: { ...LOCK_ADVICE, notes },
      journal: false,
    },
    use: { pattern: SIGNING_KEY_PATTERNS.use(keys), journal: true },
  };
}

/**
 * Whether the patterns of some keys are small enough. Key ids count as ids, whether they are known or not, so that the keys
 * fall into the same groups before Terraform has made them and after.
 *
 * @param widthOf the value that a text counts as: of a token, the longest that it can have
 */
export function fitOneRule(
  keys: readonly SigningKey[],
  deployers: readonly string[],
  widthOf: (text: string, longest: number) => string = (text) => text,
): boolean {
  const known = keys.map(({ username, alias }) => ({
    username,
    keyId: "1234abcd-12ab-34cd-56ef-1234567890ab",
    alias: widthOf(alias, 256),
  }));
  const roles = deployers.map((arn) => widthOf(arn, 128));
  return Object.values(SIGNING_KEY_PATTERNS).every(
    (pattern) => JSON.stringify(pattern(known, roles)).length <= MAX_PATTERN_LENGTH,
  );
}
