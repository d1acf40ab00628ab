import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { type ITerraformDependable, Lazy, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import { ALERT_FIELDS, type AlertMessage, alertTemplate } from "./message";
import { ALL_MANAGEMENT_EVENTS, type EventPattern, MAX_PATTERN_LENGTH } from "./pattern";

export interface AlertRuleProps {
  readonly name: string;
  readonly description: string;
  /** Made at synthesis, so that what is added until then is in it. */
  readonly pattern: () => EventPattern;
  /** Sends a message to a topic. @default - nobody is told */
  readonly page?: { readonly topicArn: string; readonly message: () => AlertMessage };
  /** ARN of the log group that the record goes to. @default - none */
  readonly journalArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly dependsOn?: ITerraformDependable[];
  /** What must hold before the rule is made. @default - none */
  readonly conditions?: Precondition[];
}

/** A rule on the default event bus, where CloudTrail's records come, and what it does with them. */
export class AlertRule extends Construct {
  readonly name: string;
  /** What must be there for the rule to work. */
  readonly dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AlertRuleProps) {
    super(scope, id);
    const { page, journalArn } = props;
    this.name = props.name;
    const rule = new CloudwatchEventRule(this, "Resource", {
      name: props.name,
      description: props.description,
      eventPattern: Lazy.stringValue({ produce: () => JSON.stringify(props.pattern()) }),
      state: ALL_MANAGEMENT_EVENTS,
      tags: props.tags,
      lifecycle: props.conditions && { precondition: props.conditions },
    });
    this.dependables = [rule];
    if (page) {
      this.dependables.push(
        new CloudwatchEventTarget(this, "Page", {
          rule: rule.name,
          targetId: "page",
          arn: page.topicArn,
          inputTransformer: {
            inputPaths: ALERT_FIELDS,
            inputTemplate: Lazy.stringValue({ produce: () => alertTemplate(page.message()) }),
          },
          dependsOn: props.dependsOn,
        }),
      );
    }
    if (journalArn) {
      this.dependables.push(
        new CloudwatchEventTarget(this, "Journal", {
          rule: rule.name,
          targetId: "journal",
          arn: journalArn,
          dependsOn: props.dependsOn,
        }),
      );
    }
    this.node.addValidation({
      validate: () => {
        const pattern = JSON.stringify(props.pattern());
        // Tokens' own lengths are not their values': what holds one is for the tests to measure.
        return !Token.isUnresolved(pattern) && pattern.length > MAX_PATTERN_LENGTH
          ? [
              `the event pattern of ${props.name} has ${pattern.length} characters and EventBridge takes ${MAX_PATTERN_LENGTH}; name fewer deployers or custodians`,
            ]
          : [];
      },
    });
  }
}
