/** What is no private key raises no alarm: the audit is run in pipelines, and one false alarm ends that. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { LeakScanner } from "../../audit/detect";
import { runs } from "../support/for-all";
import { seededKey } from "../support/keys/grammar/key";
import { PROJECT } from "../support/project";

const MB = 1 << 20;

/** In a usual run some 20 MB, in `npm run soak` ten times as much of each. */
const most = runs(10) * MB;

/** Private keys of API users: published ones and those of other algorithms are told apart. */
function alarmsIn(chunks: Iterable<Uint8Array>): string[] {
  // A registered key, so that bare numbers are compared with something.
  const knownPublicKeys = new Map([[seededKey("registered").publicKey, "settlement bot"]]);
  const scanner = new LeakScanner({ knownPublicKeys });
  for (const chunk of chunks) scanner.push(chunk);
  return scanner
    .end()
    .leaks.filter(({ kind }) => kind === "private-key")
    .map(({ form, line, publicKey }) => `${form}, line ${line}, ${publicKey}`);
}

/** Files of some folders, in an order that does not change, up to so many bytes. */
function* filesIn(folders: readonly string[]): Generator<string> {
  let left = most;
  const pending = folders.map((folder) => join(PROJECT, folder)).reverse();
  for (let path = pending.pop(); path !== undefined && left > 0; path = pending.pop()) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) {
      const names = readdirSync(path).sort().reverse();
      pending.push(...names.map((name) => join(path as string, name)));
    } else if (stats?.isFile() && stats.size < 4 * MB) {
      left -= stats.size;
      yield path;
    }
  }
}

/** Bytes that look random, the same in each run. */
function* randomBytes(length: number): Generator<Buffer> {
  let block = createHash("sha512").update("false alarms").digest();
  for (let made = 0; made < length; made += 48_000) {
    const blocks = Array.from({ length: 750 }, () => {
      block = createHash("sha512").update(block).digest();
      return block;
    });
    yield Buffer.concat(blocks);
  }
}

const texts = ["constructs", "docs", "fleet", "cli", "keys", "audit", "registration", "package-lock.json"];
const packages = [
  "@noble/curves",
  "yaml",
  "fast-check",
  "openpgp",
  "ajv",
  "commander",
  "@aws-sdk",
  "typescript/lib",
];

test.each([
  ["this repository", texts],
  ["packages", packages.map((name) => `node_modules/${name}`)],
])("%s", (_, folders) => {
  const found = [...filesIn(folders)].flatMap((path) =>
    alarmsIn([readFileSync(path)]).map((alarm) => `${path}: ${alarm}`),
  );
  expect(found).toEqual([]);
});

test.each([
  ["base64", (bytes: Buffer) => bytes.toString("base64")],
  ["base64 on lines", (bytes: Buffer) => bytes.toString("base64").replace(/.{76}/g, "$&\n")],
  ["hex", (bytes: Buffer) => bytes.toString("hex")],
  ["hex with colons", (bytes: Buffer) => bytes.toString("hex").replace(/../g, "$&:")],
  ["digests", (bytes: Buffer) => bytes.toString("hex").replace(/.{64}/g, "sha256:$&\n")],
  ["a list of bytes", (bytes: Buffer) => JSON.stringify([...bytes.subarray(0, 12_000)])],
  ["binary", (bytes: Buffer) => bytes],
])("random bytes as %s", (_, write) => {
  const pieces = function* () {
    for (const bytes of randomBytes(most / 20)) yield Buffer.from(write(bytes) as string);
  };
  expect(alarmsIn(pieces())).toEqual([]);
});

test("a state of Terraform with hashes, fingerprints and tokens", () => {
  const digest = (index: number) => createHash("sha256").update(String(index)).digest();
  const resources = Array.from({ length: 200 }, (__, index) => ({
    type: "aws_lambda_function",
    instances: [
      {
        private: digest(index).toString("base64"),
        attributes: {
          source_code_hash: digest(index + 1).toString("base64"),
          private_key_sha256: digest(index + 2).toString("hex"),
          secret_key: digest(index + 3).toString("hex"),
          public_key: seededKey("in a state").publicKey,
          etag: digest(index).toString("hex").slice(0, 32),
          layers: [...digest(index + 4)],
        },
      },
    ],
  }));
  expect(alarmsIn([Buffer.from(JSON.stringify({ version: 4, resources }, null, 2))])).toEqual([]);
});
