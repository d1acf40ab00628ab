import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import type { Construct } from "constructs";

/** Where the stack is deployed: what ARNs are made of. */
export interface AwsLocation {
  /** The account, 12 digits. */
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-us-gov`, `aws-cn` … */
  readonly partition: string;
}

/**
 * Account and region as given, else as the provider's. The partition is always the provider's: it is known
 * without a call to AWS, and no list of partitions of ours can grow old.
 */
export function awsLocationOf(scope: Construct, account?: string, region?: string): AwsLocation {
  const partition = new DataAwsPartition(scope, "Partition");
  return {
    account: account ?? new DataAwsCallerIdentity(scope, "CallerIdentity").accountId,
    region: region ?? new DataAwsRegion(scope, "Region").name,
    partition: partition.partition,
  };
}

/**
 * The value of `kms:ViaService` for what Secrets Manager asks of KMS in its callers' names, as a pattern: KMS alone
 * sets it, and whether it ends as the partition's host names do is not documented for every partition.
 */
export function viaSecretsManager({ region }: AwsLocation): string {
  return `secretsmanager.${region}.*`;
}
