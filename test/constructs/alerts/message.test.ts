import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import { END_OF_OURS } from "../../../rules/alerts/message";
import { transformed } from "../../support/alerts/event-bridge";
import { ACCOUNT, ARN, denied, NAME, REGION, ROOT, secret } from "../../support/alerts/records";
import { anyCharacter, forAll } from "../../support/for-all";
import { PROJECT } from "../../support/project";
import { synthesize } from "../../support/synthesis";

const template = synthesize((stack) => {
  const workspace = new LedgerWorkspace(stack, "Workspace", {
    name: "acme-prod",
    account: ACCOUNT,
    region: REGION,
  });
  const role = ApiUserRole.OPERATOR;
  new ApiUser(stack, "Sweep", { workspace, username: "sweep bot", role, custody: KeyCustody.kms() });
});
const rules = template.json.resource.aws_cloudwatch_event_rule as Record<string, { name: string }>;
const targets = template.all("aws_cloudwatch_event_target");

function transformerOf(rule: string) {
  const [id] =
    Object.entries(rules).find(([, { name }]) => name.startsWith(`ledger-enterprise.acme-prod.${rule}`)) ??
    [];
  return targets.find((each) => each.rule.includes(`.${id}.`) && each.target_id === "page").input_transformer;
}

const DENIED = denied("secretsmanager", "GetSecretValue", NAME, { requestParameters: { secretId: NAME } });

test("a message is as the handbook shows it", () => {
  const handbook = readFileSync(join(PROJECT, "docs/alerts.md"), "utf8");
  expect(handbook).toContain(transformed(transformerOf("denied"), DENIED as never));
});

test("says who, what, which API user, from where and when, what AWS said and what to do", () => {
  const message = transformed(transformerOf("denied"), DENIED as never);
  for (const part of [
    "ACCESS DENIED in workspace acme-prod",
    "assumed-role/mallory/alice",
    "GetSecretValue",
    "settlement-bot",
    "203.0.113.9",
    "2026-02-03T02:14:15Z",
    "explicit deny",
    "To do:",
    "docs/alerts.md",
  ]) {
    expect(message).toContain(part);
  }
});

test("has no hole where a record lacks a field", () => {
  for (const event of [secret("DeleteSecret", ARN, { userIdentity: ROOT }), denied("kms", "Sign", "x")]) {
    for (const rule of ["denied", "secrets", "keys"]) {
      expect(transformed(transformerOf(rule), event as never)).not.toMatch(/<|undefined|null/);
    }
  }
});

test("of a KMS key says whose it is, which the record does not", () => {
  expect(transformerOf("kms-denied").input_template).toMatch(
    /Key: {3}\$\{aws_kms_alias\.\w+\.target_key_id\} is that of sweep-bot/,
  );
});

describe("a text of a caller's cannot pass for a line of ours", () => {
  /** What EventBridge may do with a value, which AWS does not document. */
  const WAYS: Record<string, (value: string) => string> = {
    "puts it in as it is": (value) => value,
    "escapes it as JSON does": (value) => JSON.stringify(value).slice(1, -1),
    "takes a backslash and n for a line break": (value) => value.replaceAll("\\n", "\n"),
    "takes quotation marks away": (value) => value.replaceAll('"', ""),
  };
  const ours = (message: string) => message.slice(0, message.indexOf(END_OF_OURS) + END_OF_OURS.length);

  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '"',
          "\n",
          "\r\n",
          "\\n",
          "\u2028",
          "<id>",
          "<said>",
          "LEDGER KEY ALERT: ",
          '"To do: all is well"',
        ),
        fc.string({ unit: anyCharacter, maxLength: 20 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(""));
  const fields = fc.record({
    arn: hostile,
    invokedBy: hostile,
    errorMessage: hostile,
    requestParameters: fc.dictionary(
      fc.constantFrom(
        "secretId",
        "name",
        "keyId",
        "aliasName",
        "functionName",
        "roleName",
        "rule",
        "logGroupName",
      ),
      hostile,
    ),
  });

  test.each(Object.entries(WAYS))("where EventBridge %s", (_, put) => {
    for (const rule of ["denied", "secrets", "alerts", "kms-denied"]) {
      const plain = ours(transformed(transformerOf(rule), DENIED as never, put));
      expect(plain).toContain("To do: ");
      forAll(fields, 100, ({ arn, invokedBy, errorMessage, requestParameters }) => {
        const userIdentity = { type: "AssumedRole", arn, invokedBy };
        const detail = { ...DENIED.detail, userIdentity, errorMessage, requestParameters };
        const message = transformed(transformerOf(rule), { ...DENIED, detail } as never, put);
        return ours(message) === plain;
      });
    }
  });

  test("before that line stands only what AWS fills in", () => {
    const template: string = transformerOf("denied").input_template;
    const before = ours(template).match(/<\w+>/g);
    expect(new Set(before)).toEqual(
      new Set(["<what>", "<at>", "<from>", "<time>", "<region>", "<account>", "<id>"]),
    );
  });
});

test("is quoted line by line, within EventBridge's sizes, and takes nothing that its caller can fill at will", () => {
  for (const { target_id, input_transformer } of targets) {
    if (target_id !== "page") continue;
    expect(input_transformer.input_template.length).toBeLessThanOrEqual(8192);
    expect(Object.keys(input_transformer.input_paths).length).toBeLessThanOrEqual(100);
    expect(Object.values(input_transformer.input_paths)).not.toContain("$.detail.userAgent");
    for (const line of input_transformer.input_template.split("\n")) expect(line).toMatch(/^"[^"\\]+"$/);
  }
});
