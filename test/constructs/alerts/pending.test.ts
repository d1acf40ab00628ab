import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import { matches } from "../../support/alerts/event-bridge";
import {
  ACCOUNT,
  ARN,
  CREDENTIALS_NAME,
  CUSTODIAN,
  GENERATOR,
  kms,
  NAME,
  REGION,
  secret,
  session,
} from "../../support/alerts/records";
import { synthesize } from "../../support/synthesis";

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/33333333-3333-4333-8333-333333333333`;

const { json } = synthesize((stack) => {
  const workspace = new LedgerWorkspace(stack, "Workspace", {
    ...{ name: "acme-prod", account: ACCOUNT, region: REGION, custodians: [CUSTODIAN] },
  });
  const of = { workspace, role: ApiUserRole.OPERATOR, generations: { 1: "current", 2: "pending" } } as const;
  new ApiUser(stack, "Settlement", { ...of, username: "settlement bot" });
  new ApiUser(stack, "Sweep", { ...of, username: "sweep bot", custody: KeyCustody.kms() });
});

/** The rules that page for an event, by the beginnings of their names. */
const pagesOf = (event: unknown) =>
  (Object.values(json.resource.aws_cloudwatch_event_rule) as { name: string; event_pattern: string }[])
    .filter(({ name }) => /\.(?:pending|writes)/.test(name))
    .filter(({ event_pattern }) =>
      matches(
        JSON.parse(
          event_pattern
            .replace(
              /\$\{element[^}]*aws_kms_key\.Sweep_Generation2\w*\.arn[^}]*\}/g,
              "33333333-3333-4333-8333-333333333333",
            )
            .replace(/\$\{data\.aws_partition\.\w+\.partition\}/g, "aws"),
        ),
        event,
      ),
    )
    .map(({ name }) => name.replace("ledger-enterprise.acme-prod.", "").replace(/-[0-9a-f]{6}-\d+$/, ""));

const second = (text: string) => text.replace("generation-1", "generation-2");
const POINTER = NAME.replace("generation-1/private-key", "current");
const byGenerator = { userIdentity: session(GENERATOR) };

test.each([
  ["its private key by name", secret("GetSecretValue", second(NAME))],
  ["its private key by ARN", secret("GetSecretValue", second(ARN))],
  ["its credentials", secret("GetSecretValue", second(CREDENTIALS_NAME))],
  [
    "among others",
    secret("BatchGetSecretValue", "", { requestParameters: { secretIdList: ["x", second(NAME)] } }),
  ],
])("a pending key pages whoever reads %s", (_, event) => {
  expect(pagesOf(event)).toEqual(["pending"]);
});

test.each([
  ["its alias", kms("Sign", "alias/ledger-enterprise/acme-prod/sweep-bot/generation-2", KEY)],
  ["its id", kms("Sign", KEY.split("/")[1] ?? "", KEY)],
])("a pending KMS key pages whoever signs by %s", (_, event) => {
  expect(pagesOf(event)).toEqual(["pending-kms"]);
});

test("a move of the pointer pages, though the generator makes it, for whoever invoked it", () => {
  const move = {
    requestParameters: { secretId: POINTER, versionStage: "AWSCURRENT", moveToVersionId: "generation-2-ab" },
  };
  expect(pagesOf(secret("UpdateSecretVersionStage", POINTER, { ...byGenerator, ...move }))).toEqual([
    "writes",
  ]);
});

test.each([
  ["the current key", secret("GetSecretValue", NAME)],
  ["a key of generation 20", secret("GetSecretValue", NAME.replace("generation-1", "generation-20"))],
  ["another workspace's", secret("GetSecretValue", second(NAME).replace("acme-prod", "acme-prod2"))],
  ["metadata", secret("DescribeSecret", second(NAME))],
  ["what was denied", secret("GetSecretValue", second(NAME), { errorCode: "AccessDenied" })],
  [
    "a value of the pointer that the generator puts beside the current one",
    secret("PutSecretValue", POINTER, {
      ...byGenerator,
      requestParameters: { secretId: POINTER, versionStages: ["candidate"] },
    }),
  ],
  [
    "credentials of a user that is called current, by a custodian",
    secret("PutSecretValue", CREDENTIALS_NAME.replace("settlement-bot", "current-bot"), {
      userIdentity: session(CUSTODIAN),
    }),
  ],
])("%s pages nobody here", (_, event) => {
  expect(pagesOf(event)).toEqual([]);
});
