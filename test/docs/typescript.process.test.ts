/**
 * The examples in TypeScript: each is a program of its own, type-checked as a CommonJS and as an ES module against the
 * sources, by the package's own name. What makes an app is synthesized too.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { PROJECT } from "../support/project";
import { BLOCKS, type Block, placeOf } from "./blocks";

const examples = BLOCKS.filter(({ language }) => language === "ts");

/** What a user imports, and its source here: `exports` of package.json, with `dist/x.d.ts` made from `x.ts`. */
const SOURCES: Readonly<Record<string, string>> = (() => {
  const { name, exports } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  const entries = Object.keys(exports).flatMap((key) => {
    const [built] = /\.\/dist\/[\w/.-]+?(?=\.d\.c?ts)/.exec(JSON.stringify(exports[key])) ?? [];
    const source = built?.replace("./dist/", "./").concat(".ts");
    return source && existsSync(join(PROJECT, source)) ? [[key.replace(".", name), source] as const] : [];
  });
  return Object.fromEntries(entries);
})();

/** What the compiler says of programs, by their place. All in one compilation: the provider's types are large. */
function complaints(programs: readonly { readonly place: string; readonly text: string }[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "examples-"));
  for (const [i, { text }] of programs.entries())
    for (const extension of ["cts", "mts"]) writeFileSync(join(folder, `${i}.${extension}`), text);
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  const compilerOptions = {
    ...{
      target: "ES2022",
      lib: ["ES2023"],
      module: "Node16",
      strict: true,
      esModuleInterop: true,
      skipLibCheck: true,
    },
    ...{ noEmit: true, resolveJsonModule: true, types: ["node"] },
    paths: Object.fromEntries(
      Object.entries(SOURCES).map(([name, source]) => [name, [join(PROJECT, source)]]),
    ),
  };
  const files = programs.flatMap((_, i) => [`${i}.cts`, `${i}.mts`]);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const tsc = join(PROJECT, "node_modules/typescript-7/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  // What belongs to the line before is indented.
  return stdout.trim() === ""
    ? []
    : stdout
        .trim()
        .split(/\n(?=\S)/)
        .map((said) =>
          said.replace(
            /^(\d+)(\.[cm]ts)\((\d+),\d+\): error TS\d+: /,
            (_, index, extension, line) => `${programs[index]?.place}, line ${line}, as ${extension}: `,
          ),
        );
}

test("the examples are programs that the compiler takes, and it refuses what is wrong", () => {
  expect(Object.keys(SOURCES)).toEqual(expect.arrayContaining([expect.stringMatching(/\/signing$/)]));
  expect(examples.length).toBeGreaterThan(5);
  const wrong = 'import { kmsSigner } from "cdktf-ledger-api-user/signing";\nkmsSigner({ keyID: "x" });';
  const said = complaints([
    ...examples.map((block) => ({ place: placeOf(block), text: block.text })),
    { place: "wrong", text: wrong },
    { place: "unknown", text: "new ApiUser();" },
  ]);
  expect(said.filter((line) => !/^(wrong|unknown),/.test(line))).toEqual([]);
  for (const kind of ["cts", "mts"]) {
    expect(said).toContainEqual(expect.stringMatching(`^wrong, line 2, as .${kind}: .*'keyID'`));
    expect(said).toContainEqual(expect.stringMatching(`^unknown, line 1, as .${kind}: Cannot find name`));
  }
}, 120_000);

describe("an app synthesizes", () => {
  const apps = examples.filter(({ text }) => text.includes("app.synth()"));
  const outdir = mkdtempSync(join(tmpdir(), "example-"));
  const before = process.env["CDKTF_OUTDIR"];
  beforeAll(() => {
    process.env["CDKTF_OUTDIR"] = outdir;
  });
  afterAll(() => {
    if (before === undefined) delete process.env["CDKTF_OUTDIR"];
    else process.env["CDKTF_OUTDIR"] = before;
    rmSync(outdir, { recursive: true });
  });

  test("there are some", () => expect(apps.length).toBeGreaterThan(1));

  test.each(apps.map((block) => [placeOf(block), block] as const))("%s", (_, block) => {
    run(block);
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    for (const { synthesizedStackPath } of Object.values<{ synthesizedStackPath: string }>(stacks)) {
      const { resource } = JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8"));
      expect(Object.keys(resource).length).toBeGreaterThan(0);
    }
  });

  /** As Node.js would, but for the package's own name, which stands for the sources. */
  function run({ text }: Block): void {
    const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022" });
    const load = (name: string) => require(SOURCES[name] ? join(PROJECT, SOURCES[name]) : name);
    new Function("require", "module", "exports", code)(load, {}, {});
  }
});
