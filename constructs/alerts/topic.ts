import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { alertTopicName } from "../../rules/aws-names";
import { keyAdministration } from "../policies/key-administration";
import { deny, policyJson } from "../policies/policy";
import { literal } from "../terraform/literal";
import type { ILedgerWorkspace } from "../workspace/interface";

export interface AlertTopicProps {
  readonly workspace: Pick<
    ILedgerWorkspace,
    "name" | "location" | "deployers" | "removalProtection" | "tags"
  >;
  readonly emails: readonly string[];
  /** ARN of a topic that is there already. */
  readonly existing?: string;
}

/**
 * What silences a topic, or sends its messages elsewhere, of what its policy can deny (SNS guide, "Valid Amazon SNS policy
 * actions"): ending a subscription is none of it.
 */
const ADMINISTER = [
  "sns:AddPermission",
  "sns:DeleteTopic",
  "sns:PutDataProtectionPolicy",
  "sns:RemovePermission",
  "sns:SetTopicAttributes",
  "sns:Subscribe",
];

const EVENT_BRIDGE = { Service: "events.amazonaws.com" };

/** The topic that pages people, encrypted, or one that is there already; and who is subscribed to it by e-mail. */
export class AlertTopic extends Construct {
  readonly arn: string;
  /** ARN of the KMS key that encrypts the topic, where it is ours. */
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
   * EventBridge cannot publish to a topic that the AWS-managed key encrypts. It gives no context to go by, neither here
   * nor to the topic: a condition on the rule or account would let no alert through (EventBridge guide, "Troubleshooting").
   */
  private makeKey({ workspace }: AlertTopicProps): KmsKey {
    const { name, removalProtection, tags } = workspace;
    const key = new KmsKey(this, "Key", {
      description: `Encrypts the alerts of the Ledger Enterprise workspace ${name}`,
      deletionWindowInDays: 30,
      enableKeyRotation: true,
      policy: policyJson(() => [
        // Under removal protection nobody disables it either: that would silence the alerts.
        ...keyAdministration({ workspace, removalProtection, administer: ["kms:EnableKeyRotation"] }),
        {
          Sid: "EventBridgePublishesAlerts",
          Effect: "Allow",
          Principal: EVENT_BRIDGE,
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
        },
      ]),
      tags,
    });
    new KmsAlias(this, "Alias", { name: `alias/${alertTopicName(name)}`, targetKeyId: key.keyId });
    return key;
  }

  private makeTopic({ workspace }: AlertTopicProps, kmsMasterKeyId?: string): string {
    const { deployers } = workspace;
    const { partition, region, account } = workspace.location;
    const name = alertTopicName(workspace.name);
    // SNS takes a topic's own ARN only, not *.
    const Resource = `arn:${partition}:sns:${region}:${account}:${name}`;
    return new SnsTopic(this, "Resource", {
      name,
      displayName: "Ledger key alert",
      kmsMasterKeyId,
      policy: policyJson(() => [
        {
          Sid: "EventBridgePublishesAlerts",
          Effect: "Allow",
          Principal: EVENT_BRIDGE,
          Action: "sns:Publish",
          Resource,
        },
        ...(deployers.length > 0
          ? [{ ...deny("OnlyDeployersAdminister", ADMINISTER, deployers), Resource }]
          : []),
      ]),
      tags: workspace.tags,
    }).arn;
  }
}
