#!/usr/bin/env node
import { type AddCommand, run } from "./run";

/** Each command's file is loaded when it is called for: most answer before the others would be read. */
const COMMANDS: Readonly<Record<string, () => AddCommand>> = {
  keygen: () => (require("./keygen") as typeof import("./keygen")).addKeygen,
  inspect: () => (require("./inspect") as typeof import("./inspect")).addInspect,
  sign: () => (require("./sign") as typeof import("./sign")).addSign,
  approve: () => (require("./approve") as typeof import("./approve")).addApprove,
  reject: () => (require("./approve") as typeof import("./approve")).addReject,
  audit: () => (require("./audit") as typeof import("./audit")).addAudit,
  verify: () => (require("./verify") as typeof import("./verify")).addVerify,
  registration: () => (require("./registration") as typeof import("./registration")).addRegistration,
  status: () => (require("./status") as typeof import("./status")).addStatus,
  review: () => (require("./review") as typeof import("./review")).addReview,
  adopt: () => (require("./adopt") as typeof import("./adopt")).addAdopt,
  "import-key": () => (require("./import-key") as typeof import("./import-key")).addImportKey,
  credentials: () => (require("./credentials") as typeof import("./credentials")).addCredentials,
  completion: () => (require("./completion") as typeof import("./completion")).addCompletion,
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
