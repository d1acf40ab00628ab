import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import type { Construct } from "constructs";
import { type AwsLocation, arnIn } from "../../rules/aws-location";

export { type AwsLocation, arnIn };

/**
 * The given account and region, otherwise those of the AWS provider. The partition is always the provider's, which knows it
 * without a call to AWS: a list of partitions here would become outdated.
 */
export function awsLocationOf(scope: Construct, account?: string, region?: string): AwsLocation {
  const partition = new DataAwsPartition(scope, "Partition");
  return {
    account: account ?? new DataAwsCallerIdentity(scope, "CallerIdentity").accountId,
    region: region ?? regionOf(new DataAwsRegion(scope, "Region")),
    partition: partition.partition,
  };
}

/** AWS provider 6 deprecates `name` and has `region` for it, which provider 5 does not know. */
function regionOf({ region, name }: { readonly region?: string; readonly name: string }): string {
  return region ?? name;
}

/**
 * A pattern for `kms:ViaService` in calls that Secrets Manager makes to KMS in its callers' names. Only KMS sets the value, and
 * how it ends is not documented for every partition.
 */
export function viaSecretsManager({ region }: AwsLocation): string {
  return `secretsmanager.${region}.*`;
}
