/** review: what was changed outside Terraform, and what only looks so. */
import { type Change, found, plan, resource, secret } from "../../../support/cli/plan";

const GENERATOR = "ledger-acme-eu-west-1-key-generator";
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"x","Resource":"*"}]}';
const own: Change = {
  type: "aws_iam_role_policy",
  before: { name: "make-keys", role: GENERATOR, policy: POLICY },
  after: { name: "make-keys", role: GENERATOR, policy: POLICY },
  actions: ["no-op"],
};
const drift = (...changes: Change[]) => ({ resource_drift: changes.map(resource) });
const role = (...policies: { name: string; policy: string }[]): Change => ({
  type: "aws_iam_role",
  before: { name: GENERATOR, inline_policy: [] },
  after: { name: GENERATOR, inline_policy: policies },
});

describe("the first plan after the first apply is silent", () => {
  test("of the role's own policy, and of nothing that is read as an empty list", () => {
    const layers = { type: "aws_lambda_function", before: { layers: null }, after: { layers: [] } };
    // As AWS writes it: with blanks, and its keys in another order.
    const asRead = JSON.stringify(JSON.parse(POLICY), null, 1).replace('"Version": "2012-10-17",\n ', "");
    const read = asRead.replace(/\n}$/, ',\n "Version": "2012-10-17"\n}');
    expect(found([plan([own], drift(role({ name: "make-keys", policy: read }), layers))]).text).toBe("");
  });
});

describe("but not of", () => {
  test.each<[string, Change]>([
    ["another policy", role({ name: "more", policy: POLICY })],
    ["a policy beside it", role({ name: "make-keys", policy: POLICY }, { name: "more", policy: POLICY })],
    ["other rights in it", role({ name: "make-keys", policy: POLICY.replace('"x"', '"*"') })],
    [
      "a role of somebody else's",
      {
        ...role({ name: "make-keys", policy: POLICY }),
        after: { name: "r", inline_policy: [{ name: "make-keys", policy: POLICY }] },
      },
    ],
    ["a layer", { type: "aws_lambda_function", before: { layers: null }, after: { layers: ["arn"] } }],
    [
      "a secret's policy",
      { type: "aws_secretsmanager_secret", before: secret(), after: secret({ signers: ["mallory"] }) },
    ],
  ])("%s", (_, change) => {
    expect(found([plan([own], drift(change))]).text).toMatch(
      /was changed outside Terraform \(.+\): find out by whom$/,
    );
  });
});
