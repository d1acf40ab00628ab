import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { strToU8, zipSync } from "fflate";
import { type LocalAws, startLocalAws } from "../../../local-aws/emulator";
import { clientSettings } from "../../support/embedded-aws";

// Not about speed: the machine may be busy.
jest.setTimeout(60_000);

const ACCOUNT = "123456789012";
const REGION = "eu-west-1";
const directory = mkdtempSync(join(tmpdir(), "local-aws-"));
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws({ directory });
});

afterAll(async () => {
  await aws.stop();
  rmSync(directory, { recursive: true });
});

const settings = (account = ACCOUNT, region = REGION) => clientSettings(aws.env(account, region));
const secrets = (account?: string, region?: string) => new SecretsManagerClient(settings(account, region));
const lambda = (account?: string, region?: string) => new LambdaClient(settings(account, region));

const zip = (source: string) => zipSync({ "index.js": strToU8(source) });

/** Creates a function from the source of a CommonJS module that exports `handler`. */
async function createFunction(
  FunctionName: string,
  source: string,
  { account = ACCOUNT, region = REGION, ...more }: Partial<CreateFunctionCommandInput> & Place = {},
): Promise<void> {
  const role = { RoleName: `${FunctionName}-${region}`, AssumeRolePolicyDocument: "{}" };
  await new IAMClient(settings(account, region)).send(new CreateRoleCommand(role));
  await lambda(account, region).send(
    new CreateFunctionCommand({
      FunctionName,
      Role: `arn:aws:iam::${account}:role/${role.RoleName}`,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { ZipFile: zip(source) },
      ...more,
    }),
  );
}

interface Place {
  readonly account?: string;
  readonly region?: string;
}

async function invoke(
  FunctionName: string,
  event: unknown = {},
  more: Partial<InvokeCommandInput> & Place = {},
) {
  const { account, region, ...input } = more;
  const command = new InvokeCommand({ FunctionName, Payload: strToU8(JSON.stringify(event)), ...input });
  const { Payload, FunctionError, StatusCode } = await lambda(account, region).send(command);
  const text = Payload?.transformToString() ?? "";
  return { StatusCode, FunctionError, answer: text === "" ? undefined : JSON.parse(text) };
}

function functionLog(name: string): string {
  const file = readdirSync(join(directory, "log")).find((entry) => entry.endsWith(`.${name}.log`));
  return readFileSync(join(directory, "log", file ?? "none"), "utf8");
}

