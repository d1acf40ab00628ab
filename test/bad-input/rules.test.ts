import { Token } from "cdktf";
import * as fc from "fast-check";
import { propProblems } from "../../constructs/terraform/checks";
import { type LedgerWorkspaceProps, WORKSPACE_CHECKS } from "../../constructs/workspace/options";
import { nameCollisions } from "../../fleet/collisions";
import { DOCUMENTS, type Schema } from "../../fleet/yaml/schema";
import { awsNameOf } from "../../rules/aws-names";
import { tokenProblem } from "../../rules/cdktf-tokens";
import { accountProblem, regionProblem } from "../../rules/formats";
import { tagProblems } from "../../rules/tags";
import { isUsername, nameProblem, usernameKeyProblem, usernameProblem } from "../../rules/user-names";
import { forAll } from "../support/for-all";
import { CONTROLS, hostileText, malformedAws, strangeName } from "./hostile";

const TEXTS = 3000;
const PAIRS = 2000;

const workspace = DOCUMENTS["workspace.schema.json"];
const users = DOCUMENTS["users.schema.json"];

function takes(schema: Schema | undefined, text: string): boolean {
  const { minLength = 0, maxLength = Number.MAX_VALUE, pattern = "" } = schema ?? {};
  const { length } = [...text];
  return length >= minLength && length <= maxLength && new RegExp(pattern, "u").test(text);
}

/** Near what each rule takes: one thing more, or less, than it should have. */
const near = fc
  .tuple(
    fc.constantFrom(
      ...[
        "123456789012",
        "eu-west-1",
        "us-isob-east-1",
        "ap-northeast-3",
        "/custody/",
        "https://api.example/x",
      ],
      ...["a@b.example", "arn:aws:sns:eu-west-1:123456789012:x", "arn:aws:iam::aws:policy/x/y"],
      ...[
        "arn:aws:kms:eu-west-1:123456789012:key/a-1",
        "subnet-1",
        "sg-1",
        "cost center",
        "aws:x",
        "n".repeat(128),
      ],
      `arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-${"a".repeat(17)}`,
    ),
    fc.constantFrom("", "", "", "x", "/", " ", "\n", "*", "${x}", "\u00e9", "\u200b", "-", ...CONTROLS),
    fc.nat(40),
  )
  .map(([text, more, at]) => `${text.slice(0, at)}${more}${text.slice(at)}`);

const text = fc.oneof(near, hostileText, malformedAws, strangeName);

test(`of ${TEXTS} texts constructs and schemas take the same`, () => {
  const { tags, vpc, alertEmails, ...properties } = workspace.properties ?? {};
  const { subnetIds, securityGroupIds } = vpc?.properties ?? {};
  const forms: [string, Schema | undefined, (text: string) => object][] = [
    ...Object.entries(properties)
      .filter(([prop, { pattern }]) => pattern !== undefined && prop in WORKSPACE_CHECKS)
      .map(([prop, schema]): (typeof forms)[number] => [prop, schema, (text) => ({ [prop]: text })]),
    ["alertEmails", alertEmails?.items, (text) => ({ alertEmails: [text] })],
    ["vpc.subnetIds", subnetIds?.items, (text) => ({ vpc: { subnetIds: [text] } })],
    ["vpc.securityGroupIds", securityGroupIds?.items, (text) => ({ vpc: { securityGroupIds: [text] } })],
  ];
  expect(forms.map(([prop]) => prop).sort()).toEqual([
    ...["alertEmails", "alertTopic", "apiUrl", "codeSigningConfig", "logKmsKey", "permissionsBoundary"],
    ...["rolePath", "vpc.securityGroupIds", "vpc.subnetIds"],
  ]);
  const username = users.definitions["user"]?.properties?.["username"];
  forAll(text, TEXTS, (each) => {
    const verdicts: Record<string, readonly [constructs: boolean, schema: boolean]> = {
      username: [
        !usernameProblem(each),
        takes(username, each) && !usernameKeyProblem(each) && !tokenProblem(each),
      ],
      "username, in a registration": [isUsername(each), takes(username, each)],
      group: [!nameProblem(each), takes(users.definitions["assignment"], each) && !tokenProblem(each)],
      account: [!accountProblem(each), takes(workspace.definitions["account"], each)],
      // Constructs hold no list of the words that regions are made of.
      region: [!regionProblem(each) || takes(workspace.definitions["region"], each), !regionProblem(each)],
      "a tag's key": [
        tagProblems({ [each]: "" }).length === 0,
        takes(tags?.propertyNames, each) && !tokenProblem(each) && each !== "__proto__",
      ],
      "a tag's value": [
        tagProblems({ x: each }).length === 0,
        takes(tags?.additionalProperties as Schema, each) && !tokenProblem(each),
      ],
    };
    for (const [prop, schema, props] of Token.isUnresolved(each) ? [] : forms) {
      const problems = propProblems(props(each) as LedgerWorkspaceProps, WORKSPACE_CHECKS);
      verdicts[prop] = [problems.length === 0, takes(schema, each) && !tokenProblem(each)];
    }
    const differ = Object.entries(verdicts).filter(([, [constructs, schema]]) => constructs !== schema);
    expect(differ).toEqual([]);
    return undefined;
  });
});

test(`of ${PAIRS} pairs of names each has two names in AWS, or is told of; and each name fits`, () => {
  const part = fc.constantFrom(
    "bot",
    "BOT",
    "b\u00f6t",
    "\uff42ot",
    "\u53d6",
    " ",
    "-",
    "_",
    ".",
    "1",
    "\u212a",
    "k",
  );
  const name = fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
    strangeName,
  );
  forAll(fc.tuple(name, name), PAIRS, ([one, other]) => {
    for (const awsName of [awsNameOf(one), awsNameOf(other)]) expect(awsName).toMatch(/^[a-z0-9_-]{1,137}$/);
    const found = [one, other].map((text, i) => ({ text, file: "x.yaml", line: i + 1, path: "" }));
    const told = nameCollisions(found).length > 0;
    return told || awsNameOf(one) !== awsNameOf(other);
  });
});
