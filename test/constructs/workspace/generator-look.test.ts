import { TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, LedgerWorkspace, type LedgerWorkspaceOptions } from "../../../constructs";
import { generatorCodeSha256 } from "../../../functions/key-generator/zip";
import { ACCOUNT, synthesize, synthesizeUser, type Template } from "../../support/synthesis";

const CODE_SIGNING = "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0f6c334abcdea4d8b";

/** Two users of a workspace that another stack deploys. */
const inUsersStack = (options: Partial<LedgerWorkspaceOptions> = {}) =>
  synthesize((stack) => {
    const workspace = LedgerWorkspace.fromName(stack, "W", {
      ...{ name: "acme", account: ACCOUNT, region: "eu-west-1", rolePath: "/custody/" },
      ...options,
    });
    for (const username of ["one", "two"])
      new ApiUser(stack, username, { workspace, username, role: ApiUserRole.OPERATOR });
  });

interface Look {
  readonly qualifier?: string;
  readonly lifecycle: { readonly postcondition: readonly { condition: string; error_message: string }[] };
}

function looksOf({ json }: Template): { address: string; look: Look }[] {
  return Object.entries<Look>(json.data.aws_lambda_function).map(([name, look]) => ({
    address: `data.aws_lambda_function.${name}`,
    look,
  }));
}

/** The local that has the function's settings. */
const declaredIn = ({ locals }: Template["json"]) =>
  Object.values<string | Record<string, string>>(locals).find(
    (local) => typeof local === "object" && "handler" in local,
  );

describe.each([
  ["in one stack with the workspace", () => synthesizeUser()],
  ["in a stack of their own", () => inUsersStack()],
])("users %s", (_, make) => {
  const template = make();
  const [newest, unpublished, ...more] = looksOf(template);

  test("look once at the newest version and once at what is unpublished, before each key", () => {
    expect(more).toEqual([]);
    expect([newest?.look.qualifier, unpublished?.look.qualifier]).toEqual([undefined, "$LATEST"]);
    for (const { depends_on } of template.all("aws_lambda_invocation"))
      expect(depends_on).toEqual(expect.arrayContaining([newest?.address, unpublished?.address]));
  });

  test("ask the version that was looked at, by its number, and not again when there is a newer one", () => {
    for (const { qualifier, lifecycle, triggers } of template.all("aws_lambda_invocation")) {
      expect(qualifier).toBe(`\${${newest?.address}.version}`);
      expect(lifecycle.ignore_changes).toEqual(["qualifier", "input"]);
      expect(triggers).toEqual({
        secretArn: expect.stringMatching(/^\$\{aws_secretsmanager_secret\.\w+\.arn\}$/),
      });
    }
  });

  test("compare the code: the version's with this package's, the unpublished with the version's", () => {
    const conditions = [newest, unpublished].flatMap(
      (each) => each?.look.lifecycle.postcondition.map(({ condition }) => condition) ?? [],
    );
    expect(conditions).toEqual([
      '${self.version != "$LATEST"}',
      `\${self.code_sha256 == "${generatorCodeSha256()}"}`,
      expect.stringContaining("self.environment"),
      `\${self.code_sha256 == ${newest?.address}.code_sha256}`,
      expect.stringContaining("self.environment"),
    ]);
  });
});

test("the settings that are compared are those that the workspace's stack declares", () => {
  const vpc = { subnetIds: ["subnet-0b", "subnet-0a"], securityGroupIds: ["sg-0c"] };
  const own = synthesizeUser({}, { name: "acme", rolePath: "/custody/", vpc });
  const fn = own.one("aws_lambda_function");
  const partition = /\$\{data\.aws_partition\.\w+\.partition\}/;
  for (const { json } of [own, inUsersStack({ vpc })]) {
    expect(declaredIn(json)).toEqual({
      handler: fn.handler,
      runtime: fn.runtime,
      architecture: fn.architectures.join(),
      role: expect.stringMatching(
        new RegExp(
          `^arn:${partition.source}:iam::${ACCOUNT}:role/custody/ledger-acme-eu-west-1-key-generator$`,
        ),
      ),
      "container image": "",
      layers: "",
      "file systems": "",
      "environment variables": "",
      "key of the environment variables": "",
      subnets: "subnet-0a,subnet-0b",
      "security groups": "sg-0c",
      "time limit": String(fn.timeout),
      memory: String(fn.memory_size),
    });
  }
  expect(fn.vpc_config).toEqual({ subnet_ids: vpc.subnetIds, security_group_ids: vpc.securityGroupIds });
});

test("a network of tokens is sorted by Terraform, as what it is compared with", () => {
  const { json } = synthesize((stack) => {
    const id = (name: string) => new TerraformVariable(stack, name, { type: "string" }).stringValue;
    const vpc = { subnetIds: [id("b"), id("a")], securityGroupIds: ["sg-0c", "sg-0a"] };
    new LedgerWorkspace(stack, "W", { name: "acme", keyGenerator: true, alerts: false, vpc });
  });
  expect(declaredIn(json)).toMatchObject({
    subnets: '${join(",", sort([var.b, var.a]))}',
    "security groups": "sg-0a,sg-0c",
  });
});

test("with a code signing configuration, code is right that is ours or signed by one whom it trusts", () => {
  for (const template of [
    synthesizeUser({}, { codeSigningConfig: CODE_SIGNING }),
    inUsersStack({ codeSigningConfig: CODE_SIGNING }),
  ]) {
    const [name] = Object.keys(template.json.data.aws_lambda_code_signing_config);
    const config = `data.aws_lambda_code_signing_config.${name}`;
    const [newest] = looksOf(template);
    expect(newest?.look.lifecycle.postcondition[1]?.condition).toBe(
      `\${self.code_sha256 == "${generatorCodeSha256()}" || (self.code_signing_config_arn == ${config}.arn && contains(flatten([for each in ${config}.allowed_publishers : tolist(each.signing_profile_version_arns)]), try(coalesce(self.signing_profile_version_arn), "")))}`,
    );
  }
});
