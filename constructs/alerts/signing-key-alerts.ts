import { createHash } from "node:crypto";
import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { alertRuleName } from "../../rules/aws-names";
import type { AlertTargets, ILedgerWorkspace } from "../workspace/interface";
import { KEY_TAMPERING } from "./access-patterns";
import { DENIED_ADVICE, LOCK_ADVICE } from "./advice";
import { DENIED, type EventPattern, MAX_PATTERN_LENGTH, NOT_DENIED, tamperPattern } from "./pattern";
import { AlertRule } from "./rule";
import { keyRecords } from "./subjects";

/** A KMS key that signs as a user. */
export interface SigningKey {
  readonly username: string;
  /** Token: the key's id. */
  readonly keyId: string;
  readonly alias: string;
}

const idsOf = (keys: readonly SigningKey[]) => keys.map(({ keyId }) => keyId);

/** The patterns that watch KMS keys. KMS's records name no workspace, so that each key must be named. */
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
        keys.map(({ alias }) => alias),
      ),
    },
  }),
};

/**
 * The rules that watch the KMS keys of one stack. They are in that stack, because no other knows the keys' ids, and send to the
 * workspace's topic and journal. Each rule has as many keys as fit into its pattern.
 */
export class SigningKeyAlerts extends Construct {
  /** The alerts of the stack that a construct is in; `undefined` if the workspace's alerts are switched off. */
  static of(scope: Construct, workspace: ILedgerWorkspace): SigningKeyAlerts | undefined {
    const { alerts } = workspace;
    if (!alerts) return undefined;
    const stack = TerraformStack.of(scope);
    const id = `SigningKeyAlerts-${workspace.node.id}`;
    const existing = stack.node.tryFindChild(id);
    return existing instanceof SigningKeyAlerts
      ? existing
      : new SigningKeyAlerts(stack, id, workspace, alerts);
  }

  private readonly groups: SigningKey[][] = [];

  private constructor(
    private readonly stack: TerraformStack,
    id: string,
    private readonly workspace: ILedgerWorkspace,
    private readonly targets: AlertTargets,
  ) {
    super(stack, id);
  }

  add(key: SigningKey): void {
    const group = this.groups.at(-1);
    if (group && this.fits([...group, key])) {
      group.push(key);
    } else {
      this.groups.push([key]);
      this.makeRules(this.groups.length - 1);
    }
  }

  /** Whether the patterns of some keys are small enough, with tokens counted as their values. */
  private fits(keys: readonly SigningKey[]): boolean {
    const known = keys.map(({ username, alias }) => ({
      username,
      keyId: "1234abcd-12ab-34cd-56ef-1234567890ab",
      alias: Token.isUnresolved(alias) ? "x".repeat(256) : alias,
    }));
    const deployers = this.workspace.deployers.map((arn) =>
      Token.isUnresolved(arn) ? "x".repeat(128) : arn,
    );
    return Object.values(SIGNING_KEY_PATTERNS).every(
      (pattern) => JSON.stringify(pattern(known, deployers)).length <= MAX_PATTERN_LENGTH,
    );
  }

  private makeRules(index: number): void {
    const { name, tags, deployers } = this.workspace;
    const stack = this.stack.node.id;
    const keys = () => this.groups[index] ?? [];
    const users = () => keys().map(({ username, keyId }) => `Key:   ${keyId} is that of ${username}`);
    // A stack's name may be too long for a rule's name; its digest distinguishes the rules of two stacks.
    const digest = createHash("sha256").update(stack).digest("hex").slice(0, 6);
    const common = (rule: "denied" | "tamper" | "use") => ({
      name: alertRuleName(name, `kms-${rule}-${digest}-${index}`),
      tags,
      pattern: () => SIGNING_KEY_PATTERNS[rule](keys(), deployers),
    });
    const page = (advice: typeof DENIED_ADVICE) => ({
      topicArn: this.targets.topicArn,
      message: () => ({ ...advice, workspace: name, notes: users() }),
    });
    new AlertRule(this, `denied${index}`, {
      ...common("denied"),
      description: `Somebody was denied a KMS key of the stack ${stack}`,
      page: page(DENIED_ADVICE),
      journalArn: this.targets.journalArn,
    });
    new AlertRule(this, `tamper${index}`, {
      ...common("tamper"),
      description: `A KMS key of the stack ${stack} was changed`,
      page: page(LOCK_ADVICE),
    });
    new AlertRule(this, `use${index}`, {
      ...common("use"),
      description: `Every use of a KMS key of the stack ${stack}, for the journal`,
      journalArn: this.targets.journalArn,
    });
  }
}
