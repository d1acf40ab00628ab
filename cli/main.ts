import { type AddCommand, run } from "./shared/run";

/**
 * The commands as help lists them, in the order of the work. Each command's file is loaded when it is called for: most answer
 * before the others would be read.
 */
const GROUPS: Readonly<Record<string, Readonly<Record<string, () => AddCommand>>>> = {
  "Set up:": {
    init: () => require("./commands/init/command").addInit,
    synth: () => require("./commands/synth/command").addSynth,
    keygen: () => require("./commands/keygen/command").addKeygen,
    inspect: () => require("./commands/inspect/command").addInspect,
  },
  "Review and apply:": {
    affected: () => require("./commands/affected/command").addAffected,
    stacks: () => require("./commands/stacks/command").addStacks,
    review: () => require("./commands/review/command").addReview,
    "guard-policies": () => require("./commands/guard-policies/command").addGuardPolicies,
    "import-key": () => require("./commands/import-key/command").addImportKey,
  },
  "Register:": {
    verify: () => require("./commands/verify/command").addVerify,
    registration: () => require("./commands/registration/command").addRegistration,
    credentials: () => require("./commands/credentials/command").addCredentials,
  },
  "Approve:": {
    approve: () => require("./commands/approve/command").addApprove,
    reject: () => require("./commands/approve/command").addReject,
    sign: () => require("./commands/sign/command").addSign,
  },
  "Rotate:": {
    rotate: () => require("./commands/rotate/command").addRotate,
  },
  "Watch and repair:": {
    status: () => require("./commands/status/command").addStatus,
    audit: () => require("./commands/audit/command").addAudit,
    adopt: () => require("./commands/adopt/command").addAdopt,
  },
  "Help:": {
    completion: () => require("./commands/completion/command").addCompletion,
  },
};

/** Runs a command line, as `process.argv` has it, and sets the exit code. */
export function main(argv: readonly string[]): Promise<void> {
  // The pinned SDK supports the Node.js versions that this package does; its warning would be noise.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const [, , name = ""] = argv;
  // Help, a misspelt command and completion need all of them.
  const isAlone = name !== "completion" && Object.values(GROUPS).some((group) => Object.hasOwn(group, name));
  const adding = Object.entries(GROUPS).flatMap(([heading, group]): AddCommand[] => [
    (program) => program.commandsGroup(heading),
    ...Object.entries(group).flatMap(([each, load]) => (isAlone && each !== name ? [] : [load()])),
  ]);
  // Commander's own command `help` joins the last group.
  return run(argv, [...adding, (program) => program.helpCommand(true)]);
}
