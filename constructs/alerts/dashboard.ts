import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Construct } from "constructs";
import { accessJournalName, NAME_PREFIX } from "../../rules/aws-names";
import type { ILedgerWorkspace } from "../workspace/interface";

/** A dashboard and saved queries: reads and signatures of each API user over time, from the access journal. */
export class AccessDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, location }: ILedgerWorkspace) {
    super(scope, id);
    const journalName = accessJournalName(name);
    const queries = accessQueries(name);
    for (const [title, query] of Object.entries(queries)) {
      new CloudwatchQueryDefinition(this, title.replace(/\W/g, ""), {
        name: `${NAME_PREFIX}/${name}/${title}`,
        logGroupNames: [journalName],
        queryString: query.join("\n| "),
      });
    }
    new CloudwatchDashboard(this, "Resource", {
      dashboardName: `${NAME_PREFIX}-${name}`,
      dashboardBody: JSON.stringify({
        widgets: Object.entries(queries).map(([title, query], i) => ({
          type: "log",
          x: 0,
          y: i * 8,
          width: 24,
          height: 8,
          properties: {
            title,
            region: location.region,
            view: i === 0 ? "timeSeries" : "table",
            query: `SOURCE '${journalName}' | ${query.join(" | ")}`,
          },
        })),
      }),
    });
  }
}

/** Queries of CloudWatch Logs Insights, by title, as lists of commands. A KMS key that was called by its id appears by that id. */
function accessQueries(workspace: string): Record<string, string[]> {
  const uses = [
    'filter detail.eventName in ["BatchGetSecretValue", "GetSecretValue", "Sign"] and not ispresent(detail.errorCode)',
    "fields coalesce(detail.requestParameters.secretId, detail.requestParameters.keyId) as thing",
    // `bot/generation-1/private-key` and `…/credentials` are separate: services read the latter at every start, and sign with the former.
    `parse thing /${NAME_PREFIX}\\/${workspace}\\/(?<named>[^\\/]+(?:\\/generation-\\d+(?:\\/(?:private-key|credentials))?)?)/`,
    "fields coalesce(named, thing) as apiUser",
  ];
  return {
    // A graph over time cannot group by user as well; the table below does.
    "Reads and signatures over time": [...uses, "stats count(*) as uses by bin(1h)"],
    "Reads and signatures by API user and day": [
      ...uses,
      "stats count(*) as uses by bin(1d) as day, apiUser",
      "sort day desc, uses desc",
    ],
    "Who used which key from where": [
      ...uses,
      "stats count(*) as uses, max(detail.eventTime) as last by apiUser, detail.userIdentity.sessionContext.sessionIssuer.arn as role, detail.sourceIPAddress as source",
      "sort uses desc",
    ],
    "Denied, and changes": [
      "filter ispresent(detail.errorCode) or detail.eventName not like /^(BatchGet|Describe|Get|List|Sign|Verify)/",
      "fields detail.eventTime as time, detail.eventName as what, detail.userIdentity.arn as who, detail.sourceIPAddress as source, detail.errorMessage as said",
      "sort @timestamp desc",
      "limit 100",
    ],
  };
}
