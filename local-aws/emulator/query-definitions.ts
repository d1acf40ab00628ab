/** The saved queries of CloudWatch Logs Insights, which moto does not have: they are stored, listed and deleted, never run. */
import { randomUUID } from "node:crypto";
import type { Answer, Call } from "./calls";

interface QueryDefinition {
  readonly queryDefinitionId: string;
  readonly name: string;
}

export class QueryDefinitions {
  private readonly kept = new Map<string, Map<string, QueryDefinition>>();

  /** Answers the calls that are about saved queries; `undefined` for all others. */
  answer({ service, action, account, region }: Call, body: Buffer): Answer | undefined {
    if (service !== "logs" || !/QueryDefinitions?$/.test(action)) return undefined;
    const place = `${account}/${region}`;
    const here = this.kept.get(place) ?? new Map<string, QueryDefinition>();
    this.kept.set(place, here);
    const { clientToken, ...request } = JSON.parse(body.toString()) as Partial<QueryDefinition> & {
      readonly clientToken?: string;
      readonly queryDefinitionNamePrefix?: string;
    };
    const id = request.queryDefinitionId ?? randomUUID();
    if (action === "PutQueryDefinition") {
      here.set(id, { ...request, queryDefinitionId: id } as QueryDefinition);
      return json({ queryDefinitionId: id });
    }
    if (action === "DeleteQueryDefinition") return json({ success: here.delete(id) });
    const { queryDefinitionNamePrefix = "" } = request;
    const queryDefinitions = [...here.values()].filter(({ name }) =>
      name.startsWith(queryDefinitionNamePrefix),
    );
    return json({ queryDefinitions });
  }
}

function json(body: unknown): Answer {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body };
}
