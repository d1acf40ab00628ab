import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnnotationMetadataEntryType, TerraformStack, TerraformVariable } from "cdktf";
import type { Node } from "constructs";
import { KeyCustody, LedgerWorkspace, type LedgerWorkspaceProps } from "../../../constructs";
import { PROJECT } from "../../support/project";
import {
  ACCOUNT,
  CREDENTIALS_SECRET,
  KEY_SECRET,
  role,
  synthesize,
  synthesizeUser,
} from "../../support/synthesis";
import { testingApp } from "../../support/testing-app";

describe("the key generator's role", () => {
  const statements = synthesizeUser().statements("aws_iam_role_policy");
  const actions = [...statements.values()].flatMap((statement) => statement.Action);

  test("can write keys and cannot read them", () => {
    const of = (sid: string) => statements.get(sid)?.Action;
    expect(of("WriteKeysNeverRead")).toEqual([
      "secretsmanager:DescribeSecret",
      "secretsmanager:PutSecretValue",
    ]);
    expect(actions.join()).not.toContain("GetSecretValue");
  });

  test("can move pointers, and see what they lead to, and no more", () => {
    const ofSecrets = [...statements.values()].flatMap(({ Sid, Action, Resource }) =>
      [Action].flat().some((action) => action.startsWith("secretsmanager:"))
        ? [[Sid, Action, String(Resource).split("/").at(-1)]]
        : [],
    );
    expect(ofSecrets.slice(1)).toEqual([
      [
        "MovePointers",
        [
          "secretsmanager:DescribeSecret",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        "current-??????",
      ],
      ["SeeThatCredentialsAreStored", "secretsmanager:DescribeSecret", "credentials-??????"],
    ]);
    expect(statements.get("SeeThatKeysAreEnabled")).toMatchObject({
      Action: "kms:DescribeKey",
      Condition: { StringLike: { "kms:RequestAlias": "alias/ledger-enterprise/acme-prod/*" } },
    });
  });

  test("has no wildcard action and no wildcard resource", () => {
    for (const { Action, Resource } of statements.values()) {
      expect([Action, Resource].flat()).not.toContain("*");
      expect([Action].flat().join()).not.toContain("*");
    }
  });

  test("reaches the workspace's own key secrets only", () => {
    expect(statements.get("WriteKeysNeverRead")?.Resource).toMatch(
      `:secretsmanager:eu-west-1:${ACCOUNT}:secret:ledger-enterprise/acme-prod/*/private-key-??????`,
    );
  });

  test("works for the function only, not for whoever gets its credentials", () => {
    const { Condition } = statements.get("WriteKeysNeverRead") ?? {};
    expect(Condition?.["ArnEquals"]?.["lambda:SourceFunctionArn"]).toMatch(
      /:function:ledger-enterprise-acme-prod-key-generator$/,
    );
  });

  test("uses the KMS key by way of Secrets Manager only", () => {
    const { Condition } = statements.get("EncryptBySecretsManager") ?? {};
    expect(Condition?.["StringLike"]?.["kms:ViaService"]).toBe("secretsmanager.eu-west-1.*");
  });

  test("has the region in its name, as role names are global, and the longest name fits", () => {
    expect(synthesizeUser().one("aws_iam_role").name).toBe("ledger-acme-prod-eu-west-1-key-generator");
    const longest = synthesizeUser({}, { name: "a".repeat(24), region: "us-isof-south-1" });
    expect(longest.one("aws_iam_role").name.length).toBeLessThanOrEqual(64);
    expect(longest.one("aws_lambda_function").function_name.length).toBeLessThanOrEqual(64);
  });

  test("is Lambda's to assume, and nobody else's", () => {
    expect(JSON.parse(synthesizeUser().one("aws_iam_role").assume_role_policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
  });

  test("honours rolePath and permissionsBoundary, and the secret's policy knows the path", () => {
    const permissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
    const template = synthesizeUser({}, { rolePath: "/custody/", permissionsBoundary });
    expect(template.one("aws_iam_role")).toMatchObject({
      path: "/custody/",
      permissions_boundary: permissionsBoundary,
    });
    const writers = template.statements(...KEY_SECRET).get("OnlyWritersWrite");
    expect(JSON.stringify(writers)).toContain(`:role/custody/ledger-acme-prod-eu-west-1-key-generator`);
  });
});

describe("the key generator's function", () => {
  const fn = synthesizeUser().one("aws_lambda_function");

  test("is the zip that was built, by the hash that Lambda calls CodeSha256", () => {
    const zip = readFileSync(join(PROJECT, "dist/functions/key-generator.zip"));
    expect(fn.source_code_hash).toBe(createHash("sha256").update(zip).digest("base64"));
  });

  test("has no environment, from which an SDK would take another endpoint", () => {
    expect(fn.environment).toBeUndefined();
  });

  test("is published, so that a version of it can be asked for keys", () => {
    expect(fn.publish).toBe(true);
  });

  test("logs to a group with retention", () => {
    expect(synthesizeUser().one("aws_cloudwatch_log_group").retention_in_days).toBe(400);
  });

  test("is made for a workspace in a stack of its own when that is asked for, and not otherwise", () => {
    const make = (keyGenerator?: boolean) =>
      synthesize((stack) => new LedgerWorkspace(stack, "W", { name: "acme", keyGenerator }));
    expect(make(true).all("aws_lambda_function")).toHaveLength(1);
    expect(make().all("aws_lambda_function")).toHaveLength(0);
  });
});

describe("the KMS key of the workspace", () => {
  const statements = synthesizeUser({}, { deployers: [role("terraform")] }).statements("aws_kms_key");

  test("works by way of Secrets Manager only, for the workspace's secrets only", () => {
    expect(statements.get("NobodyUsesDirectly")?.Effect).toBe("Deny");
    expect(statements.get("NobodyUsesDirectly")?.Condition).toEqual({
      StringNotLike: { "kms:ViaService": "secretsmanager.eu-west-1.*" },
    });
    const { Condition } = statements.get("NobodyUsesForOtherSecrets") ?? {};
    expect(Condition?.["StringNotLike"]?.["kms:EncryptionContext:SecretARN"]).toMatch(
      /:secret:ledger-enterprise\/acme-prod\/\*$/,
    );
  });

  test("lets Secrets Manager try it when a secret is created with it", () => {
    const { Condition } = statements.get("SecretsManagerTriesTheKey") ?? {};
    expect(Condition?.["StringEquals"]?.["kms:EncryptionContext:SecretVersionId"]).toBe(
      "RequestToValidateKeyAccess",
    );
  });

  test("takes no grants, no deletion, and policies from deployers only", () => {
    expect(statements.get("NobodyGrants")).toMatchObject({ Effect: "Deny", Action: "kms:CreateGrant" });
    expect(statements.get("NobodyDeletes")?.Action).toEqual([
      "kms:DeleteAlias",
      "kms:DisableKey",
      "kms:ScheduleKeyDeletion",
    ]);
    expect(statements.get("OnlyDeployersChangeThePolicy")?.Condition).toEqual({
      ArnNotEquals: { "aws:PrincipalArn": [role("terraform")] },
    });
  });

  test("allows its administrators no use", () => {
    const seen = ["AccountSees", "DeployersAdminister"].flatMap((sid) => statements.get(sid)?.Action ?? []);
    expect(seen.join()).not.toMatch(/\*|Decrypt|Encrypt|GenerateDataKey|CreateGrant|Sign/);
  });
});

describe("a workspace", () => {
  test("puts its tags on everything that takes tags", () => {
    const template = synthesizeUser({}, { tags: { "cost-center": "custody" } });
    for (const [type, end] of [
      ["aws_kms_key"],
      ["aws_iam_role"],
      ["aws_lambda_function"],
      ["aws_cloudwatch_log_group"],
      KEY_SECRET,
      CREDENTIALS_SECRET,
    ] as const) {
      expect(template.one(type, end).tags).toMatchObject({
        "cost-center": "custody",
        "ledger-enterprise:workspace": "acme-prod",
      });
    }
  });

  test.each(["", "Acme", "acme_prod", "-acme", "acme-", "a".repeat(25)])("cannot be named %j", (name) => {
    expect(() => synthesizeUser({}, { name })).toThrow(/not a workspace name/);
  });

  test("refuses a deployer that is no role of its account", () => {
    expect(() => synthesizeUser({}, { deployers: ["*"] })).toThrow(/deployers\[0\].*wildcard/);
    expect(() => synthesizeUser({}, { deployers: [role("x", "210987654321")] })).toThrow(/210987654321/);
  });

  test("without custodians warns that nobody can store credentials, and with some does not", () => {
    expect(warningsOf({ ...COMPLETE, custodians: [] })).toEqual([
      expect.stringMatching(/^custodians is empty: no one can store the API credentials/),
    ]);
    expect(warningsOf(COMPLETE)).toEqual([]);
  });

  test("without deployers warns that any administrator changes who reads, in each stack", () => {
    const message = expect.stringMatching(/^deployers is empty: any administrator of the account can/);
    expect(warningsOf({ ...COMPLETE, deployers: [] })).toEqual([message]);
    const stack = new TerraformStack(testingApp(), "test");
    const { alertEmails, deployers, ...options } = COMPLETE;
    const { node } = LedgerWorkspace.fromName(stack, "W", { name: "acme", ...options });
    expect(warningsIn(node)).toEqual([message]);
  });

  test("warns that nobody is told, where alerts are on and go to nobody", () => {
    const message = "alertEmails and alertTopic are both unset: no one will receive alerts; set one";
    const quiet = { ...COMPLETE, alertEmails: [] };
    expect(warningsOf(quiet)).toEqual([message]);
    expect(warningsOf({ ...quiet, alertTopic: "arn:aws:sns:eu-west-1:123456789012:security" })).toEqual([]);
    expect(warningsOf({ ...quiet, alerts: false })).toEqual([]);
  });

  const COMPLETE = {
    deployers: [role("terraform")],
    custodians: [role("custody-admin")],
    alertEmails: ["night@acme.example"],
  };
  const warningsIn = ({ metadata }: Node) =>
    metadata.filter(({ type }) => type === AnnotationMetadataEntryType.WARN).map(({ data }) => data);
  function warningsOf(props: Partial<LedgerWorkspaceProps>) {
    const stack = new TerraformStack(testingApp(), "test");
    return warningsIn(new LedgerWorkspace(stack, "W", { name: "acme", ...props }).node);
  }

  test.each([
    "http://api.vault.ledger.com",
    "api.vault.ledger.com",
    "https://me@api.vault.ledger.com",
    "https://api.vault.ledger.com/?x",
  ])("refuses the apiUrl %j", (apiUrl) => {
    expect(() => synthesizeUser({}, { apiUrl })).toThrow(/apiUrl: ".*" is not an https address/);
  });

  test("takes account and region from the provider where none are given, in any partition", () => {
    const template = synthesizeUser({}, { account: undefined, region: undefined });
    expect(Object.keys(template.json.data)).toEqual([
      "aws_caller_identity",
      "aws_lambda_function",
      "aws_partition",
      "aws_region",
    ]);
    expect(template.text).not.toMatch(/arn:aws:(?!iam::123456789012:role\/settlement)/);
  });

  test("in a region that AWS does not list gets a warning", () => {
    const warningsIn = (region: string) => {
      const stack = new TerraformStack(testingApp(), "test");
      new LedgerWorkspace(stack, "W", {
        name: "acme",
        region,
        deployers: [role("t")],
        custodians: [role("c")],
        alerts: false,
      });
      return stack.node
        .findAll()
        .flatMap(({ node }) => node.metadata)
        .map(({ data }) => String(data));
    };
    expect(warningsIn("eu-west-1").join()).not.toContain("region");
    expect(warningsIn("eu-west-9").join()).toContain('"eu-west-9" is not among the regions that AWS listed');
  });

  test("may have tokens wherever a literal does", () => {
    const template = synthesize((stack) => {
      const token = (id: string) => new TerraformVariable(stack, id, { type: "string" }).stringValue;
      new LedgerWorkspace(stack, "W", {
        name: token("name"),
        account: token("account"),
        region: token("region"),
        deployers: [token("deployer")],
        rolePath: token("path"),
        keyGenerator: true,
        alerts: false,
      });
    });
    expect(template.one("aws_iam_role").name).toBe("ledger-${var.name}-${var.region}-key-generator");
    expect(template.one("aws_kms_key").policy).toContain("${var.deployer}");
  });

  test("that another stack deployed is found by its names", () => {
    const template = synthesize((stack) => {
      const workspace = LedgerWorkspace.fromName(stack, "W", {
        name: "acme",
        account: ACCOUNT,
        region: "eu-west-1",
      });
      expect(workspace.generatorFunctionName()).toBe("ledger-enterprise-acme-key-generator");
    });
    expect(template.json.resource).toBeUndefined();
    const [key] = Object.values<Record<string, unknown>>(template.json.data.aws_kms_key);
    expect(key).toMatchObject({
      key_id: "alias/ledger-enterprise/acme",
      lifecycle: {
        precondition: [
          {
            condition: expect.stringMatching(
              /^\$\{contains\(tolist\(data\.aws_cloudwatch_log_groups\.\w+\.log_group_names\), "\/aws\/events\/ledger-enterprise\/acme"\)\}$/,
            ),
            error_message: expect.stringContaining("A fleet calls it acme-eu-west-1."),
          },
        ],
      },
    });
  });
});

describe("a second workspace of one name, in one account and region, from another state", () => {
  const template = synthesizeUser(
    { custody: KeyCustody.secretsManager() },
    {
      alerts: true,
      alertEmails: ["security@acme.example"],
      vpc: { subnetIds: ["subnet-0a"], securityGroupIds: ["sg-0a"] },
    },
  );
  const first = Object.entries<{ name: string }>(template.json.resource.aws_cloudwatch_log_group).find(
    ([, { name }]) => name === "/aws/events/ledger-enterprise/acme-prod",
  );
  const FIRST = `aws_cloudwatch_log_group.${first?.[0]}`;

  test("is refused the journal's log group before anything else is made", () => {
    const own = Object.entries<Record<string, { depends_on?: string[] }>>(template.json.resource)
      .flatMap(([type, all]) =>
        Object.entries(all).map(([id, { depends_on = [] }]) => ({ type, id, depends_on })),
      )
      .filter(({ type, id }) => id.startsWith("Workspace_") && `${type}.${id}` !== FIRST);
    expect(own.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "aws_cloudwatch_event_rule",
        "aws_sns_topic",
        "aws_lambda_function",
        "aws_kms_key",
      ]),
    );
    for (const { id, depends_on } of own) {
      expect([id, depends_on]).toEqual([id, expect.arrayContaining([FIRST])]);
      expect(new Set(depends_on).size).toBe(depends_on.length);
    }
    expect(first?.[1]).not.toHaveProperty("depends_on");
  });

  test("data sources do not wait for it: they are read at plan", () => {
    expect(JSON.stringify(template.json.data)).not.toContain(FIRST);
  });
});
