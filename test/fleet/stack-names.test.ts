import { loadFleet } from "../../fleet";
import { UsersStack } from "../../fleet/stacks";
import { USERS, userProblems, WORKSPACE, writeFleet } from "../support/temporary-fleet";
import { synth, testingApp } from "../support/testing-app";

/** A user with a KMS key: its alert rule has the stack's name in its own. */
const TEAM = "users: [{ username: sweep bot, role: operator, custody: kms }]\n";

function synthesized(file: string, yaml: string): string {
  const fleet = writeFleet({ "acme/workspace.yaml": WORKSPACE, [`acme/${file}`]: yaml });
  const [workspace] = loadFleet(fleet).workspaces;
  const [users] = workspace?.files ?? [];
  if (!workspace || !users) throw new Error("the fleet has mistakes");
  return synth(new UsersStack(testingApp(), workspace, users));
}

test("a file that is renamed gives the same bytes where stack: has its former name, and others without", () => {
  const before = synthesized("treasury.yaml", TEAM);
  expect(synthesized("finance.yaml", `stack: treasury\n${TEAM}`)).toBe(before);
  expect(synthesized("finance.yaml", TEAM)).not.toBe(before);
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
