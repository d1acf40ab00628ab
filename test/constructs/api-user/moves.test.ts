import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import type { Generations } from "../../../rules/generations";
import { PUBLIC_KEY } from "../../support/keys/public-key";
import { synth, testingApp } from "../../support/testing-app";

function synthesized(build: (stack: TerraformStack) => void) {
  const stack = new TerraformStack(testingApp(), "stack");
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  build(stack);
  return JSON.parse(synth(stack));
}

const workspaceIn = (stack: TerraformStack) =>
  LedgerWorkspace.fromName(stack, "Workspace", {
    ...{ name: "acme", account: "123456789012", region: "eu-west-1" },
    custodians: ["arn:aws:iam::123456789012:role/custodian"],
  });

const ONE: Generations = { 1: "current" };
const THREE: Generations = { 1: "retired", 2: "current", 3: "pending" };

const userIn = (stack: TerraformStack, custody: KeyCustody, generations = ONE, username = "bot") =>
  new ApiUser(stack, "Bot", {
    ...{ workspace: workspaceIn(stack), username, role: ApiUserRole.OPERATOR, custody, generations },
  });

const CUSTODIES: readonly [string, KeyCustody, Generations][] = [
  ["secrets-manager", KeyCustody.secretsManager(), ONE],
  ["secrets-manager with three generations", KeyCustody.secretsManager(), THREE],
  ["kms", KeyCustody.kms(), ONE],
  ["kms with three generations", KeyCustody.kms(), THREE],
  ["a pinned kms", KeyCustody.kms({ publicKey: PUBLIC_KEY }), ONE],
  ["imported", KeyCustody.imported({ publicKey: PUBLIC_KEY }), { 2: "current" }],
];

/** The user's own resources, of which the rules of a stack are none. */
const addressesIn = (json: { resource: Record<string, object> }): string[] =>
  Object.entries(json.resource)
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`))
    .filter((address) => address.includes(".Bot_"));

describe.each(CUSTODIES)("custody %s", (_, custody, generations) => {
  test("lets go of all that the user has", () => {
    const { removed } = synthesized((stack) => ApiUser.letGo(stack, "Bot", generations));
    const from = (removed as { from: string; lifecycle: object }[]).map((block) => block.from);
    expect(from).toEqual(
      expect.arrayContaining(addressesIn(synthesized((stack) => userIn(stack, custody, generations)))),
    );
    for (const { lifecycle } of removed) expect(lifecycle).toEqual({ destroy: false });
  });

  test("takes over all but the invocation, and has the same resources with it", () => {
    const without = synthesized((stack) => userIn(stack, custody, generations));
    const json = synthesized((stack) => userIn(stack, custody, generations).takeOver());
    expect(addressesIn(json)).toEqual(addressesIn(without));
    const to = (json.import as { to: string }[]).map((block) => block.to);
    expect(to.sort()).toEqual(
      addressesIn(json)
        .filter((address) => !address.startsWith("aws_lambda_invocation."))
        .sort(),
    );
    expect(JSON.stringify(json.import)).not.toContain("TfToken");
  });
});

test("a user whose name is a token cannot be looked for", () => {
  const build = (stack: TerraformStack) => {
    const name = new TerraformVariable(stack, "name", { type: "string" });
    userIn(stack, KeyCustody.secretsManager(), ONE, name.stringValue).takeOver();
  };
  expect(() => synthesized(build)).toThrow("takeOver: the name of the user or of its workspace is a token");
});
