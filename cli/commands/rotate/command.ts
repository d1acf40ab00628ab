import type { Command } from "commander";
import { Failure } from "../../../messages/failure";
import { optionalRegistrationOption } from "../../shared/registration-option";
import { seconds } from "../../shared/waiting";
import { quietFor, USUAL_QUIET_SECONDS } from "./quiet";
import type { Options } from "./run";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user rotate "settlement bot" start
  $ npx cdktf-ledger-api-user rotate "settlement bot" promote \\
      --registration registration.json
  $ npx cdktf-ledger-api-user rotate acme-prod/sweep retire \\
      --registration registration.json --quiet-for 48h
  $ npx cdktf-ledger-api-user rotate "settlement bot" finish \\
      --registration registration.json

  $ npx cdktf-ledger-api-user rotate --check --base HEAD^1 \\
      --registration registration.json

Edits the YAML for the next step of a rotation, and prints what the pull request
will do and what comes next. Comments, order, quotes and line breaks stay.

  start     adds a pending generation: its key is made, and nothing uses it yet
  promote   makes it the current one, and the current one the previous one
  retire    makes the previous one retired: nobody can read its key
  finish    takes the retired one out of the YAML: its key is deleted

Before it edits, it looks at the gates of the step. One that is closed, or that
cannot be looked at, is a line of its own, and the file stays as it is:

  key          promote: the pending key is in custody, as in the registration
  registered   promote: it is ACTIVE in the workspace under its public key, with
               the declared role
  credentials  promote: the credentials of that generation are stored
  rights       promote: its user has the groups of the current one, and the same
               places in the rules of accounts. The API does not list API Admin
               rules: compare those by hand
  drain        retire: nobody read the old key or its credentials, or signed
               with it, for --quiet-for. It says nothing of copies of the key
  requests     retire: its user did nothing in the workspace for as long, and no
               request of it waits
  revoked      finish: its user is revoked in the workspace
  workspaces   all three: no other workspace takes the file. What the step does
               there is looked at with --check --workspace NAME

--force GATES takes a step though these gates are closed, and says what each
would have said. promote, retire and finish take the registration, and the
workspace's credentials from the environment: LEDGER_ENTERPRISE_API_URL,
LEDGER_ENTERPRISE_WORKSPACE, LEDGER_ENTERPRISE_API_KEY_ID and
LEDGER_ENTERPRISE_API_KEY_SECRET, of the old user or an administrator. AWS is
asked for metadata, trails, alert rules and the access journal only.

--check edits nothing. It looks at the gates of all that the change since --base
promotes, retires or takes out, whoever edited the YAML: of a user that is
declared no more, each key is both retired and finished. The registration is the
one from before the change. A roll-back has the gates of promote. With several
workspaces, run it once for each, with --workspace and its credentials.

docs/rotation.md has the whole way.

Environment: LEDGER_API_USERS is the default of --users.

Exit code: 0 if the file is edited, or all gates are open; 1 if a gate is
closed, or it is not the turn of that step; 2 for bad input.`;

export function addRotate(program: Command): void {
  program
    .command("rotate")
    .summary("edit the YAML for the next step of a key's rotation")
    .description("Edit the YAML for the next step of a rotation, once its gates are open.")
    .argument("[USER]", "the user, by name, WORKSPACE/NAME or STACK/NAME")
    .argument("[STEP]", "start, promote, retire or finish")
    .option("--users <DIR>", "the YAML", process.env["LEDGER_API_USERS"] || "api-users")
    .addOption(optionalRegistrationOption())
    .option("--registered-as <NAME>", 'start: the name to register, if not "USER N"')
    .option("--public-key <HEX>", "start, custody imported: the public key to come")
    .option("--quiet-for <TIME>", "retire: how long nobody used it, 1h to 90d (24h)", quietFor)
    .option("--check", "look at the gates of what a change does; edit nothing")
    .option("--base <REF>", "--check: the commit to compare with")
    .option("--workspace <NAME>", "--check: the workspace to look at (all)")
    .option("--force <GATES>", "closed gates to pass, as in rights,drain")
    .option("--timeout <SECONDS>", "for each request to the workspace", seconds, 30)
    .option("--max-wait <SECONDS>", "for all waiting while the workspace limits the rate", seconds, 600)
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(rotate);
}

interface CommandOptions extends Omit<Options, "quietFor"> {
  readonly quietFor?: number;
  readonly check?: boolean;
  readonly base?: string;
  readonly workspace?: string;
}

/** What reads YAML is loaded here only: help and completion load every command. */
async function rotate(
  user: string | undefined,
  step: string | undefined,
  { check: isCheck, quietFor: time = USUAL_QUIET_SECONDS, ...options }: CommandOptions,
): Promise<void> {
  const given = { ...options, quietFor: time };
  if (isCheck && user !== undefined)
    throw new Failure("--check takes neither USER nor STEP", "leave them out: it looks at every user");
  if (isCheck) {
    const { check }: typeof import("./check") = require("./check");
    return check(given);
  }
  if (options.base !== undefined || options.workspace !== undefined)
    throw new Failure("--base and --workspace are for --check", "add --check, or leave them out");
  if (user === undefined || step === undefined)
    throw new Failure("it is not said which user takes which step", "give USER and STEP, or --check");
  const { takeStep }: typeof import("./run") = require("./run");
  return takeStep(user, step, given);
}
