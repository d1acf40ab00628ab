/**
 * How long the built `cdktf-ledger-api-user inspect` takes for a private key, beside OpenSSL and the Python sample of Ledger's
 * guide: node --import tsx test/bench/inspect.bench.ts [TIMES]. Build first: npm run build.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodePrivateKey, generateKeyPair } from "../../keys";
import { PROJECT } from "../support/project";

const times = Number(process.argv[2] ?? 15);
const pair = generateKeyPair();
const pem = pair.privateKeyPem;
const hex = encodePrivateKey(pem);

const contenders: Record<string, { command: string; args: string[]; input?: Buffer | string }> = {
  "cdktf-ledger-api-user inspect": {
    command: process.execPath,
    args: [join(PROJECT, "dist/cli/bin.js"), "inspect"],
    input: hex,
  },
  "node, doing nothing": { command: process.execPath, args: ["-e", "0"] },
  "openssl ec -text": { command: "openssl", args: ["ec", "-noout", "-text"], input: pem },
  "the guide's Python sample": {
    command: "python3",
    args: ["-c", readFileSync(join(PROJECT, "test/support/keys/ledger-sample.py"), "utf8")],
  },
};

for (const [name, { command, args, input }] of Object.entries(contenders)) {
  const runs = Array.from({ length: times }, () => {
    const began = process.hrtime.bigint();
    const { status, error } = spawnSync(command, args, { input, stdio: ["pipe", "ignore", "ignore"] });
    if (error || status !== 0) throw error ?? new Error(`${name} exited with ${status}`);
    return Number(process.hrtime.bigint() - began) / 1e6;
  }).sort((a, b) => a - b);
  const [median, best] = [runs[Math.floor(runs.length / 2)], runs[0]];
  console.log(`${name.padEnd(28)} median ${median?.toFixed(0)} ms   best ${best?.toFixed(0)} ms`);
}
pair.wipe();
