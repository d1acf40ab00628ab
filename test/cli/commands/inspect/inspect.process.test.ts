import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTerminal } from "../../../support/cli/dialogue";
import { ledgerApiUserProcess } from "../../../support/cli/process";
import { environment, ledgerApiUser } from "../../../support/cli/run-cli";
import { allMistakes } from "../../../support/keys/mistakes";
import { openssl } from "../../../support/keys/tools";
import { example } from "../../../support/keys/vectors";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a private key in a file that openssl made goes to a new file of mode 0600, whatever the umask", async () => {
  const key = join(folder, "pkcs8.pem");
  writeFileSync(key, openssl("pkcs8 -topk8 -nocrypt", example.pem), { mode: 0o600 });
  const out = join(folder, "new");
  const args = ["inspect", key, "--convert", "--out", out];
  expect(await ledgerApiUserProcess(args, { umask: "000" })).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(out, "utf8")).toBe(example.privateKeyHex);
  expect(statSync(out).mode & 0o777).toBe(0o600);
});

test("more than 1 MiB on standard input, and an endless file", async () => {
  for (const { code, stderr } of [
    await ledgerApiUserProcess(["inspect"], { input: "a".repeat(1024 * 1024 + 1) }),
    await ledgerApiUserProcess(["inspect", "/dev/zero"]),
  ]) {
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .* is larger than 1 MiB; [^\n]+\n$/);
  }
});

test("a terminal is told what is waited for, and gets colours unless NO_COLOR is set", async () => {
  const shown = async (NO_COLOR: string) => {
    const env = { ...environment({}), TERM: "xterm", NO_COLOR };
    return (await onTerminal(["inspect"], { env, turns: [["Ctrl-D", `${example.publicKey}\n\u0004`]] }))
      .screen;
  };
  const plain = await shown("1");
  expect(plain).toMatch(/Reading a key, in hexadecimal or PEM, from the terminal: end it with Ctrl-D/);
  expect(plain).not.toContain("\u001b[");
  expect(await shown("")).toContain("\u001b[32maccepted");
});

test("no output of inspect holds a private key, for any of the mistakes", async () => {
  const withSecret = allMistakes.filter(({ secret }) => secret);
  const chosen = withSecret.filter((_, index) => index % 6 === 0); // the library's test hunts over all
  for (const { input, secret } of chosen) {
    const runs = [[], ["--json"], ["--convert"]].map((more) => ledgerApiUser(["inspect", ...more], input));
    const said = (await Promise.all(runs)).map(({ stdout, stderr }) => stdout + stderr).join();
    const middle = Buffer.from(secret as Uint8Array).subarray(6, 18);
    expect(said).not.toContain(middle.toString("hex"));
    for (const start of [0, 1, 2])
      expect(said).not.toContain(middle.subarray(start, start + 9).toString("base64"));
  }
}, 60_000);
