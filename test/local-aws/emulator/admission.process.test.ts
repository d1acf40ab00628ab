/** The embedded AWS runs code as the local user: who else can reach it? */
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { LocalAws } from "../../../local-aws/emulator";
import { callByHand, clientSettings, makeBucket } from "../../support/embedded-aws";
import { processesWith } from "../../support/leftovers";
import { SOCKET, startSharedAws } from "../../support/shared-moto";

let directory: string;
let aws: LocalAws;
/** What every request of this run has. */
let own: OutgoingHttpHeaders;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "admission-"));
  aws = await startSharedAws(directory);
  own = {
    ...{ "x-amz-security-token": aws.sessionToken, authorization: signedFor("secretsmanager") },
    ...{ "x-amz-target": "secretsmanager.ListSecrets", "content-type": "application/x-amz-json-1.1" },
  };
});
afterAll(async () => {
  await aws.stop();
  rmSync(directory, { recursive: true });
});

const signedFor = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as it is: Node's fetch and the SDK choose some headers themselves. A header that is `undefined` is left out. */
function send(method: string, path: string, headers: OutgoingHttpHeaders, body = ""): Promise<Response> {
  const { hostname, port } = new URL(aws.endpoint);
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers: Object.fromEntries(given) };
    request(options, (response) =>
      text(response).then((said) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: said }),
      ),
    )
      .on("error", reject)
      .end(body);
  });
}

const list = (headers: OutgoingHttpHeaders) => send("POST", "/", { ...own, ...headers }, "{}");

/** Sends it, and sees that neither a test's interceptor nor moto has seen a call. */
async function refused(sending: Promise<Response>, status = 403): Promise<Response> {
  const before = aws.calls().length;
  const answer = await sending;
  expect(answer.status).toBe(status);
  expect(aws.calls().length).toBe(before);
  return answer;
}

it("a request with the run's token is answered", async () => {
  expect(await list({})).toMatchObject({ status: 200, body: expect.stringContaining("SecretList") });
});

