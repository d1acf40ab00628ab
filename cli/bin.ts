#!/usr/bin/env node
// A command fails until it has ended. One that waits for something that never comes would else end as if all were done.
process.exitCode = 2;
let ended = false;

process.on("exit", () => {
  if (ended) return;
  const { explainDryEnd }: typeof import("./shared/run") = require("./shared/run");
  process.exitCode = explainDryEnd();
});
// A stack trace could quote what the command was handling.
process.on("uncaughtException", (error) => {
  ended = true;
  const { explain }: typeof import("./shared/run") = require("./shared/run");
  process.exit(explain(error));
});

const { main }: typeof import("./main") = require("./main");
void main(process.argv).then(() => {
  ended = true;
});
