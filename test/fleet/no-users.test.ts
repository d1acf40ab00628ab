import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadFleet } from "../../fleet";
import { synthesize } from "../../fleet/synthesize";
import { COMPLETE, writeFleet } from "../support/temporary-fleet";

describe("a file without users", () => {
  const directory = () =>
    writeFleet({ "acme/workspace.yaml": COMPLETE, "acme/treasury.yaml": "users: []\n" });

  it("is right, and warned of: it is an order to remove them all", () => {
    const { workspaces, problems, warnings } = loadFleet(directory());
    expect(problems).toEqual([]);
    expect(workspaces[0]?.files[0]?.users).toEqual([]);
    expect(warnings.map(({ path, what }) => [path, what])).toEqual([
      ["users", "is empty: the stack's next apply removes every user that was in it"],
    ]);
  });

  it("keeps its stack, which has an empty output and looks for nothing in AWS", () => {
    const out = mkdtempSync(join(tmpdir(), "no-users-"));
    const { stacks } = synthesize(directory(), out);
    expect(stacks.map(({ name }) => name)).toEqual(["acme-eu-west-1", "acme-treasury"]);
    const { resource, data, output } = JSON.parse(
      readFileSync(join(out, "stacks/acme-treasury/cdk.tf.json"), "utf8"),
    );
    expect({ resource, data, value: output.registration.value }).toEqual({ value: {} });
    rmSync(out, { recursive: true });
  });
});
