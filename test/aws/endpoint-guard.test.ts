import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as fc from "fast-check";
import { refuseForeignEndpoints } from "../../aws/endpoint-guard";
import { ALLOW_LOOPBACK } from "../../rules/loopback";
import { runs } from "../support/for-all";

class Refused extends Error {}

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

/** Where a request went that the guard let through; what the guard refused otherwise. */
async function sent(endpoint: string | undefined, region = "eu-west-1", service = "secretsmanager") {
  let where = "";
  const settings = {
    region,
    endpoint,
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { protocol: string; hostname: string }) => {
        where = `${request.protocol}//${request.hostname}`;
        throw new Error("sent");
      },
    },
  };
  const [client, send] = clientOf(service, settings);
  refuseForeignEndpoints(client, (address) => new Refused(address));
  const error = await send().catch((thrown) => thrown);
  if (error instanceof Refused) {
    expect(where).toBe("");
    return `refused: ${error.message}`;
  }
  expect(error.message).toBe("sent");
  return where;
}

function clientOf(service: string, settings: object) {
  if (service === "events") {
    const client = new EventBridgeClient(settings);
    return [client, () => client.send(new DescribeRuleCommand({ Name: "x" }))] as const;
  }
  if (service === "iam") {
    const client = new IAMClient(settings);
    return [client, () => client.send(new GetRoleCommand({ RoleName: "x" }))] as const;
  }
  const client = new SecretsManagerClient(settings);
  return [client, () => client.send(new ListSecretsCommand({}))] as const;
}

const VPC = "secretsmanager.eu-west-1.vpce.amazonaws.com";

test.each([
  [undefined, "eu-west-1", "https://secretsmanager.eu-west-1.amazonaws.com"],
  [undefined, "cn-north-1", "https://secretsmanager.cn-north-1.amazonaws.com.cn"],
  [
    "https://secretsmanager.eu-west-1.amazonaws.com:443/",
    "eu-west-1",
    "https://secretsmanager.eu-west-1.amazonaws.com",
  ],
  ["https://secretsmanager-fips.us-east-1.amazonaws.com", "us-east-1"],
  [`https://vpce-0295a3caf8414c94a-dfm9tr04.${VPC}`, "eu-west-1"],
  [`https://vpce-0295a3caf8414c94a-dfm9tr04-eu-west-1a.${VPC}`, "eu-west-1"],
  ["https://vpce-0295a3caf8414c94a-dfm9tr04.secretsmanager-fips.us-east-1.vpce.amazonaws.com", "us-east-1"],
  ["https://vpce-0295a3caf8414c94a-dfm9tr04.secretsmanager.cn-north-1.vpce.amazonaws.com.cn", "cn-north-1"],
])("the service's own host gets the request: %s in %s", async (endpoint, region, host = endpoint) => {
  expect(await sent(endpoint, region)).toBe(host);
});

test.each([
  ["https://events.eu-west-1.api.aws", "eu-west-1", "events"],
  ["https://events-fips.us-east-1.api.aws", "us-east-1", "events"],
  ["https://vpce-0a-1b.events.eu-west-1.vpce.amazonaws.com", "eu-west-1", "events"],
  ["https://iam.amazonaws.com", "eu-west-1", "iam"],
])("so does another service's, which has hosts of its own: %s", async (endpoint, region, service) => {
  expect(await sent(endpoint, region, service)).toBe(endpoint);
});

