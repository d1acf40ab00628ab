import * as fc from "fast-check";
import { propProblems } from "../../constructs/terraform/checks";
import { type LedgerWorkspaceProps, WORKSPACE_CHECKS } from "../../constructs/workspace/options";
import { DOCUMENTS } from "../../fleet/yaml/schema";
import {
  IDENTITY_CENTER_ROLE,
  MOST_OF_A_PATH,
  NOT_THE_PATH,
  principalPattern,
  RESERVED,
} from "../../rules/iam-arns";
import { principalArnProblem, roleArnProblem } from "../../rules/principal-arns";
import { forAll } from "../support/for-all";
import { brokenArns, roleArns, userArns } from "../support/iam-arns";

const TIMES = 400;

const { definitions } = DOCUMENTS["workspace.schema.json"];
const schema = (name: string) => new RegExp(definitions[name]?.pattern ?? "", "u");
const [ROLE, PRINCIPAL] = [schema("roleArn"), schema("principalArn")];

/** The rule in the three forms that it has besides the parser: for editors, for Terraform, for constructs. */
const byTerraform = (kinds: string) => {
  const pattern = new RegExp(principalPattern(kinds));
  return (arn: string) =>
    pattern.test(arn) &&
    arn.replace(new RegExp(NOT_THE_PATH, "g"), "").length <= MOST_OF_A_PATH &&
    (!new RegExp(RESERVED).test(arn) || new RegExp(IDENTITY_CENTER_ROLE).test(arn));
};
const inConstructs = (arn: string) =>
  ["deployers", "custodians"].map(
    (name) =>
      propProblems({ [name]: [arn] } as unknown as LedgerWorkspaceProps, WORKSPACE_CHECKS).length === 0,
  );

const asRole = (arn: string) => [
  roleArnProblem(arn) === undefined,
  principalArnProblem(arn, { allowUsers: true }) === undefined,
  ROLE.test(arn),
  PRINCIPAL.test(arn),
  byTerraform("role")(arn),
  byTerraform("(role|user)")(arn),
  ...inConstructs(arn),
];

test(`a role that IAM can have is accepted everywhere, ${TIMES} times`, () => {
  forAll(roleArns(), TIMES, (arn) => {
    expect([arn, ...asRole(arn)]).toEqual([arn, ...asRole(arn).map(() => true)]);
    return undefined;
  });
});

test("a user that IAM can have is accepted where users are", () => {
  forAll(userArns(), TIMES, (arn) => {
    expect(principalArnProblem(arn, { allowUsers: true })).toBeUndefined();
    expect([roleArnProblem(arn) === undefined, ROLE.test(arn), byTerraform("role")(arn)]).toEqual([
      false,
      false,
      false,
    ]);
    return PRINCIPAL.test(arn) && byTerraform("(role|user)")(arn);
  });
});

test.each(Object.entries(brokenArns()))("%s is refused everywhere, in one line", (_, arns) => {
  forAll(arns, TIMES / 8, (arn) => {
    expect([arn, ...asRole(arn)]).toEqual([arn, ...asRole(arn).map(() => false)]);
    const { what = "", fix = "" } = roleArnProblem(arn) ?? {};
    expect(what.length).toBeLessThan(300);
    return fix !== "" && !/\n/.test(what + fix);
  });
});

test("what is wrong is named", () => {
  const what = (arn: string) => roleArnProblem(arn)?.what.replace(/^".*?" /, "");
  const role = "arn:aws:iam::123456789012:role/";
  const named = "is not the ARN of an IAM role";
  expect(what(`${role}/terraform`)).toBe(`${named}: its path has an empty segment`);
  expect(what(`${role}ci/`)).toBe(`${named}: it ends in a slash`);
  expect(what(`${role}${"x".repeat(65)}`)).toBe(`${named}: its name has 65 characters`);
  expect(what(`${role}${"x/".repeat(256)}y`)).toMatch(/: its path has 513 characters$/);
  expect(what(`${role}a b/c`)).toMatch(/: its path has a character that IAM or policies do not take$/);
  expect(what(`${role}a:b`)).toBe(`${named}: "a:b" is no name of a role`);
  expect(what("arn:aws:iam::12345:role/x")).toBe(`${named}: an account has 12 digits`);
  expect(roleArnProblem("arn:aws-gov:iam::123456789012:role/x")).toEqual({
    what: `"arn:aws-gov:iam::123456789012:role/x" ${named}: AWS has no partition "aws-gov"`,
    fix: expect.stringMatching(/^(did you mean aws-|write arn:)/),
  });
  const sso = `${role}aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin`;
  expect(roleArnProblem(sso)?.fix).toContain("aws iam list-roles --path-prefix /aws-reserved/");
});

const sessions = fc
  .tuple(roleArns(), fc.constantFrom("jane@acme.example", "i-0123", "x/y", ""))
  .map(([arn, session]) => {
    const [, partition = "", , , account = ""] = arn.split(":");
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    return {
      name,
      session: `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`,
      account,
      partition,
    };
  });

test("for a session the fix is the ARN of its role, or the command that shows it", () => {
  forAll(sessions, TIMES, ({ name, session, account, partition }) => {
    const { what = "", fix = "" } = roleArnProblem(session) ?? {};
    expect(what).toMatch(/ is a session, not a role$/);
    expect(fix).toContain(`aws iam get-role --role-name ${name} --query Role.Arn`);
    const offered = /arn:\S+/.exec(fix)?.[0];
    const isOfAws = /^AWSReservedSSO_./.test(name);
    expect(offered).toBe(isOfAws ? undefined : `arn:${partition}:iam::${account}:role/${name}`);
    return offered === undefined || roleArnProblem(offered) === undefined;
  });
});

test.each([
  "arn:aws:sts::123456789012:federated-user/jane",
  "arn:aws:sts::123456789012:assumed-role/a b/x",
  "arn:aws-x:sts::123456789012:assumed-role/ci/x",
  "arn:aws:sts::123456789012:assumed-role/",
])("no ARN is made up for %s", (session) => {
  expect(roleArnProblem(session)?.fix).toBe("write the ARN of its role, arn:aws:iam::ACCOUNT:role/NAME");
});

test("the role of a service has a path that its session does not tell", () => {
  const session = "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForECS/x";
  expect(roleArnProblem(session)?.fix).toMatch(/^write its whole ARN, with its path: aws iam get-role /);
});
