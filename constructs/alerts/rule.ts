import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import {
  CloudwatchEventTarget,
  type CloudwatchEventTargetConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { type ITerraformDependable, Lazy, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import { ALERT_FIELDS, type AlertMessage, alertTemplate } from "./message";
import { ALL_MANAGEMENT_EVENTS, type EventPattern, MAX_PATTERN_LENGTH } from "./pattern";

export interface AlertRuleProps {
  readonly name: string;
  readonly description: string;
  /** Called at synthesis, so that later additions are in it. */
  readonly pattern: () => EventPattern;
  /** The topic that receives a message for each event. @default - none */
  readonly page?: { readonly topicArn: string; readonly message: () => AlertMessage };
  /** ARN of the log group that receives the record. @default - none */
  readonly journalArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly dependsOn?: ITerraformDependable[];
  /** Preconditions of the rule. @default - none */
  readonly conditions?: Precondition[];
}

/** A rule on the default event bus, which receives CloudTrail's records, and its targets. */
export class AlertRule extends Construct {
  /** What must exist for the rule to work. */
  readonly dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AlertRuleProps) {
    super(scope, id);
    const { page, journalArn } = props;
    const pattern = () => JSON.stringify(props.pattern());
    const rule = new CloudwatchEventRule(this, "Resource", {
      name: props.name,
      description: props.description,
      eventPattern: Lazy.stringValue({ produce: pattern }),
      state: ALL_MANAGEMENT_EVENTS,
      tags: props.tags,
      lifecycle: props.conditions && { precondition: props.conditions },
    });
    const target = (id: string, config: Pick<CloudwatchEventTargetConfig, "arn" | "inputTransformer">) =>
      new CloudwatchEventTarget(this, id, {
        rule: rule.name,
        targetId: id.toLowerCase(),
        ...config,
        dependsOn: props.dependsOn,
      });
    const inputTemplate = Lazy.stringValue({ produce: () => page && alertTemplate(page.message()) });
    const inputTransformer = { inputPaths: ALERT_FIELDS, inputTemplate };
    this.dependables = [
      rule,
      ...(page ? [target("Page", { arn: page.topicArn, inputTransformer })] : []),
      ...(journalArn ? [target("Journal", { arn: journalArn })] : []),
    ];
    this.node.addValidation({
      validate: () => {
        const json = pattern();
        // The lengths of tokens are not those of their values: the tests measure patterns with tokens.
        return !Token.isUnresolved(json) && json.length > MAX_PATTERN_LENGTH
          ? [
              `the event pattern of ${props.name} has ${json.length} characters and EventBridge takes ${MAX_PATTERN_LENGTH}; name fewer deployers or custodians`,
            ]
          : [];
      },
    });
  }
}
