import type { Mistake } from "../messages/mistake";

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