describe("moto's services answer through the proxy", () => {
  it("keeps a secret", async () => {
    await secrets().send(new CreateSecretCommand({ Name: "plain", SecretString: "value" }));
    const { SecretString } = await secrets().send(new GetSecretValueCommand({ SecretId: "plain" }));
    expect(SecretString).toBe("value");
  });

  it("passes AWS's errors on", async () => {
    const missing = secrets().send(new DescribeSecretCommand({ SecretId: "no-such-secret" }));
    await expect(missing).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("keeps accounts apart, by access key ids that are account numbers", async () => {
    await secrets("111111111111").send(new CreateSecretCommand({ Name: "theirs" }));
    const found = await secrets("111111111111").send(new DescribeSecretCommand({ SecretId: "theirs" }));
    expect(found.ARN).toContain(":111111111111:");
    const foreign = secrets("222222222222").send(new DescribeSecretCommand({ SecretId: "theirs" }));
    await expect(foreign).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a function runs from the zip that was deployed", () => {
  it("with its variables, Lambda's own, and a context", async () => {
    await createFunction(
      "echo",
      `exports.handler = async (event, context) => ({
        event,
        variable: process.env.STAGE,
        name: process.env.AWS_LAMBDA_FUNCTION_NAME,
        region: process.env.AWS_REGION,
        arn: context.invokedFunctionArn,
        inTime: context.getRemainingTimeInMillis() > 2000,
        real: Object.keys(process.env).filter((name) => name === "HOME" || name === "AWS_PROFILE"),
      });`,
      { Environment: { Variables: { STAGE: "test", AWS_REGION: "mars-north-1" } } },
    );
    const { answer, FunctionError } = await invoke("echo", { hello: "world" });
    expect(FunctionError).toBeUndefined();
    expect(answer).toEqual({
      event: { hello: "world" },
      variable: "test",
      name: "echo",
      region: REGION,
      arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:echo`,
      inTime: true,
      real: [],
    });
  });

  it("by name, ARN and partial ARN", async () => {
    await createFunction("named", "exports.handler = async () => 'here'");
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:named`;
    for (const name of ["named", arn, `${ACCOUNT}:function:named`, `${arn}:$LATEST`]) {
      expect({ name, answer: (await invoke(name)).answer }).toEqual({ name, answer: "here" });
    }
    expect((await invoke("named", {}, { Qualifier: "$LATEST" })).answer).toBe("here");
  });

  it("and from the new zip and variables after an update", async () => {
    await createFunction("updated", "exports.handler = async () => 'old'");
    await lambda().send(
      new UpdateFunctionCodeCommand({
        FunctionName: "updated",
        ZipFile: zip("exports.handler = async () => process.env.ANSWER"),
      }),
    );
    const Environment = { Variables: { ANSWER: "new" } };
    await lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: "updated", Environment }));
    expect((await invoke("updated")).answer).toBe("new");
  });

  it("with an AWS SDK that comes from outside of the zip and works on the same account and region", async () => {
    const place = { account: "333333333333", region: "us-west-2" };
    await createFunction(
      "writer",
      `const { SecretsManagerClient, PutSecretValueCommand } = require("@aws-sdk/client-secrets-manager");
      exports.handler = async ({ name }) => {
        await new SecretsManagerClient({}).send(new PutSecretValueCommand({ SecretId: name, SecretString: "by function" }));
      };`,
      { ...place, Timeout: 20 },
    );
    const client = secrets(place.account, place.region);
    await client.send(new CreateSecretCommand({ Name: "written" }));
    expect(await invoke("writer", { name: "written" }, place)).toMatchObject({ answer: null });
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: "written" }));
    expect(SecretString).toBe("by function");
    expect(aws.calls()).toContainEqual({
      service: "secretsmanager",
      action: "PutSecretValue",
      ...place,
      caller: "writer",
      status: 200,
    });
  });

  it("told apart from one of the same name in another region or account", async () => {
    const places = [
      { account: ACCOUNT, region: "eu-central-1" },
      { account: ACCOUNT, region: "us-east-1" },
      { account: "444444444444", region: "us-east-1" },
    ];
    for (const place of places) {
      await createFunction("twin", `exports.handler = async () => (${JSON.stringify(place)})`, place);
    }
    const answers = await Promise.all(places.map(async (place) => (await invoke("twin", {}, place)).answer));
    expect(answers).toEqual(places);
  });

  it("and two invocations at once run at once: each waits for the other here", async () => {
    await createFunction(
      "pair",
      `const { existsSync, writeFileSync } = require("node:fs");
      exports.handler = async ({ mine, other }) => {
        writeFileSync(mine, "");
        while (!existsSync(other)) await new Promise((resolve) => setTimeout(resolve, 10));
        return "met";
      };`,
      { Timeout: 10 },
    );
    const [a, b] = [join(directory, "a"), join(directory, "b")];
    const both = await Promise.all([
      invoke("pair", { mine: a, other: b }),
      invoke("pair", { mine: b, other: a }),
    ]);
    expect(both.map(({ answer }) => answer)).toEqual(["met", "met"]);
  });
});

