import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import { CODE_SIGNING, cases, journalCases, SIGNING_ALIAS } from "../../support/alerts/cases";
import { matches } from "../../support/alerts/event-bridge";
import { ACCOUNT, CUSTODIAN, DEPLOYER, kms, REGION } from "../../support/alerts/records";
import { synthesize, type Template } from "../../support/synthesis";

const ENCRYPTION_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-1111-4111-8111-111111111111`;
const ALERTS_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/22222222-2222-4222-8222-222222222222`;
const SIGNING_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/33333333-3333-4333-8333-333333333333`;

const template = synthesize((stack) => {
  const workspace = new LedgerWorkspace(stack, "Workspace", {
    name: "acme-prod",
    account: ACCOUNT,
    region: REGION,
    deployers: [DEPLOYER],
    custodians: [CUSTODIAN],
    codeSigningConfig: CODE_SIGNING,
  });
  const role = ApiUserRole.OPERATOR;
  new ApiUser(stack, "Sweep", { workspace, username: "sweep bot", role, custody: KeyCustody.kms() });
});

/** The rules as Terraform would put them: what AWS alone knows filled in. */
function rulesOf({ json }: Template) {
  const keys = json.resource.aws_kms_key as Record<string, { description: string }>;
  const arns = Object.fromEntries(
    Object.entries(keys).map(([id, { description }]) => [
      id,
      description.startsWith("Encrypts the secrets")
        ? ENCRYPTION_KEY
        : description.startsWith("Encrypts")
          ? ALERTS_KEY
          : SIGNING_KEY,
    ]),
  );
  const topic = `arn:aws:sns:${REGION}:${ACCOUNT}:ledger-enterprise-acme-prod-alerts`;
  return Object.entries(
    json.resource.aws_cloudwatch_event_rule as Record<string, Record<string, string>>,
  ).map(([id, { name = "", event_pattern = "" }]) => {
    const text = event_pattern
      .replace(
        /\$\{aws_kms_alias\.([\w-]+)\.target_key_id\}/g,
        (_, alias) => json.resource.aws_kms_alias[alias].target_key_id,
      )
      .replace(/\$\{element\(split\("\/", aws_kms_key\.(\w+)\.arn\), 1\)\}/g, (_, key) =>
        idOf(arns[key] ?? ""),
      )
      .replace(/\$\{aws_kms_key\.(\w+)\.key_id\}/g, (_, key) => idOf(arns[key] ?? ""))
      .replace(/\$\{aws_sns_topic\.\w+\.arn\}/g, topic)
      .replace(/\$\{data\.aws_partition\.\w+\.partition\}/g, "aws");
    return { id, name, text, pattern: JSON.parse(text) };
  });
}

const idOf = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);
const rules = rulesOf(template);
const targets = Object.values(template.json.resource.aws_cloudwatch_event_target) as {
  rule: string;
  target_id: string;
}[];
const sends = (id: string, target: string) =>
  targets.some(
    ({ rule, target_id }) => rule === `\${aws_cloudwatch_event_rule.${id}.name}` && target_id === target,
  );

function outcome(event: unknown) {
  const matched = rules.filter(({ pattern }) => matches(pattern, event));
  return {
    pages: matched.filter(({ id }) => sends(id, "page")).map(({ name }) => shortName(name)),
    journal: matched.filter(({ id }) => sends(id, "journal")).length,
  };
}

const shortName = (name: string) =>
  name.replace("ledger-enterprise.acme-prod.", "").replace(/-[0-9a-f]{6}-\d+$/, "");

test("no token is left in a pattern that these tests read", () => {
  expect(rules.map(({ text }) => text).join()).not.toContain("${");
  expect(rules).toHaveLength(13);
});

describe("a record", () => {
  test.each([
    ...cases({ encryptionKey: ENCRYPTION_KEY, signingKey: SIGNING_KEY }),
    ...journalCases,
  ])("$what", ({ event, pages, journal }) => {
    // Once in the journal, not once for each rule that knows it.
    expect(outcome(event)).toEqual({ pages, journal: journal ? 1 : 0 });
  });

  test("of a KMS key under an alias of a stranger's is known by its resources", () => {
    const event = kms("Sign", "alias/mine", SIGNING_KEY);
    expect(outcome(event)).toEqual({ pages: [], journal: 1 });
    expect(outcome(kms("CreateAlias", "alias/mine", SIGNING_KEY)).pages).toEqual(["kms-tamper"]);
    expect(SIGNING_ALIAS).not.toContain("mine");
  });

  test("of the alerts' own KMS key is known: without it nobody is told", () => {
    expect(outcome(kms("DisableKey", ALERTS_KEY, ALERTS_KEY))).toEqual({ pages: ["keys"], journal: 1 });
  });
});
