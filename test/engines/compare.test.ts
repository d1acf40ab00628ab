import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences, synthesized } from "../../engines/compare";

const folder = mkdtempSync(join(tmpdir(), "compare-"));
afterAll(() => rmSync(folder, { recursive: true }));

const STACK = {
  "//": { metadata: { stackName: "s", version: "0.21.0" } },
  resource: { aws_kms_key: { k: { policy: "${data.aws_region.R.name}" } } },
  terraform: { required_providers: { aws: { source: "aws", version: "5.100.0" } }, required_version: "1" },
};

/** What is synthesized where the JSON of the stack has another text in some places. */
function stackWith(...changes: readonly (readonly [from: string, to: string])[]) {
  const name = mkdtempSync(join(folder, "out-"));
  mkdirSync(join(name, "assets"));
  writeFileSync(join(name, "assets", "key-generator.zip"), "zip");
  const text = changes.reduce((json, [from, to]) => json.replace(from, to), JSON.stringify(STACK));
  writeFileSync(join(name, "cdk.tf.json"), text);
  return name;
}

const before = synthesized(stackWith());

test("versions of engine and provider, the provider's source, and the name of a region may differ", () => {
  const after = stackWith(
    ["0.21.0", "0.24.0"],
    ["5.100.0", "6.66.0"],
    ['"source":"aws"', '"source":"hashicorp/aws"'],
    [".R.name", ".R.region"],
  );
  expect(differences(before, synthesized(after))).toEqual([]);
});

test.each([
  ["aws_kms_key", "aws_kms_alias"],
  ["aws_region.R.name", "aws_region.R.id"],
  ["aws_region.R.name", "aws_kms_key.R.name"],
  ['"required_version":"1"', '"required_version":"2"'],
  ['"stackName":"s"', '"stackName":"t"'],
])("a difference is found with its line: %s, %s", (from, to) => {
  expect(differences(before, synthesized(stackWith([from, to])))).toEqual([
    expect.stringMatching(/^cdk\.tf\.json, line \d+: .* \| .*$/),
  ]);
});

test("a file that only one has is found, and one with other bytes", () => {
  const name = stackWith();
  writeFileSync(join(name, "more.json"), "{}");
  writeFileSync(join(name, "assets", "key-generator.zip"), "other");
  expect(differences(before, synthesized(name))).toEqual([
    expect.stringContaining("assets/key-generator.zip, line 1"),
    "more.json: only on one of them",
  ]);
});
