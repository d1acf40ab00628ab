import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { refuseForeignEndpoints } from "../../aws/endpoint-guard";

class Refused extends Error {}

/** Where a request went that the guard let through; the hostname that the guard refused otherwise. */
async function sent(endpoint: string | undefined, region = "eu-west-1", service = "secretsmanager") {
  let host = "";
  const settings = {
    region,
    endpoint,
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { protocol: string; hostname: string }) => {
        host = `${request.protocol}//${request.hostname}`;
        throw new Error("sent");
      },
    },
  };
  const client = service === "events" ? new EventBridgeClient(settings) : new SecretsManagerClient(settings);
  refuseForeignEndpoints(client, (hostname) => new Refused(hostname));
  const asked =
    client instanceof EventBridgeClient
      ? client.send(new DescribeRuleCommand({ Name: "x" }))
      : client.send(new ListSecretsCommand({}));
  const error = await asked.catch((thrown) => thrown);
  if (error instanceof Refused) {
    expect(host).toBe("");
    return `refused: ${error.message}`;
  }
  expect(error.message).toBe("sent");
  return host;
}

test.each([
  [undefined, "eu-west-1", "https://secretsmanager.eu-west-1.amazonaws.com"],
  [undefined, "cn-north-1", "https://secretsmanager.cn-north-1.amazonaws.com.cn"],
  ["https://secretsmanager-fips.us-east-1.amazonaws.com", "us-east-1"],
  ["https://vpce-0a1b-c2d3.secretsmanager.eu-west-1.vpce.amazonaws.com", "eu-west-1"],
  ["http://127.0.0.1", "eu-west-1"],
  ["http://localhost", "eu-west-1"],
])("the service's own host or loopback gets the request: %s in %s", async (endpoint, region, host = endpoint) => {
  expect(await sent(endpoint, region)).toBe(host);
});

test.each([
  "https://collector.example",
  "http://secretsmanager.eu-west-1.amazonaws.com",
  "https://secretsmanager.us-east-1.amazonaws.com",
  "https://secretsmanager.eu-west-1.amazonaws.com.collector.example",
  "https://abc123.execute-api.eu-west-1.amazonaws.com",
  "http://vpce-0a1b-c2d3.secretsmanager.eu-west-1.vpce.amazonaws.com",
  "https://vpce-0a1b-c2d3.secretsmanager.us-east-1.vpce.amazonaws.com",
  "https://vpce-0a1b-c2d3.execute-api.eu-west-1.vpce.amazonaws.com",
  "http://127.0.0.1.collector.example",
])("no other host gets it, nor does the service without https: %s", async (endpoint) => {
  expect(await sent(endpoint)).toBe(`refused: ${new URL(endpoint).hostname}`);
});

test.each([
  "https://events.eu-west-1.api.aws",
  "https://events-fips.us-east-1.api.aws",
])("dual stack: %s", async (endpoint) => {
  expect(await sent(endpoint, endpoint.includes("us-") ? "us-east-1" : "eu-west-1", "events")).toBe(endpoint);
});

test("another service's client has hosts of its own", async () => {
  expect(await sent(undefined, "eu-west-1", "events")).toBe("https://events.eu-west-1.amazonaws.com");
  expect(await sent("https://vpce-0a.events.eu-west-1.vpce.amazonaws.com", "eu-west-1", "events")).toMatch(
    /^https/,
  );
  expect(await sent("https://secretsmanager.eu-west-1.amazonaws.com", "eu-west-1", "events")).toMatch(
    /^refused/,
  );
});
