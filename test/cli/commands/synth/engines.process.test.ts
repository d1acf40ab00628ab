/** `synth` on CDK Terrain, by the second build. Its bindings are cdktf's with other imports: the real ones have 480 MB. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildCdktn } from "../../../../engines/cdktn";
import { ENGINES } from "../../../../fleet/engine";
import { Installed } from "../../../support/cli/installed";
import { PROJECT } from "../../../support/project";

const installed = { cdktf: new Installed(), cdktn: new Installed({ omitPeers: true }) };
afterAll(() => {
  for (const each of Object.values(installed)) each.remove();
});

const modules = (of: Installed) => join(of.folder, "node_modules");

function addCdktn(of: Installed): void {
  const bindings = join(modules(of), "@cdktn", "provider-aws");
  mkdirSync(join(bindings, "lib"), { recursive: true });
  const own = join(PROJECT, "node_modules/@cdktf/provider-aws");
  cpSync(join(own, "package.json"), join(bindings, "package.json"));
  const dist = join(of.package, "dist");
  const used = readdirSync(join(dist, "cdktn"), { recursive: true })
    .filter((name) => String(name).endsWith(".js"))
    .flatMap((name) => [
      ...readFileSync(join(dist, "cdktn", String(name)), "utf8").matchAll(
        /@cdktn\/provider-aws\/lib\/([\w-]+)/g,
      ),
    ]);
  for (const [, name = ""] of used) {
    cpSync(join(own, "lib", name), join(bindings, "lib", name), { recursive: true });
    const code = join(bindings, "lib", name, "index.js");
    writeFileSync(code, readFileSync(code, "utf8").replace('require("cdktf")', 'require("cdktn")'));
  }
  for (const name of ["cdktn", "constructs"])
    symlinkSync(join(PROJECT, "node_modules", name), join(modules(of), name));
}

const synth = (of: Installed, ...args: string[]) =>
  of.run(["synth", "--users", join(PROJECT, "api-users"), "--out", "out", ...args]);
const stack = (of: Installed) =>
  JSON.parse(readFileSync(join(of.folder, "out/stacks/acme-prod-eu-west-1/cdk.tf.json"), "utf8"));

beforeAll(() => {
  for (const each of Object.values(installed)) buildCdktn(join(each.package, "dist"));
});

test("without an engine, synth says what to install for either", () => {
  const of = (name: keyof typeof ENGINES) =>
    Object.entries(ENGINES[name])
      .map(([each, version]) => `${each}@${version}`)
      .join(" ");
  expect(synth(installed.cdktn)).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: synthesis needs an engine, and none is installed; run npm install ${of("cdktf")}, or, for CDK Terrain, npm install ${of("cdktn")}\n`,
  });
});

test("with CDK Terrain alone, synth takes it, and gives what cdktf gives but for the engine's version", () => {
  addCdktn(installed.cdktn);
  const terrain = synth(installed.cdktn);
  expect(terrain).toEqual(synth(installed.cdktf));
  expect(terrain.code).toBe(0);
  const [json, other] = [stack(installed.cdktn), stack(installed.cdktf)];
  expect(json["//"].metadata.version).toBe(ENGINES.cdktn["cdktn"]);
  expect(other["//"].metadata.version).toBe(ENGINES.cdktf["cdktf"]);
  json["//"].metadata.version = other["//"].metadata.version;
  expect(json).toEqual(other);
});

test("with both, synth takes cdktf, unless --engine says otherwise", () => {
  const { cdktf } = installed;
  expect(synth(cdktf, "--engine", "cdktn")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /needs packages that are not installed; run npm install .*@cdktn\/provider-aws@/,
    ),
  });
  expect(synth(cdktf, "--engine", "terrain").stderr).toBe(
    'error: --engine "terrain" is no engine; use cdktf or cdktn\n',
  );
});
