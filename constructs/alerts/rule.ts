import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { type ITerraformDependable, Lazy, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import { ALL_MANAGEMENT_EVENTS, MAX_PATTERN_LENGTH } from "../../rules/alerts/pattern";
import { type AlertPlaces, type AlertRuleDeclaration, targetsOf } from "../../rules/alerts/rule";

export interface AlertRuleProps {
  readonly name: string;
  readonly description: string;
  /** The workspace's name. */
  readonly workspace: string;
  /** Called again at synthesis, so that later additions are in it. */
  readonly declaration: () => AlertRuleDeclaration;
  readonly places: AlertPlaces;
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
    const targets = () => targetsOf(props.declaration(), props.workspace, props.places);
    const pattern = () => JSON.stringify(props.declaration().pattern);
    const rule = new CloudwatchEventRule(this, "Resource", {
      name: props.name,
      description: props.description,
      eventPattern: Lazy.stringValue({ produce: pattern }),
      state: ALL_MANAGEMENT_EVENTS,
      tags: props.tags,
      lifecycle: props.conditions && { precondition: props.conditions },
    });
    this.dependables = [rule];
    for (const [index, { Id, Arn, InputTransformer }] of targets().entries()) {
      const template = () => targets()[index]?.InputTransformer?.InputTemplate;
      const target = new CloudwatchEventTarget(this, Id === "page" ? "Page" : "Journal", {
        rule: rule.name,
        targetId: Id,
        arn: Arn,
        inputTransformer: InputTransformer && {
          inputPaths: InputTransformer.InputPathsMap,
          inputTemplate: Lazy.stringValue({ produce: template }),
        },
        dependsOn: props.dependsOn,
      });
      this.dependables.push(target);
    }
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