describe("an invocation that goes wrong answers as Lambda does", () => {
  it("when the handler throws", async () => {
    await createFunction("failing", "exports.handler = async () => { throw new RangeError('too much') }");
    const { StatusCode, FunctionError, answer } = await invoke("failing");
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(answer).toMatchObject({ errorType: "RangeError", errorMessage: "too much" });
    expect(answer.trace).toContainEqual(expect.stringContaining("RangeError: too much"));
    expect(functionLog("failing")).toContain("too much");
  });

  it("when it takes too long", async () => {
    await createFunction("late", "exports.handler = () => new Promise(() => setInterval(() => {}, 1000))", {
      Timeout: 1,
    });
    const { FunctionError, answer } = await invoke("late");
    expect(FunctionError).toBe("Unhandled");
    expect(answer.errorType).toBe("Sandbox.Timedout");
    expect(answer.errorMessage).toMatch(/Task timed out after 1.00 seconds$/);
  });

  it("when its process exits", async () => {
    await createFunction("leaving", "exports.handler = async () => process.exit(3)");
    const { answer } = await invoke("leaving");
    expect(answer.errorType).toBe("Runtime.ExitError");
    expect(answer.errorMessage).toMatch(/exit status 3$/);
  });

  it.each([
    ["no-module", "exports.handler = 1", "other.handler", "Runtime.ImportModuleError"],
    ["no-handler", "exports.other = 1", "index.handler", "Runtime.HandlerNotFound"],
    ["no-syntax", "exports.handler = ", "index.handler", "SyntaxError"],
  ])("when it cannot be loaded: %s", async (name, source, Handler, errorType) => {
    await createFunction(name, source, { Handler });
    expect((await invoke(name)).answer.errorType).toBe(errorType);
  });

  it("when there is no such function", async () => {
    await expect(invoke("missing")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

it("a dry run runs nothing, and an event is not waited for", async () => {
  await createFunction("traced", "exports.handler = async ({ text }) => console.log(text)");
  expect((await invoke("traced", { text: "dry" }, { InvocationType: "DryRun" })).StatusCode).toBe(204);
  expect((await invoke("traced", { text: "later" }, { InvocationType: "Event" })).StatusCode).toBe(202);
  expect((await invoke("traced", { text: "now" })).StatusCode).toBe(200);
  for (
    const deadline = Date.now() + 5000;
    !functionLog("traced").includes("later") && Date.now() < deadline;
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(functionLog("traced")).toMatch(/^later$/m);
  expect(functionLog("traced")).not.toMatch(/^dry$/m);
});

describe("a test can answer in AWS's place", () => {
  const put = () => secrets().send(new PutSecretValueCommand({ SecretId: "contested", SecretString: "x" }));
  beforeAll(() => secrets().send(new CreateSecretCommand({ Name: "contested" })));

  it("with throttling that passes", async () => {
    let refusals = 2;
    const restore = aws.intercept(({ action }) => {
      if (action !== "PutSecretValue" || refusals-- <= 0) return undefined;
      return { status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } };
    });
    const { $metadata } = await put().finally(restore);
    expect($metadata.attempts).toBe(3);
    const statuses = aws
      .calls()
      .filter(({ action }) => action === "PutSecretValue")
      .slice(-3);
    expect(statuses.map(({ status }) => status)).toEqual([400, 400, 200]);
  });

  it("with a refusal, until it is removed", async () => {
    const restore = aws.intercept(({ action }) =>
      action === "PutSecretValue"
        ? { status: 400, body: { __type: "AccessDeniedException", message: "not allowed" } }
        : undefined,
    );
    await expect(put()).rejects.toMatchObject({ name: "AccessDeniedException" });
    restore();
    await expect(put()).resolves.toBeDefined();
  });

  it("with a function that dies after AWS did what it asked for", async () => {
    await createFunction(
      "dying",
      `const { SecretsManagerClient, PutSecretValueCommand } = require("@aws-sdk/client-secrets-manager");
      exports.handler = () => new SecretsManagerClient({}).send(
        new PutSecretValueCommand({ SecretId: "contested", SecretString: "last words" }));`,
      { Timeout: 20 },
    );
    const restore = aws.intercept(async ({ action, caller }, forward) => {
      if (action !== "PutSecretValue" || caller !== "dying") return undefined;
      const answer = await forward();
      aws.killFunction("dying");
      return answer;
    });
    const { answer } = await invoke("dying").finally(restore);
    expect(answer.errorType).toBe("Runtime.ExitError");
    const { SecretString } = await secrets().send(new GetSecretValueCommand({ SecretId: "contested" }));
    expect(SecretString).toBe("last words");
  });
});
