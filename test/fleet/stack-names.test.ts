import { join } from "node:path";
import { loadFleet } from "../../fleet";
import { synthesize } from "../../fleet/synthesize";
import { filesBelow } from "../support/cli/installed";
import { USERS, userProblems, WORKSPACE, writeFleet } from "../support/temporary-fleet";

/** Two users, one of them with a KMS key: its alert rule has the stack's name in its own. */
const TEAM = `${USERS}  - { username: sweep bot, role: operator, custody: kms }\n`;

function bytesOf(files: Readonly<Record<string, string>>) {
  const fleet = writeFleet({ "acme/workspace.yaml": WORKSPACE, ...files });
  const { problems } = synthesize(fleet, join(fleet, "out"));
  expect(problems).toEqual([]);
  return filesBelow(join(fleet, "out", "stacks"));
}

test("a file that is renamed gives the same bytes where stack: has its former name", () => {
  const before = bytesOf({ "acme/treasury.yaml": TEAM });
  expect(Object.keys(before)).toContain("acme-treasury/cdk.tf.json");
  expect(bytesOf({ "acme/finance.yaml": `stack: treasury\n${TEAM}` })).toEqual(before);
});

test("stack: is in the declaration, beside the file's name", () => {
  const fleet = writeFleet({
    "acme/workspace.yaml": WORKSPACE,
    "acme/finance.yaml": `stack: treasury\n${TEAM}`,
  });
  expect(loadFleet(fleet).workspaces[0]?.files).toMatchObject([
    { name: "finance", stack: "treasury", stackName: "acme-treasury" },
  ]);
});

test.each([
  [
    "Treasury",
    '"Treasury" is not a name for a user file; write the name that the file had, without its ending: 1 to 24 ',
  ],
  ["treasury.yaml", '"treasury.yaml" is not a name for a user file; '],
  ["a/../b", '"a/../b" is not a name for a user file; '],
  ['"${x}"', '"${x}" is not a name for a user file; '],
  ["[a]", "is a list; write text"],
])("stack: %s is refused", (stack, message) => {
  expect(userProblems(`stack: ${stack}\n${USERS}`)).toEqual([
    expect.stringContaining(`1: stack: ${message}`),
  ]);
});
