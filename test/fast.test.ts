import { execFileSync, spawn } from "node:child_process";

test("a fast test that starts a process fails, and is told what to do", () => {
  const message = /a fast test starts no process: name its file \*\.process\.test\.ts/;
  expect(() => spawn("true")).toThrow(message);
  expect(() => execFileSync("true")).toThrow(message);
});