test.each([
  "https://collector.example",
  "http://secretsmanager.eu-west-1.amazonaws.com",
  "http://secretsmanager.eu-west-1.amazonaws.com:443",
  "https://secretsmanager.eu-west-1.amazonaws.com:8443",
  "https://secretsmanager.eu-west-1.amazonaws.com/elsewhere",
  "https://secretsmanager.eu-west-1.amazonaws.com.",
  "https://secretsmanager.us-east-1.amazonaws.com",
  "https://secretsmanager.eu-west-1.amazonaws.com.collector.example",
  "https://collector.example/secretsmanager.eu-west-1.amazonaws.com",
  "https://secretsmanager.eu-west-1.amazonaws.com@collector.example",
  "https://abc123.execute-api.eu-west-1.amazonaws.com",
  `http://vpce-0a1b-c2d3.${VPC}`,
  `https://${VPC}`,
  `https://vpce-0a1b.${VPC}`,
  `https://vpce-0a1b-c2d3-us-east-1a.${VPC}`,
  `https://collector.vpce-0a1b-c2d3.${VPC}`,
  `https://vpce-0a1b-c2d3.collector.${VPC}`,
  "https://vpce-0a1b-c2d3.secretsmanager.us-east-1.vpce.amazonaws.com",
  "https://vpce-0a1b-c2d3.execute-api.eu-west-1.vpce.amazonaws.com",
  "https://vpce-0a1b-c2d3.vpce-svc-0e123abc123198abc.eu-west-1.vpce.amazonaws.com",
  "https://vpce-0a1b-c2d3.secretsmanager.eu-west-1.amazonaws.com",
  "http://127.0.0.1.collector.example",
  "http://localhost.collector.example",
])("no other host gets it, nor does the service but by https on its port: %s", async (endpoint) => {
  const { protocol, host, pathname } = new URL(endpoint);
  // 443 is not the usual port of http.
  expect(await sent(endpoint)).toBe(`refused: ${protocol}//${host}${pathname.replace(/\/$/, "")}`);
});

test("another service's host gets nothing", async () => {
  const own = "https://secretsmanager.eu-west-1.amazonaws.com";
  expect(await sent(own, "eu-west-1", "events")).toBe(`refused: ${own}`);
  // IAM has no region, and so no VPC endpoint whose name could be told from another's.
  expect(await sent("https://vpce-0a-1b.iam.eu-west-1.vpce.amazonaws.com", "eu-west-1", "iam")).toMatch(
    /^refused/,
  );
});

test("a name that differs in one character behind its first label is another host", async () => {
  const [first, rest] = ["vpce-0a1b-c2d3", VPC];
  const edited = fc
    .tuple(fc.nat(rest.length), fc.nat(1), fc.constantFrom(..."abcvpz019-.".split(""), ""))
    .map(([at, removed, added]) => rest.slice(0, at) + added + rest.slice(at + removed));
  const hosts = edited.filter(
    (text) =>
      text !== rest &&
      /^[a-z]([a-z0-9-]*[a-z0-9])?(\.[a-z]([a-z0-9-]*[a-z0-9])?)*$/.test(text.replace(/\.\d/g, ".a")),
  );
  await fc.assert(
    fc.asyncProperty(hosts, async (host) => (await sent(`https://${first}.${host}`)).startsWith("refused")),
    { numRuns: runs(200), seed: 1 },
  );
});

describe("loopback", () => {
  const emulators = [
    "http://127.0.0.1:4566",
    "http://localhost:4566",
    "http://[::1]:4566",
    "https://127.0.0.1",
  ];

  test.each(emulators)("gets nothing unless a person allows it: %s", async (endpoint) => {
    expect(await sent(endpoint)).toBe(`refused: ${endpoint}`);
    process.env[ALLOW_LOOPBACK] = "1";
    expect(await sent(endpoint)).toBe(endpoint.replace(":4566", ""));
  });

  test.each(["true", "0", ""])("%j does not allow it", async (value) => {
    process.env[ALLOW_LOOPBACK] = value;
    expect(await sent("http://127.0.0.1")).toMatch(/^refused/);
  });

  test.each([
    ["AWS_LAMBDA_FUNCTION_NAME", "key-generator"],
    ["AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"],
    ["AWS_EXECUTION_ENV", "AWS_Lambda_nodejs22.x"],
  ])("in Lambda, as %s says, nobody can allow it", async (name, value) => {
    Object.assign(process.env, { [ALLOW_LOOPBACK]: "1", [name]: value });
    expect(await sent("http://127.0.0.1")).toMatch(/^refused/);
  });

  test("what is allowed is no other host, nor http to the service's own", async () => {
    process.env[ALLOW_LOOPBACK] = "1";
    expect(await sent("http://secretsmanager.eu-west-1.amazonaws.com")).toMatch(/^refused/);
    expect(await sent("http://10.0.0.1:4566")).toMatch(/^refused/);
  });
});
