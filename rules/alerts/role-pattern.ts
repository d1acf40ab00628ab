import { doneByOthers, type EventPattern } from "./pattern";

/** The events that make a role, change who can assume it, or change what it can do. */
const ROLE_CHANGES = [
  "AttachRolePolicy",
  "CreateRole",
  "DeleteRole",
  "DeleteRolePermissionsBoundary",
  "DeleteRolePolicy",
  "DetachRolePolicy",
  "PutRolePermissionsBoundary",
  "PutRolePolicy",
  "UpdateAssumeRolePolicy",
];

/** The region that receives IAM's records, by partition: in others the rules would never see anything, unnoticed. */
export const GLOBAL_REGIONS: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/** Someone other than a deployer changed one of some roles. */
export function rolePattern(names: readonly string[], deployers: readonly string[]): EventPattern {
  return {
    source: ["aws.iam"],
    detail: {
      eventName: ROLE_CHANGES,
      ...doneByOthers(deployers),
      requestParameters: { roleName: [...names] },
    },
  };
}
