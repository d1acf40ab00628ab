/**
 * The policy of docs/deployer.md against what Terraform really calls: each call that the local AWS saw from outside in
 * the life of a fleet, and those that AWS makes or asks for besides and no emulator shows.
 */

import { generateKeyPair } from "../../keys";
import { deployerPolicy } from "../permissions/deployer-policy";
import { COMMERCIAL, emit, type Policy, roleArn, WORKSPACE } from "../permissions/emitted";
import { mayDo } from "../permissions/simulate";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";

jest.setTimeout(600_000);

const SHARED = `${WORKSPACE}-${REGION}`;
const OLD = `${WORKSPACE}-old`;
/** Where the users move to. */
const NEW = `${WORKSPACE}-new`;
const imported = generateKeyPair();
const deployment = new Deployment();
const deployer = {
  principal: `arn:aws:sts::${ACCOUNT}:assumed-role/terraform/session`,
  identity: [deployerPolicy(COMMERCIAL)],
  context: { "aws:PrincipalArn": roleArn(COMMERCIAL, "terraform") },
};

const declare = (protection: boolean, cost: string, file: "old" | "new", movedFrom = "") => {
  deployment.write(
    `${WORKSPACE}/workspace.yaml`,
    `account: "${ACCOUNT}"
region: ${REGION}
deployers: [arn:aws:iam::${ACCOUNT}:role/terraform]
custodians: [arn:aws:iam::${ACCOUNT}:role/custodian]
removalProtection: ${protection}
tags: { cost: ${cost} }
`,
  );
  const from = movedFrom === "" ? "" : `    movedFrom: ${movedFrom}\n`;
  const user = (name: string, more: string) =>
    `  - username: ${name}\n    role: operator\n    signers: [arn:aws:iam::${ACCOUNT}:role/${cost}]\n${from}${more}`;
  const pinned = `    custody: imported\n    publicKey: "${imported.publicKey}"\n`;
  const users = { generated: "", kept: "    custody: kms\n", loaded: pinned };
  const here = Object.entries(users).map(([name, more]) => user(name, more));
  deployment.write(`${WORKSPACE}/${file}.yaml`, `users:\n${here.join("")}`);
  const gone = Object.keys(users).map((name) => `  - { username: ${name}, movedTo: ${file} }\n`);
  if (file === "new")
    deployment.write(`${WORKSPACE}/old.yaml`, movedFrom ? `users:\n${gone.join("")}` : "users: []\n");
  deployment.synthesize();
};

/** What was called from outside, in IAM's words. */
const actionsOf = (calls: ReturnType<typeof deployment.aws.calls>) =>
  calls
    .filter(({ caller }) => caller === undefined)
    .map(({ service, action }) => `${PREFIXES[service] ?? service}:${action}`)
    .map((action) => ACTIONS[action] ?? action);

/** What the apply of both stacks of a move called. */
let ofMove: string[];

beforeAll(async () => {
  declare(true, "one", "old");
  await deployment.start();
  for (const stack of [SHARED, OLD]) await deployment.apply(stack);
  declare(true, "one", "new", "old");
  const before = deployment.aws.calls().length;
  for (const stack of [NEW, OLD]) await deployment.apply(stack);
  ofMove = actionsOf(deployment.aws.calls().slice(before));
  declare(false, "two", "new");
  for (const stack of [SHARED, NEW]) await deployment.run(stack, "apply", "-auto-approve");
  for (const stack of [NEW, SHARED]) await deployment.run(stack, "destroy", "-auto-approve");
});

afterAll(async () => {
  imported.wipe();
  await deployment.end();
});

/** Services by their name in signatures, where IAM has another. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };
/** Actions that IAM knows by another name than the API. */
const ACTIONS: Readonly<Record<string, string>> = { "lambda:Invoke": "lambda:InvokeFunction" };
/** What needs no permission. */
const FREE = new Set(["sts:GetCallerIdentity"]);

const at = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const KEY = at("kms", "key/11111111-2222-3333-4444-555555555555");
const SIGNING_KEY = at("kms", "key/66666666-7777-8888-9999-000000000000");
const ROLE = roleArn(COMMERCIAL, `ledger-${WORKSPACE}-${REGION}-key-generator`);
const GENERATOR = `ledger-enterprise-${WORKSPACE}-key-generator`;

/** Things of the workspace's that a call may be on. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  secretsmanager: [
    "*",
    at("secretsmanager", `secret:ledger-enterprise/${WORKSPACE}/generated/generation-1/private-key-AbCdEf`),
  ],
  kms: ["*", KEY, SIGNING_KEY],
  lambda: [at("lambda", `function:${GENERATOR}`), at("lambda", `function:${GENERATOR}:1`)],
  iam: [ROLE],
  logs: [
    "*",
    at("logs", `log-group:/aws/lambda/${GENERATOR}:log-stream:`),
    at("logs", `log-group:/aws/lambda/${GENERATOR}`),
  ],
  events: ["*", at("events", `rule/ledger-enterprise.${WORKSPACE}.denied`)],
  sns: ["*", at("sns", `ledger-enterprise-${WORKSPACE}-alerts`)],
  cloudwatch: ["*", `arn:aws:cloudwatch::${ACCOUNT}:dashboard/ledger-enterprise-${WORKSPACE}`],
};

/** The policies of the two KMS keys: without them no identity policy gives anything on a key. */
const { workspaceKeyPolicy, keyPolicy } = emit({
  custody: "kms",
  deployers: true,
  removalProtection: false,
  place: COMMERCIAL,
});
const POLICIES: Readonly<Record<string, Policy>> = { [KEY]: workspaceKeyPolicy, [SIGNING_KEY]: keyPolicy };
const may = (action: string, resource: string, context: Record<string, string> = {}) =>
  mayDo(deployer, [{ action, resource, context, policy: POLICIES[resource] }]);

