import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OUR_TYPES } from "../../../../cli/commands/review/ours/shapes";
import {
  ApiUser,
  ApiUserRole,
  KeyCustody,
  LedgerWorkspace,
  RoleWatch,
  WorkspaceTrail,
} from "../../../../constructs";
import { type Change, found, plan } from "../../../support/cli/plan";
import { PUBLIC_KEY } from "../../../support/keys/public-key";
import { PROJECT } from "../../../support/project";
import { role as roleOf, synthesize } from "../../../support/synthesis";

/** Resources alone. */
const MADE = [...OUR_TYPES].filter((type) => !type.startsWith("data.")).sort();

describe("the types that are ours", () => {
  test("are those that the constructs make", () => {
    const { json } = synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "Workspace", {
        name: "acme",
        account: "123456789012",
        region: "eu-west-1",
        keyGenerator: true,
        custodians: [roleOf("custodian")],
        alertEmails: ["security@acme.example"],
      });
      const custodies = [
        KeyCustody.secretsManager(),
        KeyCustody.kms(),
        KeyCustody.imported({ publicKey: PUBLIC_KEY }),
      ];
      for (const custody of custodies)
        new ApiUser(stack, custody.name, {
          workspace,
          username: custody.name,
          role: ApiUserRole.OPERATOR,
          custody,
          signers: [roleOf("signer")],
        });
      new WorkspaceTrail(stack, "Trail");
      new RoleWatch(stack, "Roles", {
        workspace: "acme",
        roles: [roleOf("signer")],
        alertEmails: ["a@b.example"],
      });
    });
    expect(Object.keys(json.resource).sort()).toEqual(MADE);
  });

  test("are those that the constructs import", () => {
    const folder = join(PROJECT, "constructs");
    const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(folder, name), "utf8"));
    const imported = [
      ...source.join("\n").matchAll(/@cdktf\/provider-aws\/lib\/(data-aws-)?(?!provider")([a-z0-9-]+)"/g),
    ];
    const types = imported.map(
      ([, data, name = ""]) => `${data === undefined ? "" : "data."}aws_${name.replaceAll("-", "_")}`,
    );
    expect([...new Set(types)].sort()).toEqual([...OUR_TYPES].sort());
  });
});

const CHANGES: readonly (readonly [string, Omit<Change, "type">])[] = [
  ["created", { after: { x: 1 } }],
  ["updated", { before: { x: 1 }, after: { x: 2 } }],
  ["replaced", { before: { x: 1 }, after: { x: 2 }, actions: ["delete", "create"] }],
  ["imported", { before: { x: 1 }, after: { x: 1 }, actions: ["no-op"], importing: "id" }],
];

describe("a type that no stack of ours makes", () => {
  const types = [
    ...[
      "aws_secretsmanager_secret_policy",
      "aws_secretsmanager_secret_version",
      "aws_secretsmanager_secret_rotation",
    ],
    ...[
      "aws_kms_key_policy",
      "aws_kms_grant",
      "aws_iam_role_policy_attachment",
      "aws_iam_policy",
      "aws_iam_user",
    ],
    ...["aws_lambda_permission", "aws_lambda_alias", "aws_lambda_layer_version", "aws_sns_topic_policy"],
    ...[
      "aws_cloudwatch_event_permission",
      "aws_cloudwatch_log_subscription_filter",
      "aws_cloudtrail_event_data_store",
    ],
    ...[
      "aws_cloudformation_stack",
      "aws_cloudcontrolapi_resource",
      "awscc_kms_key",
      "terraform_data",
      "null_resource",
    ],
  ];
  test.each(CHANGES)("closes the gate: %s", async (_, change) => {
    const { code, text } = found([plan(types.map((type) => ({ type, ...change })))]);
    expect(code).toBe(1);
    for (const type of types)
      expect(text).toContain(
        `weakened: ${type}.X: is of the type ${type}, which no stack of this package makes: have security read it`,
      );
  });

  test.each([
    ...CHANGES,
    ["removed", { before: { x: 1 } }],
  ] as const)("closes it too where it seems to reach none: %s", (_, change) => {
    const { code, text } = found([plan([{ type: "aws_s3_object", ...change }])]);
    expect(code).toBe(1);
    expect(text).toContain("weakened: aws_s3_object.X: is of the type aws_s3_object, ");
  });

  test("is named with what the plan does to it, and so is an action on one of ours that this version does not know", async () => {
    for (const type of ["aws_lambda_alias", "aws_cloudtrail"]) {
      const { code, text } = found([plan([{ type, before: {}, after: {}, actions: ["obliterate"] }])]);
      expect(code).toBe(1);
      expect(text).toMatch(/does something that this version does not know: obliterate/);
    }
  });

  test("passes where it is there already, and nothing of it changes", () => {
    const there = { type: "aws_s3_object", before: { x: 1 }, after: { x: 1 }, actions: ["no-op"] };
    expect(found([plan([there])])).toMatchObject({ code: 0, text: "" });
  });
});

describe("a policy of a role", () => {
  const ROLE = "ledger-acme-eu-west-1-key-generator";
  const generator = { type: "aws_iam_role", after: { name: ROLE } };
  const own = { type: "aws_iam_role_policy", after: { name: "make-keys", role: ROLE, policy: "{}" } };

  test("passes where it is the key generator's own one", async () => {
    expect(found([plan([generator, own])])).toMatchObject({ code: 0 });
  });

  test.each<[string, Change[]]>([
    ["of another name", [generator, own, { ...own, name: "Y", after: { ...own.after, name: "more" } }]],
    ["of its name, put over it", [generator, own, { ...own, name: "Y" }]],
    [
      "of its name, put over one that stays as it is",
      [generator, { ...own, before: own.after, actions: ["no-op"] }, { ...own, name: "Y" }],
    ],
    ["of its name, from another stack", [own]],
    [
      "of another role",
      [
        { ...generator, after: { name: "r" } },
        { ...own, after: { ...own.after, role: "r" } },
      ],
    ],
    [
      "of a role that is not known yet",
      [generator, { ...own, after: { name: "make-keys" }, unknown: { role: true } }],
    ],
  ])("closes the gate where it is a further one: %s", async (_, changes) => {
    const { code, text } = found([plan(changes)]);
    expect(code).toBe(1);
    expect(text).toMatch(/^weakened: .* beside the key generator's own one: have security read it$/m);
  });

  test.each([
    "managed_policy_arns",
    "inline_policy",
  ])("closes the gate where a new role has %s", async (key) => {
    const made = {
      ...generator,
      after: { name: ROLE, [key]: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
    };
    const { code, text } = found([plan([made])]);
    expect(code).toBe(1);
    expect(text).toContain("is made with permissions that no role of this package has");
  });
});
