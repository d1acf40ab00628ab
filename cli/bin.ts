#!/usr/bin/env node
import { type AddCommand, run } from "./shared/run";

/** Each command's file is loaded when it is called for: most answer before the others would be read. */
const COMMANDS: Readonly<Record<string, () => AddCommand>> = {
  init: () => (require("./commands/init/command") as typeof import("./commands/init/command")).addInit,
  synth: () => (require("./commands/synth/command") as typeof import("./commands/synth/command")).addSynth,
  keygen: () =>
    (require("./commands/keygen/command") as typeof import("./commands/keygen/command")).addKeygen,
  inspect: () =>
    (require("./commands/inspect/command") as typeof import("./commands/inspect/command")).addInspect,
  sign: () => (require("./commands/sign/command") as typeof import("./commands/sign/command")).addSign,
  approve: () =>
    (require("./commands/approve/command") as typeof import("./commands/approve/command")).addApprove,
  reject: () =>
    (require("./commands/approve/command") as typeof import("./commands/approve/command")).addReject,
  audit: () => (require("./commands/audit/command") as typeof import("./commands/audit/command")).addAudit,
  verify: () =>
    (require("./commands/verify/command") as typeof import("./commands/verify/command")).addVerify,
  registration: () =>
    (require("./commands/registration/command") as typeof import("./commands/registration/command"))
      .addRegistration,
  status: () =>
    (require("./commands/status/command") as typeof import("./commands/status/command")).addStatus,
  review: () =>
    (require("./commands/review/command") as typeof import("./commands/review/command")).addReview,
  adopt: () => (require("./commands/adopt/command") as typeof import("./commands/adopt/command")).addAdopt,
  "import-key": () =>
    (require("./commands/import-key/command") as typeof import("./commands/import-key/command")).addImportKey,
  credentials: () =>
    (require("./commands/credentials/command") as typeof import("./commands/credentials/command"))
      .addCredentials,
  completion: () =>
    (require("./commands/completion/command") as typeof import("./commands/completion/command"))
      .addCompletion,
};

/** Help, a command that is misspelt, and completion know all of them. */
function main(argv: readonly string[]): Promise<void> {
  const named =
    argv[2] === "completion" ? undefined : Object.entries(COMMANDS).find(([name]) => name === argv[2]);
  const load = named ? [named[1]] : Object.values(COMMANDS);
  return run(
    argv,
    load.map((each) => each()),
  );
}

void main(process.argv);
