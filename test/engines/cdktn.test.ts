import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildCdktn } from "../../engines/cdktn";

const dist = mkdtempSync(join(tmpdir(), "cdktn-"));
afterAll(() => rmSync(dist, { recursive: true }));

const FILES = {
  "constructs/index.js": 'require("./user/user"); require("./plain");',
  "constructs/index.d.ts": 'export { User } from "./user/user";\nexport type { Plain } from "./plain";\n',
  "constructs/user/user.js":
    '"use strict";\nconst a = require("cdktf");\nconst b = require("@cdktf/provider-aws/lib/kms-key");\nconst c = require("constructs");\nconst d = require("../../rules/names");\nconst e = require("../plain"), f = require("node:fs");\nconst g = "cdktf";\n',
  "constructs/user/user.d.ts": 'export declare const of: import("cdktf").App;\n',
  // In types only, so that the JavaScript of both must be copied.
  "constructs/types.js": '"use strict";\n',
  "constructs/types.d.ts": 'import type { App } from "cdktf";\nexport type A = App;\n',
  "constructs/plain.js": 'require("cdktf-ledger-api-user/package.json"); require("constructs");',
  "fleet/stacks.js": 'require("../constructs"); require("./load");',
  "fleet/load.js": 'require("../rules/names");',
  "rules/names.js": "",
};

const read = (path: string) => readFileSync(join(dist, "cdktn", path), "utf8");

beforeAll(() => {
  for (const [path, text] of Object.entries({ ...FILES, "cdktn/constructs/gone.js": "" })) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), text);
  }
  buildCdktn(dist);
});

describe("the build for CDK Terrain", () => {
  test("copies what loads an engine, in code or types, at any distance, and nothing else", () => {
    const files = readdirSync(join(dist, "cdktn"), { recursive: true }).map(String);
    expect(files.filter((name) => /\.(js|d\.ts)$/.test(name)).sort()).toEqual([
      "constructs/index.d.ts",
      "constructs/index.js",
      "constructs/types.d.ts",
      "constructs/types.js",
      "constructs/user/user.d.ts",
      "constructs/user/user.js",
      "fleet/stacks.js",
    ]);
  });

  test("changes imports of the engine and of what is not copied, and no other text", () => {
    expect(read("constructs/user/user.js")).toBe(
      '"use strict";\nconst a = require("cdktn");\nconst b = require("@cdktn/provider-aws/lib/kms-key");\nconst c = require("constructs");\nconst d = require("../../../rules/names");\nconst e = require("../../../constructs/plain"), f = require("node:fs");\nconst g = "cdktf";\n',
    );
    expect(read("constructs/user/user.d.ts")).toBe('export declare const of: import("cdktn").App;\n');
    expect(read("constructs/types.d.ts")).toBe('import type { App } from "cdktn";\nexport type A = App;\n');
    expect(read("constructs/index.d.ts")).toBe(
      'export { User } from "./user/user";\nexport type { Plain } from "../../constructs/plain";\n',
    );
    expect(read("fleet/stacks.js")).toBe('require("../constructs"); require("../../fleet/load");');
  });
});
