import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { alertTopicName } from "../../rules/aws-names";
import { keyDeletionWindow, LONGEST_RECOVERY } from "../../rules/recovery-window";
import { ADMINISTER_TOPIC, ENCRYPT_ALERT } from "../policies/actions";
import { keyAdministration } from "../policies/key-administration";
import { allow, deny, policyJson } from "../policies/policy";
import { type AwsLocation, arnIn } from "../terraform/aws-location";
import { literal } from "../terraform/literal";

export interface AlertTopicProps {
  /** What the topic's name is made of: the workspace's name, or one that begins with it. */
  readonly name: string;
  readonly location: AwsLocation;
  /** ARNs of the roles that alone may change the topic; empty: any administrator may. */
  readonly deployers: readonly string[];
  /** Whether the policy of the topic's KMS key denies its deletion to everyone. */
  readonly removalProtection: boolean;
  /**
   * How many days its deleted KMS key can be restored.
   * @default 30
   */
  readonly recoveryWindowInDays?: number;
  readonly tags: Readonly<Record<string, string>>;
  /** E-mail addresses to subscribe. */
  readonly emails: readonly string[];
  /** ARN of an existing topic to use instead. */
  readonly existing?: string;
}

const EVENT_BRIDGE = { Service: "events.amazonaws.com" };

/** The topic that pages people, encrypted, or an existing one; and its subscriptions by e-mail. */
export class AlertTopic extends Construct {
  readonly arn: string;
  /** ARN of the KMS key that encrypts the topic; `undefined` for an existing topic. */
  readonly keyArn?: string;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    const key = props.existing ? undefined : this.makeKey(props);
    this.keyArn = key?.arn;
    this.arn = props.existing ?? this.makeTopic(props, key?.arn);
    for (const [i, email] of props.emails.entries()) {
      const endpoint = literal(email);
      new SnsTopicSubscription(this, `Email${i}`, { topicArn: this.arn, protocol: "email", endpoint });
    }
  }

  /**
   * EventBridge cannot publish to a topic that the AWS-managed key encrypts. It gives no context, neither to the key nor to the
   * topic: a condition on the rule or account would stop every alert (EventBridge guide, "Troubleshooting").
   */
  private makeKey({
    name,
    tags,
    recoveryWindowInDays = LONGEST_RECOVERY,
    ...props
  }: AlertTopicProps): KmsKey {
    const key = new KmsKey(this, "Key", {
      description: `Encrypts the alerts of the Ledger Enterprise workspace ${name}`,
      deletionWindowInDays: keyDeletionWindow(recoveryWindowInDays),
      enableKeyRotation: true,
      policy: policyJson(() => [
        // Removal protection also denies disabling it, which would silence the alerts.
        ...keyAdministration({ ...props, recoveryWindowInDays, administer: "kms:EnableKeyRotation" }),
        allow("EventBridgePublishesAlerts", ENCRYPT_ALERT, { Principal: EVENT_BRIDGE }),
      ]),
      tags,
    });
    new KmsAlias(this, "Alias", { name: `alias/${alertTopicName(name)}`, targetKeyId: key.keyId });
    return key;
  }

  private makeTopic(props: AlertTopicProps, kmsMasterKeyId?: string): string {
    const { deployers, tags, location } = props;
    const name = alertTopicName(props.name);
    // SNS accepts only the topic's own ARN, not *.
    const Resource = arnIn(location, "sns", name);
    return new SnsTopic(this, "Resource", {
      name,
      displayName: "Ledger key alert",
      kmsMasterKeyId,
      policy: policyJson(() => [
        allow("EventBridgePublishesAlerts", "sns:Publish", { Principal: EVENT_BRIDGE, Resource }),
        ...(deployers.length > 0
          ? [{ ...deny("OnlyDeployersAdminister", ADMINISTER_TOPIC, deployers), Resource }]
          : []),
      ]),
      tags,
    }).arn;
  }
}