describe("a web page gets nothing", () => {
  const page = { "x-amz-security-token": undefined, authorization: undefined, "x-amz-target": undefined };

  it.each([
    ["a form that it posts", "POST", { "content-type": "text/plain", origin: "https://evil.example" }],
    [
      "a script's request, which Node's fetch also says to be one",
      "POST",
      { "sec-fetch-site": "cross-site" },
    ],
    ["a picture that it loads", "GET", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" }],
    ["a sandboxed frame", "POST", { origin: "null" }],
    ["a page of another server of this machine", "POST", { "sec-fetch-site": "same-site" }],
    ["a preflight", "OPTIONS", { origin: "https://evil.example" }],
  ])("by %s, with or without the token", async (_, method, headers) => {
    for (const more of [page, {}]) {
      const answer = await refused(send(method, "/", { ...own, ...more, ...headers }));
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("by the two requests that let moto's recorder replay what it was given", async () => {
    const simple = { ...page, "content-type": "text/plain" };
    for (const path of ["/moto-api/recorder/upload-recording", "/moto-api/recorder/replay-recording"])
      await refused(send("POST", path, { ...own, ...simple }, "{}"));
  });

  it.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1",
    "localhost:1",
    "127.0.0.1:80@evil.example",
  ])("by a name that is pointed here: Host %s", async (host) => {
    await refused(list({ host }));
  });

  it("but the names of this machine are taken", async () => {
    const { port } = new URL(aws.endpoint);
    for (const name of ["127.0.0.1", "localhost", "[::1]"])
      expect(await list({ host: `${name}:${port}` })).toMatchObject({ status: 200 });
  });
});

describe("a token is needed", () => {
  it.each([
    ["none", undefined],
    ["an empty one", ""],
    ["a guess", "run:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["the caller's name alone, as functions once had it", "function:generator"],
  ])("%s is refused", async (_, token) => {
    const { body } = await refused(list({ "x-amz-security-token": token }));
    expect(JSON.parse(body).message).toContain(". .local/env");
  });

  it("any change to a token makes it another", async () => {
    const token = aws.sessionToken;
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      await refused(list({ "x-amz-security-token": `${token.slice(0, at)}${other}${token.slice(at + 1)}` }));
    }
  });

  it("it has 128 bits at least, and another run has another", async () => {
    const other = await startSharedAws(directory);
    try {
      const random = (token: string) => Buffer.from(token.split(":")[1] ?? "", "base64url");
      expect(random(aws.sessionToken).length * 8).toBeGreaterThanOrEqual(128);
      expect(other.sessionToken).not.toBe(aws.sessionToken);
      await refused(list({ "x-amz-security-token": other.sessionToken }));
    } finally {
      await other.stop();
    }
  });

  it("also to look whether the process is there, and to end it", async () => {
    for (const method of ["GET", "DELETE"])
      await refused(send(method, "/_local-aws", { ...own, "x-amz-security-token": "run:guess" }));
  });

  it("a presigned URL has it as a parameter", async () => {
    await makeBucket(aws.env("123456789012", "us-east-1"), "presigned");
    const query = (token: string) =>
      new URLSearchParams({
        ...{ "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Signature": "0", "list-type": "2" },
        "X-Amz-Credential": "123456789012/20260101/us-east-1/s3/aws4_request",
        "X-Amz-Security-Token": token,
      });
    const get = (token: string) => send("GET", `/presigned?${query(token)}`, {});
    expect(await get(aws.sessionToken)).toMatchObject({
      status: 200,
      body: expect.stringContaining("presigned"),
    });
    // Escaped in another way, it is the same parameter.
    const escaped = String(query(aws.sessionToken)).replace("X-Amz-Security-Token", "X-Amz-Security%2DToken");
    expect(await send("GET", `/presigned?${escaped}`, {})).toMatchObject({ status: 200 });
    await refused(get("run:guess"));
  });

  it("an SDK without it says what to do, in both kinds of protocol", async () => {
    const credentials = { accessKeyId: "123456789012", secretAccessKey: "local" };
    const settings = { ...clientSettings(aws.env("123456789012", "eu-west-1")), credentials };
    const [secrets, iam] = [new SecretsManagerClient(settings), new IAMClient(settings)];
    for (const call of [
      secrets.send(new DescribeSecretCommand({ SecretId: "x" })),
      iam.send(new ListRolesCommand({})),
    ]) {
      await expect(call).rejects.toMatchObject({
        name: "UnrecognizedClientException",
        message: 'the request has no session token: run ". .local/env" in this shell, and unset AWS_PROFILE',
      });
    }
    secrets.destroy();
    iam.destroy();
  });

  it("moto never gets it: its log has no token", async () => {
    await list({});
    const log = readFileSync(join(dirname(dirname(process.env[SOCKET] ?? "")), "log", "moto.log"), "utf8");
    expect(log).toContain("/presigned?");
    expect(log).not.toContain(encodeURIComponent(aws.sessionToken));
    expect(log).not.toContain(aws.sessionToken);
  });
});

describe("with the token, what is not AWS's stays out of reach", () => {
  it.each([
    ...["/moto-api/recorder/start-recording", "/moto-api/reset", "/moto-api/data.json", "/moto-api"],
    ...[
      "/%6doto-api/reset",
      "/moto%2dapi/reset",
      "//moto-api/reset",
      "/./moto-api/reset",
      "/moto-api-bucket",
    ],
    ...["http://127.0.0.1/moto-api/reset", "/latest/meta-data/iam/security-credentials/", "/favicon.ico"],
    ...["/sns_us-east-1/SimpleNotificationService-1.pem", "*"],
  ])("%s", async (path) => {
    for (const service of ["s3", "secretsmanager", "lambda", "motoapi", "__proto__", ""]) {
      await refused(send("POST", path, { ...own, authorization: signedFor(service) }), 404);
    }
    await refused(send("POST", path, { ...own, authorization: undefined }), 404);
  });

  it("while the paths of services are served", async () => {
    const env = aws.env("123456789012", "us-east-1");
    for (const [service, path] of [
      ["lambda", "/2015-03-31/functions/"],
      ["s3", "/"],
      ["s3", "/presigned/a%20key"],
      ["sqs", "/123456789012/pager"],
    ] as const) {
      const before = aws.calls().length;
      await callByHand(env, service, path);
      expect(aws.calls()).toHaveLength(before + 1);
    }
  });
});

describe("two runs at once", () => {
  it("do not see each other's secrets", async () => {
    const other = await startSharedAws(directory);
    const client = (run: LocalAws) =>
      new SecretsManagerClient(clientSettings(run.env("123456789012", "eu-west-1")));
    try {
      await client(aws).send(new CreateSecretCommand({ Name: "mine" }));
      const theirs = client(other).send(new DescribeSecretCommand({ SecretId: "mine" }));
      await expect(theirs).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    } finally {
      await other.stop();
    }
  });
});

describe("moto itself", () => {
  const socket = () => process.env[SOCKET] ?? "";

  it("listens on a socket in a folder that no other user can enter", () => {
    expect(statSync(socket()).isSocket()).toBe(true);
    expect(statSync(dirname(socket())).mode & 0o777).toBe(0o700);
  });

  it("and on no port", () => {
    const pids = processesWith(socket());
    expect(pids.length).toBeGreaterThan(0);
    // The state 0A is that of a socket that listens; the tenth field is its inode.
    const listening = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
      readFileSync(table, "utf8")
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([, , , state]) => state === "0A")
        .map((fields) => `socket:[${fields[9]}]`),
    );
    const filesOf = (pid: number | string) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
        } catch {
          return []; // closed meanwhile
        }
      });
    // This process's proxy does, so the way to look is right.
    expect(filesOf("self").filter((file) => listening.includes(file))).not.toEqual([]);
    for (const pid of pids) expect(filesOf(pid).filter((file) => listening.includes(file))).toEqual([]);
  });
});
