/** Every way to set an AWS SDK's endpoint, for everybody here who has a client: the commands, the signers, the key generator. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AwsClients } from "../../aws/clients";
import { handler } from "../../functions/key-generator";
import { kmsSigner, secretsManagerSigner } from "../../signing";

const folder = mkdtempSync(join(tmpdir(), "endpoints-"));
const environment = { ...process.env };
beforeEach(() => {
  process.env = {
    PATH: environment["PATH"],
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
});
afterEach(() => {
  process.env = { ...environment };
});

// What answers here would have been sent to. Nothing may arrive.
let arrived = 0;
const server = createServer((socket) => {
  arrived++;
  socket.destroy();
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  server.close();
});
afterEach(() => expect(arrived).toBe(0));

let files = 0;
function configFile(text: string): void {
  const file = join(folder, String(++files));
  writeFileSync(file, text);
  process.env["AWS_CONFIG_FILE"] = file;
}

const ways: readonly [string, (url: string) => void][] = [
  ["AWS_ENDPOINT_URL", (url) => Object.assign(process.env, { AWS_ENDPOINT_URL: url })],
  [
    "a variable for the service",
    (url) => Object.assign(process.env, { AWS_ENDPOINT_URL_SECRETS_MANAGER: url, AWS_ENDPOINT_URL_KMS: url }),
  ],
  ["the configuration file", (url) => configFile(`[default]\nendpoint_url = ${url}\n`)],
  [
    "a profile",
    (url) => {
      configFile(`[profile evil]\naws_access_key_id = x\naws_secret_access_key = x\nendpoint_url = ${url}\n`);
      process.env["AWS_PROFILE"] = "evil";
    },
  ],
  [
    "the services of a profile",
    (url) =>
      configFile(
        `[default]\nservices = evil\n\n[services evil]\nsecrets_manager =\n  endpoint_url = ${url}\nkms =\n  endpoint_url = ${url}\n`,
      ),
  ],
];

const SECRET =
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/bot/generation-1/private-key-abcdef";
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const message = Buffer.from("x");

const callers: readonly [string, () => Promise<unknown>][] = [
  [
    "a command, of Secrets Manager",
    async () => (await new AwsClients().secretsManager("eu-west-1")).send(new ListSecretsCommand({})),
  ],
  ["a command, of KMS", async () => (await new AwsClients().kms("eu-west-1")).send(new ListKeysCommand({}))],
  ["secretsManagerSigner", () => secretsManagerSigner({ secretArn: SECRET }).sign(message)],
  [
    "secretsManagerSigner with a client of one's own",
    () => secretsManagerSigner({ secretArn: SECRET, client: new SecretsManagerClient({}) }).sign(message),
  ],
  ["kmsSigner", () => kmsSigner({ keyId: KEY }).sign(message)],
  [
    "kmsSigner with a client of one's own",
    () => kmsSigner({ keyId: KEY, client: new KMSClient({}) }).publicKey(),
  ],
  ["the key generator", () => handler({ secretArn: SECRET, alertRules: {} })],
];

describe.each(ways)("an endpoint that is set by %s", (_, set) => {
  test.each(callers)("is not used by %s", async (_name, act) => {
    set(`http://127.0.0.1:${port}`);
    await expect(act()).rejects.toThrow(`refusing to send`);
    await expect(act()).rejects.toThrow(`http://127.0.0.1:${port}`);
  });
});

test("an endpoint that a program gives its client is not used by a signer, and the client is left as it is", async () => {
  const endpoint = `http://127.0.0.1:${port}`;
  const secrets = new SecretsManagerClient({ endpoint });
  const kms = new KMSClient({ endpoint });
  const before = [secrets, kms].map(({ middlewareStack }) => middlewareStack.identify());
  for (const signer of [
    secretsManagerSigner({ secretArn: SECRET, client: secrets }),
    kmsSigner({ keyId: KEY, client: kms }),
  ])
    await expect(signer.sign(message)).rejects.toMatchObject({ code: "foreign-endpoint" });
  expect([secrets, kms].map(({ middlewareStack }) => middlewareStack.identify())).toEqual(before);
});
