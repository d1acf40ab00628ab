/**
 * The examples in TypeScript: each is a program of its own, type-checked as a CommonJS and as an ES module against the
 * sources, by the package's own name. What makes an app is synthesized too.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
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
  const files = new Map<string, { place: string; text: string }>();
  for (const [i, program] of programs.entries())
    for (const extension of ["cts", "mts"]) files.set(join(PROJECT, `example-${i}.${extension}`), program);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    strict: true,
    esModuleInterop: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
    paths: Object.fromEntries(
      Object.entries(SOURCES).map(([name, source]) => [name, [join(PROJECT, source)]]),
    ),
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.text ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const program = files.get(path);
    return program ? ts.createSourceFile(path, program.text, rest[0]) : getSourceFile(path, ...rest);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const said = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const line = source ? source.getLineAndCharacterOfPosition(start).line + 1 : 0;
        const text = ts.flattenDiagnosticMessageText(messageText, " ");
        return `${files.get(path)?.place}, line ${line}, as .${path.slice(-3)}: ${text}`;
      },
    );
  });
  return [...program.getGlobalDiagnostics().map(({ messageText }) => String(messageText)), ...said];
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
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        esModuleInterop: true,
      },
    });
    const load = (name: string) => require(SOURCES[name] ? join(PROJECT, SOURCES[name]) : name);
    new Function("require", "exports", outputText)(load, {});
  }
});
