import { type AddCommand, run } from "./shared/run";

/** Each command's file is loaded when it is called for: most answer before the others would be read. */
const COMMANDS: Readonly<Record<string, () => AddCommand>> = {
  init: () => require("./commands/init/command").addInit,
  synth: () => require("./commands/synth/command").addSynth,
  stacks: () => require("./commands/stacks/command").addStacks,
  keygen: () => require("./commands/keygen/command").addKeygen,
  inspect: () => require("./commands/inspect/command").addInspect,
  sign: () => require("./commands/sign/command").addSign,
  approve: () => require("./commands/approve/command").addApprove,
  reject: () => require("./commands/approve/command").addReject,
  audit: () => require("./commands/audit/command").addAudit,
  verify: () => require("./commands/verify/command").addVerify,
  registration: () => require("./commands/registration/command").addRegistration,
  status: () => require("./commands/status/command").addStatus,
  review: () => require("./commands/review/command").addReview,
  adopt: () => require("./commands/adopt/command").addAdopt,
  "import-key": () => require("./commands/import-key/command").addImportKey,
  credentials: () => require("./commands/credentials/command").addCredentials,
  completion: () => require("./commands/completion/command").addCompletion,
};

/** Runs a command line, as `process.argv` has it, and sets the exit code. */
export function main(argv: readonly string[]): Promise<void> {
  // The pinned SDK supports the Node.js versions that this package does; its warning would be noise.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const [, , name = ""] = argv;
  // Help, a misspelt command and completion need all of them.
  const named = name !== "completion" && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const loading = named ? [named] : Object.values(COMMANDS);
  return run(
    argv,
    loading.map((load) => load()),
  );
}
