/** Answers of AWS that do not come, or do not end. The clock of this file's clients runs 40 times as fast. */
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { AwsClients } from "../../aws/clients";
import { ALLOW_LOOPBACK } from "../../rules/loopback";
import { secretsManagerSigner } from "../../signing";
import { serve, WAYS } from "../support/ends/servers";

const environment = { ...process.env };
const { setTimeout: real } = globalThis;
beforeAll(() => {
  const fast = (act: () => void, milliseconds = 0) => real(act, milliseconds / 40);
  globalThis.setTimeout = Object.assign(fast, real) as typeof setTimeout;
});
afterAll(() => {
  globalThis.setTimeout = real;
  process.env = environment;
});

const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-abcdef";

async function asking(way: string, act: () => Promise<unknown>) {
  const server = await serve(WAYS[way] ?? (() => {}));
  process.env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}`,
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    [ALLOW_LOOPBACK]: "1",
  };
  try {
    const error = await act().catch((thrown) => thrown);
    expect(server.requests()).toBeGreaterThan(0);
    return error;
  } finally {
    server.stop();
  }
}

describe.each(Object.keys(WAYS))("%s", (way) => {
  test("is an error for a command", async () => {
    const clients = new AwsClients();
    const error = await asking(way, async () =>
      (await clients.secretsManager("eu-west-1")).send(new DescribeSecretCommand({ SecretId: SECRET })),
    );
    await clients.destroy();
    expect(error).toBeInstanceOf(Error);
  });

  test("is an error for a signer", async () => {
    const sign = () => secretsManagerSigner({ secretArn: SECRET }).sign(Buffer.from("x"));
    expect(await asking(way, sign)).toMatchObject({ name: "SigningError", code: "unavailable" });
  });
});
