import { principalArnProblem, roleArnProblem } from "../../rules/principal-arns";

const arn = (role: string) => `arn:aws:iam::123456789012:role/${role}`;
const SSO = "AWSReservedSSO_Admin_0123456789abcdef";

test.each([
  "terraform",
  "ci/terraform",
  "x".repeat(64),
  `aws-reserved/sso.amazonaws.com/${SSO}`,
  `aws-reserved/sso.amazonaws.com/eu-west-1/${SSO}`,
  "service-role/AWSReservedSSO_",
])("%s is a role", (role) => {
  expect(roleArnProblem(arn(role))).toBeUndefined();
});

test.each([
  ["/terraform", /is not the ARN of an IAM role/],
  ["ci//terraform", /is not the ARN of an IAM role/],
  ["ci/", /is not the ARN of an IAM role/],
  ["x".repeat(65), /is not the ARN of an IAM role/],
  [SSO, /no role of IAM Identity Center/],
  [`ci/${SSO}`, /no role of IAM Identity Center/],
  [`aws-reserved/${SSO}`, /no role of IAM Identity Center/],
  [`aws-reserved/sso.amazonaws.com/a/b/${SSO}`, /no role of IAM Identity Center/],
  [`x/aws-reserved/sso.amazonaws.com/${SSO}`, /no role of IAM Identity Center/],
  [`aws-reserved/sso-amazonaws.com/${SSO}`, /no role of IAM Identity Center/],
  ["aws-reserved/sso.amazonaws.com/terraform", /no role of IAM Identity Center/],
])("%s cannot exist", (role, what) => {
  expect(roleArnProblem(arn(role))?.what).toMatch(what);
  expect(principalArnProblem(arn(role), { allowUsers: true })?.what).toMatch(what);
});

test("for a session of IAM Identity Center the fix is the role's whole ARN, which no session has", () => {
  const session = `arn:aws:sts::123456789012:assumed-role/${SSO}/jane@acme.example`;
  expect(roleArnProblem(session)?.fix).toBe(
    `write its whole ARN, with its path: aws iam get-role --role-name ${SSO} --query Role.Arn`,
  );
  expect(roleArnProblem("arn:aws:sts::123456789012:assumed-role/ci/x")?.fix).toMatch(
    /^write arn:aws:iam::123456789012:role\/ci /,
  );
});

test("what is to be typed into a shell is the name of a role, and nothing else", () => {
  const fix = roleArnProblem("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_$(id)/x")?.fix;
  expect(fix).not.toContain("get-role");
});
