import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, Installed } from "../../../support/cli/installed";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { PROJECT } from "../../../support/project";

const YAML = 'account: "123456789012"\nregion: eu-west-1\n';
const USER =
  "  - username: settlement bot\n    role: operator\n    signers: [arn:aws:iam::123456789012:role/a]\n";
const users = (more = "") => `${more}users:\n${USER}`;

const came = process.cwd();
let installed: Installed;
beforeAll(() => {
  installed = new Installed();
  process.chdir(installed.folder);
});
afterAll(() => {
  process.chdir(came);
  installed.remove();
});

const path = (name: string) => join(installed.folder, name);

function write(name: string, text: string): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
}

/** A workspace with two files. */
beforeEach(() => {
  for (const name of ["api-users", "cdktf.out"]) rmSync(path(name), { recursive: true, force: true });
  write("api-users/acme/workspace.yaml", YAML);
  write("api-users/acme/a.yaml", users());
  write("api-users/acme/b.yaml", users().replace("settlement bot", "sweep bot"));
});

/** In this process, where cdktf is loaded once. */
const synth = (...args: string[]) => ledgerApiUser(["synth", ...args]);
const withoutB = () => rmSync(path("api-users/acme/b.yaml"));
const said = (stderr: string) =>
  stderr
    .split("\n")
    .filter((line) => !/^(warning: api-users|$)/.test(line))
    .join("\n");

describe("synth", () => {
  test("writes the bytes that main.ts writes, in a folder without cdktf.json, and asks for no host", () => {
    cpSync(join(PROJECT, "api-users"), path("example"), { recursive: true });
    write(
      "no-network.js",
      'for (const name of ["net", "dns"]) for (const [key, value] of Object.entries(require(name))) if (/^(connect|lookup|resolve)/.test(key) && typeof value === "function") require(name)[key] = () => { process.stderr.write("asked for a host"); process.exit(9); };',
    );
    expect(
      installed.run(["synth", "--users", "example", "--out", "deep/er/out"], {
        preload: [path("no-network.js")],
        // cdktf's own command sets these. They would change the names of resources, or the language.
        env: {
          CDKTF_CONTEXT_JSON: '{"excludeStackIdFromLogicalIds":"true","allowSepCharsInLogicalIds":"true"}',
          SYNTH_HCL_OUTPUT: "true",
        },
      }),
    ).toEqual({
      code: 0,
      stdout: "acme-prod-eu-west-1\nacme-prod-operations\nacme-prod-treasury\n",
      stderr: "",
    });
    const main = spawnSync(process.execPath, ["--import", "tsx", "main.ts"], {
      cwd: PROJECT,
      env: { PATH: process.env["PATH"], CDKTF_OUTDIR: path("main.out") },
    });
    expect(main.status).toBe(0);
    const files = filesBelow(path("deep/er/out"));
    expect(Object.keys(files)).toContain("stacks/acme-prod-treasury/cdk.tf.json");
    expect(files).toEqual(filesBelow(path("main.out")));
  });

  test("prints the stacks in an order to apply them in, and as JSON with their folders", async () => {
    write("api-users/acme/b.yaml", users("region: us-east-1\n").replace("settlement bot", "sweep bot"));
    write("api-users/zebra/workspace.yaml", YAML);
    write("api-users/zebra/a.yaml", users());
    const order = ["acme-eu-west-1", "acme-us-east-1", "zebra-eu-west-1", "acme-a", "acme-b", "zebra-a"];
    const answer = JSON.parse((await synth("--json")).stdout);
    expect(answer).toMatchObject({ removed: [], kept: [] });
    expect(answer.stacks.map(({ name }: { name: string }) => name)).toEqual(order);
    expect(answer.stacks[4]).toEqual({
      name: "acme-b",
      folder: "cdktf.out/stacks/acme-b",
      dependencies: ["acme-us-east-1"],
    });
  });

  test("takes its folders from the environment, and options before it", async () => {
    const env = { LEDGER_API_USERS: "api-users", CDKTF_OUTDIR: "from-env" };
    expect(await ledgerApiUser(["synth"], { env })).toMatchObject({ code: 0 });
    expect(existsSync(path("from-env/manifest.json"))).toBe(true);
    expect(await ledgerApiUser(["synth", "--users", "none"], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^none:1: does not exist/),
    });
  });

  test("copies the lock file beside it into each stack", async () => {
    write(".terraform.lock.hcl", "# reviewed\n");
    await synth();
    rmSync(path(".terraform.lock.hcl"));
    for (const stack of ["acme-eu-west-1", "acme-a", "acme-b"])
      expect(readFileSync(path(`cdktf.out/stacks/${stack}/.terraform.lock.hcl`), "utf8")).toBe(
        "# reviewed\n",
      );
  });

  test("says every mistake in the YAML, and changes nothing in the folder", async () => {
    await synth();
    const before = filesBelow(path("cdktf.out"));
    withoutB();
    write("api-users/acme/a.yaml", users("regoin: x\n").replace("operator", "oprator"));
    const { code, stdout, stderr } = await synth("--json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(said(stderr)).toMatch(
      /^api-users\/acme\/a\.yaml:1: regoin: .*\napi-users\/acme\/a\.yaml:4: users\[0\]\.role: .*\nerror: api-users has 2 mistakes, so nothing was written; fix what is listed above$/,
    );
    expect(filesBelow(path("cdktf.out"))).toEqual(before);
    expect((await synth("--out", "fresh")).code).toBe(2);
    expect(existsSync(path("fresh"))).toBe(false);
  });

  test("says that a folder cannot be written, with what to do", async () => {
    write("file", "");
    expect(said((await synth("--out", "file/out")).stderr)).toBe(
      "error: cannot write file/out: a part of the path is not a folder; name a folder that you may write to, with --out",
    );
  });
});

test("removes the folder of a stack that is no longer declared, but none that holds more, and says so", async () => {
  await synth();
  withoutB();
  write("cdktf.out/stacks/mine/main.tf", "");
  const { stdout, stderr } = await synth("--json");
  expect(said(stderr).split("\n")).toEqual([
    "warning: removed cdktf.out/stacks/acme-b, a stack that is no longer declared; its state and what it made in AWS stay",
    "warning: cdktf.out/stacks/mine is kept: no stack of that name is declared, but it was not made by synthesis; remove it yourself",
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    removed: ["cdktf.out/stacks/acme-b"],
    kept: [{ folder: "cdktf.out/stacks/mine" }],
  });
  expect(existsSync(path("cdktf.out/stacks/acme-b"))).toBe(false);
  expect(existsSync(path("cdktf.out/stacks/mine/main.tf"))).toBe(true);
});

test("without its peers, all other commands start: none of them loads cdktf", () => {
  installed.removePeers();
  expect(installed.run(["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("synth") });
});
