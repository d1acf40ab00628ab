/** Where a stack is deployed, for ARNs. Each member may be a token. */
export interface AwsLocation {
  /** The account, 12 digits. */
  readonly account: string;
  /** The region, such as `eu-west-1`. */
  readonly region: string;
  /** `aws`, `aws-us-gov`, `aws-cn` … */
  readonly partition: string;
}

/** The ARN of something in a location. */
export function arnIn(
  { partition, region, account }: AwsLocation,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
