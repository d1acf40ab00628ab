import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { lines, USERS, WORKSPACE, writeFleet } from "../support/temporary-fleet";

it("a pipe is not a file: reading it would wait for ever", () => {
  const directory = writeFleet({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": USERS });
  execFileSync("mkfifo", [join(directory, "acme/pipe.yaml")]);
  expect(lines(directory)).toEqual(["acme/pipe.yaml:1: is not a file; rename it if it is not meant as one"]);
});
