import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Planned } from "../plan";
import { type Found, minuteOf } from "./found";

export async function findFunction({ address, name }: Planned, client: LambdaClient): Promise<Found> {
  const { GetFunctionCommand } = await import("@aws-sdk/client-lambda");
  const { Configuration = {} } = await client.send(new GetFunctionCommand({ FunctionName: name }));
  const { FunctionArn, LastModified, CodeSha256 } = Configuration;
  const changed = LastModified === undefined ? undefined : new Date(LastModified);
  const remarks = [
    `changed last on ${minuteOf(changed)} UTC, SHA-256 of its code ${CodeSha256}`,
    "the apply uploads the code again, since Terraform cannot see which file it came from: code that is the same makes no new version",
  ];
  return { arn: FunctionArn, imports: [{ address, id: name, remarks, holds: false }] };
}
