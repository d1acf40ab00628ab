/** A function runs as the local user: what it is given, and what it can make the embedded AWS believe. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import type { LocalAws } from "../../../local-aws/emulator";
import { callByHand, clientSettings } from "../../support/embedded-aws";
import { startSharedAws } from "../../support/shared-moto";

let directory: string;
let aws: LocalAws;
let lambda: LambdaClient;
const env = () => aws.env("123456789012", "eu-west-1");
const Role = "arn:aws:iam::123456789012:role/function";

beforeAll(async () => {
  process.env["SECRET_OF_THE_PERSON"] = "theirs";
  directory = mkdtempSync(join(tmpdir(), "function-rights-"));
  aws = await startSharedAws(directory);
  lambda = new LambdaClient(clientSettings(env()));
  const role = { RoleName: "function", AssumeRolePolicyDocument: "{}" };
  await new IAMClient(clientSettings(env())).send(new CreateRoleCommand(role));
});
afterAll(async () => {
  lambda.destroy();
  await aws.stop();
  rmSync(directory, { recursive: true });
});

/** Deploys a function with this body, runs it, and gives its answer. */
async function run(FunctionName: string, body: string, event: object = {}) {
  const source = `exports.handler = async (event) => { ${body} }`;
  const Code = { ZipFile: zipSync({ "index.js": strToU8(source) }) };
  const settings = { Role, Runtime: "nodejs22.x", Handler: "index.handler", Timeout: 20 } as const;
  const Environment = { Variables: { OWN: "1", AWS_SESSION_TOKEN: "run:mine" } };
  await lambda.send(new CreateFunctionCommand({ FunctionName, Code, Environment, ...settings }));
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  return JSON.parse(Payload?.transformToString() ?? "null");
}

it("its environment is what Lambda gives, its own variables, and the PATH of the person who started the run", async () => {
  const names: string[] = await run("environment", "return Object.keys(process.env)");
  // PWD is of the shell that starts it, where that sets it.
  const unexpected = names.filter((name) => !/^(AWS_|LAMBDA_TASK_ROOT$|_HANDLER$|PWD$)/.test(name));
  expect(unexpected.sort()).toEqual(["LANG", "NODE_PATH", "OWN", "PATH", "TMPDIR", "TZ"]);
});

it("its folder for temporary files, its code and its log are in folders that no other user can enter", async () => {
  const folder: string = await run("folders", "return require('node:os').tmpdir()");
  expect(folder.startsWith(directory)).toBe(true);
  for (const each of [folder, directory, join(directory, "functions"), join(directory, "log")])
    expect({ each, mode: statSync(each).mode & 0o777 }).toEqual({ each, mode: 0o700 });
});

describe("its token", () => {
  it("is its own, whatever its variables say, and names it", async () => {
    await run(
      "honest",
      `await fetch(process.argv[2], { method: "POST", headers: {
        "x-amz-security-token": process.env.AWS_SESSION_TOKEN, "x-amz-target": "secretsmanager.ListSecrets" } });`,
    );
    expect(aws.calls()).toContainEqual(expect.objectContaining({ action: "ListSecrets", caller: "honest" }));
  });

  it("cannot be turned into that of another function, another account or the run", async () => {
    const answers: Record<string, number> = await run(
      "liar",
      `const statuses = {};
      const token = process.env.AWS_SESSION_TOKEN;
      const mac = token.slice(token.lastIndexOf(":") + 1);
      const place = "function:123456789012:eu-west-1";
      for (const other of [token, place + ":generator:" + mac, "function:111111111111:eu-west-1:liar:" + mac,
        place + ":liar:x:" + mac, place + ":lia:" + mac, "run:" + mac, "run"]) {
        const headers = { "x-amz-security-token": other, "x-amz-target": "secretsmanager.ListSecrets" };
        const { status } = await fetch(process.argv[2], { method: "POST", headers });
        statuses[other.replace(mac, "MAC")] = status;
      }
      return statuses;`,
    );
    const [own = "", ...others] = Object.keys(answers);
    expect(own).toBe("function:123456789012:eu-west-1:liar:MAC");
    expect(answers[own]).not.toBe(403);
    expect(others).toHaveLength(6);
    expect(others.map((other) => answers[other])).toEqual(Array(6).fill(403));
  });

  it("works in the function's account only, and does not end the embedded AWS", async () => {
    const answer: { account: number; end: number } = await run(
      "traveller",
      `const token = { "x-amz-security-token": process.env.AWS_SESSION_TOKEN };
      const authorization = "AWS4-HMAC-SHA256 Credential=111111111111/20260101/eu-west-1/kms/aws4_request, SignedHeaders=host, Signature=0";
      await fetch(process.argv[2], { method: "POST", headers: { ...token, authorization, "x-amz-target": "TrentService.ListKeys" } });
      const end = await fetch(process.argv[2] + "/_local-aws", { method: "DELETE", headers: token });
      return { end: end.status };`,
    );
    expect(aws.calls()).toContainEqual(
      expect.objectContaining({ action: "ListKeys", caller: "traveller", account: "123456789012" }),
    );
    expect(answer.end).toBe(404);
  });
});

it("code comes from who has a token, and from nobody else", async () => {
  const kept = () => readdirSync(join(directory, "functions")).sort();
  const before = kept();
  const ZipFile = Buffer.from(zipSync({ "index.js": strToU8("exports.handler = () => 1") })).toString(
    "base64",
  );
  const init = { method: "POST", body: JSON.stringify({ FunctionName: "foreign", Code: { ZipFile } }) };
  const create = (more: Record<string, string>) =>
    callByHand({ ...env(), ...more }, "lambda", "/2015-03-31/functions", init);
  expect((await create({ AWS_SESSION_TOKEN: "run:guess" })).status).toBe(403);
  expect(kept()).toEqual(before);
  await create({});
  expect(kept()).toHaveLength(before.length + 1);
});