/** Whether the call is allowed on one of the workspace's things that it can be on. */
async function mayCall(action: string): Promise<boolean> {
  for (const resource of RESOURCES[action.split(":")[0] ?? ""] ?? []) {
    const allowed = may(action, resource).catch((error: Error) => {
      if (/resource\.types|must\.use\.wildcard|"wildcard"/.test(error.message)) return false;
      throw error;
    });
    if (await allowed) return true;
  }
  return false;
}

test("allows every call that Terraform made in init, plan, apply, move, update and destroy", async () => {
  const seen = actionsOf(deployment.aws.calls());
  const refused: string[] = [];
  for (const action of [...new Set(seen)].sort()) {
    if (!FREE.has(action) && !(await mayCall(action))) refused.push(action);
  }
  expect(refused).toEqual([]);
  expect(seen).toEqual(expect.arrayContaining(["secretsmanager:DeleteSecret", "kms:ScheduleKeyDeletion"]));
});

test("a move takes over what is there: of secrets, keys and aliases nothing is made, and the lists are asked for", () => {
  expect(ofMove).toEqual(expect.arrayContaining(["secretsmanager:ListSecrets", "kms:ListAliases"]));
  const changed = ofMove.filter((action) => /^(secretsmanager|kms):(?!Describe|Get|List)/.test(action));
  expect([...new Set(changed)]).toEqual([]);
});

test("allows nothing that nobody needs: each action was called, or is listed as a dependent one", async () => {
  const seen = new Set(
    deployment.aws.calls().map(({ service, action }) => `${PREFIXES[service] ?? service}:${action}`),
  );
  const granted = deployer.identity.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  const unseen = granted.filter(
    (action) => !seen.has(action) && !seen.has(action.replace("InvokeFunction", "Invoke")),
  );
  expect([...new Set(unseen)].sort()).toEqual([...NOT_SHOWN].sort());
});

/** What no call of this test shows, by the reason. */
const NOT_SHOWN: readonly string[] = [
  // AWS itself asks for these in other calls: see the test below.
  ...["iam:PassRole", "kms:Decrypt", "kms:GenerateDataKey"],
  // A release of ours that changes the generator, its role or a description.
  ...["iam:UpdateAssumeRolePolicy", "iam:UpdateRoleDescription", "kms:UpdateKeyDescription"],
  ...["lambda:PublishVersion", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
  // A tag that is taken out of workspace.yaml.
  ...["events:UntagResource", "iam:UntagRole", "kms:UntagResource", "lambda:UntagResource"],
  ...["logs:UntagResource", "secretsmanager:UntagResource", "sns:UntagResource"],
  // A new generation of a KMS key.
  "kms:UpdateAlias",
  // alertEmails.
  ...["sns:GetSubscriptionAttributes", "sns:Subscribe", "sns:Unsubscribe"],
  // What only a deployer can undo by hand.
  ...["kms:CancelKeyDeletion", "kms:EnableKey", "secretsmanager:RestoreSecret"],
];

const TRIAL = {
  "kms:ViaService": `secretsmanager.${REGION}.amazonaws.com`,
  "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess",
};

test.each([
  ["Secrets Manager tries the KMS key of a new secret", "kms:GenerateDataKey", KEY, TRIAL],
  ["Secrets Manager tries the KMS key of a new secret", "kms:Decrypt", KEY, TRIAL],
  ["the function is given its role", "iam:PassRole", ROLE, { "iam:PassedToService": "lambda.amazonaws.com" }],
  ["a key is created with tags", "kms:TagResource", KEY, {}],
  ["an alias is put on a key", "kms:CreateAlias", KEY, {}],
  ["KMS checks that the caller is not locked out", "kms:PutKeyPolicy", KEY, {}],
  ["a function is created with tags", "lambda:TagResource", at("lambda", `function:${GENERATOR}`), {}],
  ["a role is created with tags", "iam:TagRole", ROLE, {}],
])("allows what no emulator shows: %s (%s)", async (_, action, resource, context) => {
  expect(await may(action, resource, context)).toBe(true);
});

test.each([
  ["kms:Decrypt", KEY, { ...TRIAL, "kms:EncryptionContext:SecretVersionId": "another-version" }],
  ["iam:PassRole", ROLE, { "iam:PassedToService": "ec2.amazonaws.com" }],
  [
    "secretsmanager:DeleteSecret",
    at("secretsmanager", "secret:ledger-enterprise/acme/bot/generation-1/private-key-AbCdEf"),
    {},
  ],
  ["lambda:UpdateFunctionCode", at("lambda", "function:ledger-enterprise-acme-key-generator"), {}],
])("does not allow %s elsewhere", async (action, resource, context) => {
  expect(await may(action, resource, context)).toBe(false);
});
