/** What runs is what was reviewed: the key generator is swapped at every moment of a deployment, and no key is made by it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { strToU8, zipSync } from "fflate";
import { generatorZip } from "../../functions/key-generator/zip";
import { generateKeyPair } from "../../keys";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";

jest.setTimeout(600_000);

const SHARED = "acme-eu-west-1";
const USERS = "acme-treasury";
const FunctionName = "ledger-enterprise-acme-key-generator";
const ofAttacker = generateKeyPair();
/** Answers with a public key of its own, as soon as it is asked. */
const EVIL = zipSync({
  "index.js": strToU8(`exports.handler = async () => ({ publicKey: "${ofAttacker.publicKey}" })`),
});
const HONEST = readFileSync(generatorZip());

const deployment = new Deployment();
let lambda: LambdaClient;
let secrets: SecretsManagerClient;

const declare = (...users: string[]) => {
  const one = (name: string) =>
    `  - { username: ${name}, role: operator, signers: ["arn:aws:iam::${ACCOUNT}:role/${name}"] }\n`;
  deployment.write("acme/treasury.yaml", `users:\n${users.map(one).join("")}`);
  deployment.synthesize();
};

beforeAll(async () => {
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"\nregion: ${REGION}\ndeployers: ["arn:aws:iam::${ACCOUNT}:role/terraform"]\n`,
  );
  declare("first");
  await deployment.start();
  lambda = new LambdaClient(deployment.settings());
  secrets = new SecretsManagerClient(deployment.settings());
  await deployment.apply(SHARED);
  await deployment.apply(USERS);
});

afterAll(async () => {
  ofAttacker.wipe();
  lambda?.destroy();
  secrets?.destroy();
  await deployment.end();
});

const swap = (ZipFile: Uint8Array) => lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
const publish = () => lambda.send(new PublishVersionCommand({ FunctionName }));

/** The public keys that the registration has, each of which is in custody, put there by the generator. */
async function registered(): Promise<Record<string, string>> {
  const registration = await deployment.registration(USERS);
  for (const { publicKey, keyArn } of Object.values(registration)) {
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: keyArn }));
    expect(Object.values(VersionIdsToStages).flat()).toContain(`public-key-${publicKey}`);
  }
  return Object.fromEntries(Object.entries(registration).map(([name, { publicKey }]) => [name, publicKey]));
}

/** Why an apply of the users' stack is refused, and that nothing was made by then. */
async function refusal(): Promise<string> {
  const calls = deployment.aws.calls().length;
  const said = await deployment.apply(USERS).then(
    () => "it was applied",
    (error: Error) => error.message,
  );
  const made = deployment.aws
    .calls()
    .slice(calls)
    .map(({ action }) => action);
  expect(made.filter((action) => /^(Invoke|Create|Put)/.test(action))).toEqual([]);
  // Terraform breaks lines, with a bar before each.
  return said.replace(/\s*│?\s+/g, " ");
}

/** The step that the message gives. */
async function makeItAgain(): Promise<void> {
  const { stdout } = await deployment.run(SHARED, "state", "list");
  const address = stdout.split("\n").find((each) => each.startsWith("aws_lambda_function.")) ?? "";
  await deployment.run(SHARED, "apply", "-auto-approve", `-replace=${address}`);
}

const REPLACE = /make it again with terraform apply -replace=ADDRESS in that stack/;

test("users' keys are made by a version, whose number the plan has", () => {
  const state = JSON.parse(readFileSync(join(deployment.stack(USERS), "terraform.tfstate"), "utf8"));
  const resources = state.resources as { type: string; instances: { attributes: { qualifier: string } }[] }[];
  const invocations = resources.filter(({ type }) => type === "aws_lambda_invocation");
  expect(invocations.map(({ instances }) => instances[0]?.attributes.qualifier)).toEqual(["1"]);
});

test("code that was swapped and not published makes no key: $LATEST must be the version", async () => {
  await swap(EVIL);
  declare("first", "second");
  const said = await refusal();
  expect(said).toMatch(
    /The unpublished state \(\$LATEST\) of the key generator [\w-]+, last changed \S+, has other code than its newest version/,
  );
  expect(said).toMatch(REPLACE);
  expect(said).not.toMatch(/Version 1 of/);
  await swap(HONEST);
});

