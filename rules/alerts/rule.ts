import { ALERT_FIELDS, type AlertMessage, alertTemplate } from "./message";
import type { EventPattern } from "./pattern";

/** A rule that watches a workspace: what it sees, and where it sends that. Values may be tokens. */
export interface AlertRuleDeclaration {
  readonly pattern: EventPattern;
  /** What the page says. @default - the rule pages nobody */
  readonly page?: Omit<AlertMessage, "workspace">;
  /** Whether the record goes to the access journal. */
  readonly journal: boolean;
}

/** Where the rules of a workspace send what they see. */
export interface AlertPlaces {
  readonly topicArn: string;
  /** Needed by rules that write the journal. */
  readonly journalArn?: string;
}

/** A target, with the members that EventBridge's `ListTargetsByRule` answers with. */
export interface AlertTarget {
  readonly Id: "page" | "journal";
  readonly Arn: string;
  readonly InputTransformer?: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/** The targets of a rule, and nothing else: each field more would be another thing that EventBridge does. */
export function targetsOf(
  { page, journal }: AlertRuleDeclaration,
  workspace: string,
  { topicArn, journalArn }: AlertPlaces,
): AlertTarget[] {
  return [
    ...(page
      ? [
          {
            Id: "page" as const,
            Arn: topicArn,
            InputTransformer: {
              InputPathsMap: ALERT_FIELDS,
              InputTemplate: alertTemplate({ ...page, workspace }),
            },
          },
        ]
      : []),
    ...(journal ? [{ Id: "journal" as const, Arn: journalArn ?? "" }] : []),
  ];
}
