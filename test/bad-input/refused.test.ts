import { TerraformStack } from "cdktf";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../constructs";
import { synthesize, synthesizeUser } from "../support/synthesis";
import { testingApp } from "../support/testing-app";

const user = (props: object) => () => synthesizeUser(props as never);
const workspace = (props: object) => () => synthesizeUser({}, props as never);
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag-${i}`, ""]));

test.each<[string, object, RegExp]>([
  ["none", { username: undefined }, /^ApiUser test\/Settlement: username: is undefined; give text$/],
  ["a number", { username: 7 }, /username: is 7; give text$/],
  ["129 characters", { username: "\u{1f600}".repeat(129) }, /username: has 129 characters; 128 are the most/],
  ["a control character", { username: "bot\u0007" }, /username: "bot\\u0007" is not a user name; take out/],
  ["a space of no width", { username: "b\u200bot" }, /username: "b\\u200bot" is not a user name; take out/],
  ["accents apart", { username: "Zu\u0308rich" }, /username: .* has letters separate from their accents/],
  [
    "what cdktf reads as a list",
    { username: "#{TfToken[TOKEN.0]}" },
    /username: reads as one of cdktf's own tokens/,
  ],
  [
    "a word of cdktf's",
    { username: "String Map Token Value" },
    /username: reads as one of cdktf's own tokens/,
  ],
  [
    "a name that every object has",
    { username: "__proto__" },
    /username: "__proto__" cannot be the key of a map/,
  ],
])("a user's name is not %s", (_, props, message) => {
  expect(user(props)).toThrow(message);
});

test.each<[object, RegExp]>([
  [{}, /generations: is empty; write \{ 1: "current" \}/],
  ...[0, "-1", 1.5, 1e300, 10000, "one"].map((number): [object, RegExp] => [
    { [number]: "current" },
    /generations: ".*" is not the number of a generation; write a whole number from 1 to 9999/,
  ]),
  [{ 1: "pending" }, /generations: has no generation that is current; write \{ 1: "current" \}/],
  [
    { 1: "curent" },
    /generations: the stage of generation 1 is "curent", which is unknown; did you mean current\?/,
  ],
  [
    { 1: 2 },
    /generations: the stage of generation 1 is not text; write one of retired, previous, current, pending/,
  ],
  [{ 1: "current", 2: "current" }, /generations: has several .*; write \{ 1: "previous", 2: "current" \}/],
])("generations are not %j", (generations, message) => {
  expect(user({ generations })).toThrow(message);
});

test("the largest generation is 9999", () => {
  expect(user({ generations: { 9999: "current" } })).not.toThrow();
});

test.each<[object, RegExp]>([
  [{ role: "operator" }, /role: is "operator"; give ApiUserRole\.OPERATOR or ApiUserRole\.ADMINISTRATOR$/],
  [{ workspace: "acme" }, /workspace: is "acme"; give a LedgerWorkspace/],
  [{ custody: "kms" }, /custody: is "kms"; give KeyCustody\./],
  [
    { signers: "arn:aws:iam::123456789012:role/x" },
    /signers: is "arn.*"; give a list of texts, or leave it out$/,
  ],
  [{ readers: [undefined] }, /readers: is a list with an element that is not text; give a list of texts/],
  [{ assignments: { groups: "Treasury" } }, /assignments: .* give an object of lists of texts: groups/],
  [{ removalProtection: "no" }, /removalProtection: is "no"; give true or false/],
  [
    { generations: "2", tags: null },
    /generations: is "2"; give an object such as .*\. tags: is null; give an object/,
  ],
])("a user's props are of their types: not %j", (props, message) => {
  expect(user(props)).toThrow(message);
});

test.each<[object, RegExp]>([
  [{ account: "12345678901" }, /account: "12345678901" is not an AWS account; write its 12 digits/],
  [{ account: "" }, /account: "" is not an AWS account/],
  [{ account: 123456789012 }, /LedgerWorkspace test\/Workspace: account: is 123456789012; give text/],
  [{ region: "eu-west" }, /region: "eu-west" is not an AWS region; write one such as eu-west-1/],
  [{ region: "abcd-abcde-southeast-10" }, /region: .* is not an AWS region/],
  [{ alertEmails: ["custody"] }, /alertEmails\[0\]: "custody" is not an e-mail address; /],
  [{ permissionsBoundary: "${x}" }, /permissionsBoundary: "\$\{x\}" is not the ARN of an IAM policy; /],
  [
    { logRetentionInDays: 100 },
    /logRetentionInDays: is 100, which CloudWatch Logs does not take; write one of 1, /,
  ],
  [
    { vpc: { subnetIds: ["subnet-1"] } },
    /vpc: .* give an object of lists of texts: subnetIds, securityGroupIds/,
  ],
  [{ vpc: { subnetIds: ["x"], securityGroupIds: [] } }, /vpc\.subnetIds\[0\]: "x" is not a subnet; /],
])("a workspace's props are what AWS takes: not %j", (props, message) => {
  expect(workspace(props)).toThrow(message);
});

test.each<[object, RegExp]>([
  [{ "aws:x": "" }, /tags\["aws:x"\]: is not a tag key; /],
  [{ ["k".repeat(129)]: "" }, /tags\["k.*"\]: is a key of more than 128 characters; shorten it/],
  [{ x: "v".repeat(257) }, /tags\["x"\]: has a value of more than 256 characters; shorten it/],
  [{ x: "${y}" }, /tags\["x"\]: "\$\{y\}" is not a tag value; /],
  [{ Team: "", team: "" }, /tags\["team"\]: differs from "Team" in case only, which IAM refuses; keep one/],
  [{ "Ledger-Enterprise:Workspace": "" }, /differs from "ledger-enterprise:workspace" in case only/],
  [{ "ledger-enterprise:workspace": "x" }, /is the tag of the workspace's name; remove it/],
  [tags(50), /tags: are 51 together with the inherited ones, and AWS takes 50; remove some/],
])("tags are what AWS takes: not %j", (props, message) => {
  expect(user({ tags: props })).toThrow(message);
  expect(workspace({ tags: props })).toThrow(message);
});

test("a user's tags and its workspace's are 50 together", () => {
  expect(() => synthesizeUser({ tags: tags(20) }, { tags: { ...tags(49) } })).not.toThrow();
  expect(() => synthesizeUser({ tags: { own: "" } }, { tags: tags(49) })).toThrow(/tags: are 51 together/);
});

test.each([
  undefined,
  null,
  {},
  { publicKey: undefined },
  { publicKey: 4 },
])("no key is imported by %j", (options) => {
  expect(() => KeyCustody.imported(options as never)).toThrow(
    /^custody imported: publicKey: is \w+; give the 130 hexadecimal digits of the public key$/,
  );
});

test("props are an object, a grant names a role, and an id begins with a letter", () => {
  const stack = new TerraformStack(testingApp(), "test");
  expect(() => new LedgerWorkspace(stack, "A", undefined as never)).toThrow(
    /^LedgerWorkspace test\/A: its props are undefined; give an object$/,
  );
  expect(() => new LedgerWorkspace(stack, "1", { name: "acme" })).toThrow(
    /its id: "1" .*; begin it with a letter$/,
  );
  synthesize((each) => {
    const props = { workspace: new LedgerWorkspace(each, "W", { name: "acme" }), role: ApiUserRole.OPERATOR };
    const bot = new ApiUser(each, "U", { ...props, username: "bot" });
    expect(() => bot.grantSign(undefined as never)).toThrow(
      /^grantSign: undefined is not the ARN of an IAM role; /,
    );
  });
});
