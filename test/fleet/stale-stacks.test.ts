import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatKept, removeStaleStacks } from "../../fleet/stale-stacks";
import { synthesize } from "../../fleet/synthesize";
import { filesBelow } from "../support/cli/installed";
import { USERS, WORKSPACE, writeFleet } from "../support/temporary-fleet";

let pristine: string;
let out: string;
beforeAll(() => {
  pristine = mkdtempSync(join(tmpdir(), "stale-stacks-"));
  synthesize(writeFleet({ "acme/workspace.yaml": WORKSPACE, "acme/a.yaml": USERS }), pristine);
});
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "stale-stacks-"));
  cpSync(pristine, out, { recursive: true });
});
afterEach(() => rmSync(out, { recursive: true }));
afterAll(() => rmSync(pristine, { recursive: true }));

const stack = (path = "") => join(out, "stacks/acme-a", path);
const workspace = () => join(out, "stacks/acme-eu-west-1");
const DECLARED = new Set(["acme-eu-west-1"]);

function write(path: string, text = ""): void {
  mkdirSync(dirname(stack(path)), { recursive: true });
  writeFileSync(stack(path), text);
}

/** What is said of the folder, which stays as it is. */
function kept(): string[] {
  const before = filesBelow(out);
  const { removed, kept } = removeStaleStacks(out, DECLARED);
  expect(removed).toEqual([]);
  expect(filesBelow(out)).toEqual(before);
  return kept.map((each) => formatKept(each).replace(`${out}/`, ""));
}

describe("the folder of a stack that is no longer declared", () => {
  test("is removed with what terraform init wrote there; declared ones stay", () => {
    write(".terraform.lock.hcl");
    write(".terraform/terraform.tfstate", '{"backend":{"type":"s3"}}');
    write(".terraform/providers/aws");
    expect(removeStaleStacks(out, DECLARED)).toEqual({ removed: [stack().replace(/\/$/, "")], kept: [] });
    expect([existsSync(stack()), existsSync(workspace())]).toEqual([false, true]);
    expect(removeStaleStacks(out, DECLARED)).toEqual({ removed: [], kept: [] });
  });

  test("of a workspace is removed with the key generator's code", () => {
    expect(existsSync(join(workspace(), "assets"))).toBe(true);
    expect(removeStaleStacks(out, new Set(["acme-a"]))).toEqual({ removed: [workspace()], kept: [] });
    expect([existsSync(stack()), existsSync(workspace())]).toEqual([true, false]);
  });

  test("is removed the next time if a removal was interrupted", () => {
    write(".terraform/providers/aws");
    rmSync(join(workspace(), "assets"), { recursive: true });
    expect(removeStaleStacks(out, new Set()).removed).toHaveLength(2);
  });

  test.each([
    "terraform.tfstate",
    "acme-a.tfstate",
    "terraform.tfstate.backup",
    ".terraform.tfstate.lock.info",
    "adopt.tf",
    "notes/of a person.txt",
    "assets/photo.jpg",
    "assets/Code/10A1E30A28FA60CCF9D373C56A956269/other.zip",
    ".env",
  ])("is kept if it holds %s", (name) => {
    write(name);
    expect(kept()).toEqual([
      `stacks/acme-a is kept: no stack of that name is declared, but it holds ${name.split("/")[0]}; remove it yourself`,
    ]);
  });

  test("is kept if a link stands for what synthesis or terraform init writes", () => {
    symlinkSync(workspace(), stack(".terraform"));
    expect(kept()).toHaveLength(1);
    rmSync(stack(".terraform"));
    mkdirSync(stack("assets"));
    symlinkSync(workspace(), stack("assets/Code"));
    expect(kept()).toHaveLength(1);
  });

  test("is kept if it is itself a link", () => {
    rmSync(stack(), { recursive: true });
    symlinkSync(workspace(), join(out, "stacks/acme-a"));
    expect(kept()).toEqual([]);
  });

  test.each([
    ["has no configuration", undefined],
    ["has a configuration of another origin", '{"resource":{}}'],
    ["has a configuration of another stack", '{"//":{"metadata":{"stackName":"acme-c"}}}'],
    ["has a configuration that is no JSON", "{"],
  ])("is kept if it %s", (_, text) => {
    if (text === undefined) rmSync(stack("cdk.tf.json"));
    else write("cdk.tf.json", text);
    expect(kept()).toEqual([
      "stacks/acme-a is kept: no stack of that name is declared, but it was not made by synthesis; remove it yourself",
    ]);
  });
});

test("a folder without stacks has none to remove", () => {
  rmSync(join(out, "stacks"), { recursive: true });
  expect(removeStaleStacks(out, DECLARED)).toEqual({ removed: [], kept: [] });
});
