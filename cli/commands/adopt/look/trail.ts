import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { Planned } from "../plan";
import { type Found, foreign } from "./found";

export async function findTrail({ address, name, after }: Planned, client: CloudTrailClient): Promise<Found> {
  const { GetTrailCommand } = await import("@aws-sdk/client-cloudtrail");
  const { Trail = {} } = await client.send(new GetTrailCommand({ Name: name }));
  const { TrailARN = "", S3BucketName } = Trail;
  const bucket = after["s3_bucket_name"];
  if (typeof bucket === "string" && bucket !== S3BucketName)
    throw foreign(`the trail ${name} writes to the bucket ${S3BucketName}, not to ${bucket}`);
  const remarks = [`writes to the bucket ${S3BucketName}`];
  return { arn: TrailARN, imports: [{ address, id: TrailARN, remarks, holds: false }] };
}