test("a version that was published between plan and apply of a saved plan is not the one that runs", async () => {
  await deployment.run(USERS, "plan", "-out=saved");
  await swap(EVIL);
  await publish();
  await deployment.run(USERS, "apply", "saved");
  const keys = await registered();
  expect(Object.keys(keys)).toEqual(["first", "second"]);
  expect(Object.values(keys)).not.toContain(ofAttacker.publicKey);
});

test("after the apply the next plan names it, though $LATEST is put back, and the keys stay what they are", async () => {
  const keys = await registered();
  await swap(HONEST);
  const said = await refusal();
  expect(said).toMatch(
    /Version 2 of the key generator [\w-]+, last changed \S+, has other code than this package/,
  );
  expect(said).toMatch(REPLACE);
  expect(said).not.toContain("The unpublished state ($LATEST)");
  expect(await registered()).toEqual(keys);
});

test("a version that was published before the plan makes no key", async () => {
  declare("first", "second", "third");
  expect(await refusal()).toMatch(/Version 2 of the key generator .* has other code/);
});

test("nothing but the documented step heals it, and then plans are clean and a new user gets a key", async () => {
  await expect(deployment.run(SHARED, "apply", "-auto-approve")).rejects.toThrow(/Version 2 of/);
  const before = await registered();
  await makeItAgain();
  expect(await deployment.plan(SHARED)).toEqual({});
  expect(Object.keys(await deployment.plan(USERS)).filter((address) => !address.includes("third"))).toEqual(
    [],
  );
  await deployment.apply(USERS);
  expect(await deployment.plan(USERS)).toEqual({});
  const after = await registered();
  expect(after).toMatchObject(before);
  expect(after["third"]).toMatch(/^04/);
  expect(Object.values(after)).not.toContain(ofAttacker.publicKey);
});

test("settings are seen, those too that a deployer cannot read, and Terraform puts them back by itself", async () => {
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Handler: "index.other",
      Runtime: "nodejs20.x",
      Role: `arn:aws:iam::${ACCOUNT}:role/other`,
      Environment: { Variables: { NODE_OPTIONS: "--require /tmp/x" } },
      Timeout: 3,
      MemorySize: 1024,
    }),
  );
  // What AWS answers, and moto does not: variables under a key of somebody else's, layers and file systems.
  const hidden = {
    Environment: { Error: { ErrorCode: "AccessDeniedException", Message: "Lambda was unable to decrypt" } },
    KMSKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
    Layers: [{ Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:x:1`, CodeSize: 1 }],
    FileSystemConfigs: [
      { Arn: `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:access-point/fsap-0`, LocalMountPath: "/mnt/x" },
    ],
    VpcConfig: { SubnetIds: ["subnet-0a"], SecurityGroupIds: ["sg-0a"], VpcId: "vpc-0a" },
    Architectures: ["x86_64"],
  };
  const stop = deployment.aws.intercept(async ({ action }, forward) => {
    if (action !== "GetFunction") return undefined;
    const real = await forward();
    const { Configuration, Code, ...rest } = JSON.parse(String(real.body));
    if (Configuration.Handler !== "index.other") return real;
    const changed = { Configuration: { ...Configuration, ...hidden }, Code: { ...Code, ImageUri: "x" } };
    return { status: 200, body: { ...rest, ...changed } };
  });
  const unpublished = await refusal();
  await publish();
  const published = await refusal().finally(stop);
  const settings =
    "architecture, container image, environment variables, file systems, handler, key of the environment variables, layers, memory, role, runtime, security groups, subnets, time limit";
  const differs = `of the key generator \\S+, last changed \\S+, differs from what this package deploys, in: ${settings}\\.`;
  expect(unpublished).toMatch(new RegExp(`The unpublished state \\(\\$LATEST\\) ${differs}`));
  expect(published).toMatch(new RegExp(`Version \\d ${differs}`));
  await deployment.run(SHARED, "apply", "-auto-approve");
  expect(await deployment.plan(USERS)).toEqual({});
});
