import { didYouMean } from "../messages/did-you-mean";
import type { Mistake } from "../messages/mistake";
import { shown } from "../messages/safe-text";

/** The regions that AWS lists (the SDK's `partitions.js`, which test/rules/partitions.test.ts compares). */
const REGIONS = `
  af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1
  cn-northwest-1 eusc-de-east-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1
  eu-isoe-west-1 us-isof-east-1 us-isof-south-1`
  .trim()
  .split(/\s+/);

/** A warning for a region that AWS does not list. AWS may have opened it since, so that it is no mistake. */
export function unlistedRegion(region: string): Mistake | undefined {
  if (REGIONS.includes(region)) return undefined;
  const meant = didYouMean(region, REGIONS);
  return {
    what: `${shown(region)} is not among the regions that AWS listed when this version was made`,
    fix: meant ? `did you mean ${meant}? A newer region is fine` : "check it; a newer region is fine",
  };
}

/** How the names of regions begin in each AWS partition (botocore's `partitions.json`). */
const PARTITIONS: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, "aws-cn"],
  [/^us-gov-/, "aws-us-gov"],
  [/^us-iso-/, "aws-iso"],
  [/^us-isob-/, "aws-iso-b"],
  [/^eu-isoe-/, "aws-iso-e"],
  [/^us-isof-/, "aws-iso-f"],
  [/^eusc-/, "aws-eusc"],
];

/** AWS's partitions. */
export const PARTITION_NAMES: readonly string[] = ["aws", ...PARTITIONS.map(([, name]) => name)];

/** How AWS names regions. A list of them would become outdated. */
export const REGION = "[a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2}";

/** The partition of a region, with which the ARNs of everything in it begin. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([beginning]) => beginning.test(region))?.[1] ?? "aws";
}

/** What is wrong with a role's ARN in a region of another partition, where it would match no one. */
export function rolePartitionProblem(arn: string, region: string | undefined): Mistake | undefined {
  const partition = arn.split(":")[1];
  if (region === undefined || partition === partitionOf(region)) return undefined;
  const fix = arn.replace(/^arn:[^:]*:/, `arn:${partitionOf(region)}:`);
  return {
    what: `is a role of the partition ${partition}, and ${region} is in another`,
    fix: `write ${fix}`,
  };
}
