import type { Command } from "commander";
import { ExitCode, Failure } from "../../../messages/failure";
import { operand } from "../../../messages/shell";
import { addressOf, everyKeyOf, type RegisteredUser } from "../../../registration/read";
import type { CredentialsVersion } from "../../custody/credentials-state";
import { printJson, printRows, style, warn } from "../../shared/output";
import {
  chooseUser,
  generationOption,
  readUsers,
  registrationOption,
  withGeneration,
} from "../../shared/registration-option";
import { checkCredentials } from "./check";
import { readCredentials } from "./input";
import { type Login, tryLogin } from "./login";
import { type CredentialsStore, withStore } from "./store";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user credentials put "settlement bot" --check \\
      --registration r.json
  $ terraform output -json |
      npx cdktf-ledger-api-user credentials put "settlement bot" \\
      --registration -
  $ npx cdktf-ledger-api-user credentials put "settlement bot" \\
      --registration r.json < credentials.json

On a terminal, the command asks for API Key ID and API Secret and shows neither.
A program gives them on standard input as JSON, and never as arguments:
{"LEDGER_ENTERPRISE_API_KEY_ID": "…", "LEDGER_ENTERPRISE_API_KEY_SECRET": "…"}.
--generation 2 stores those of a key that is pending, before it becomes current.
The registration says where they go, so take it from the state (terraform output
-json) and not from a mail.

The secret then holds JSON with the names that Ledger's own tool reads from its
environment: those two, LEDGER_ENTERPRISE_WORKSPACE, and, where workspace.yaml
has apiUrl, LEDGER_ENTERPRISE_API_URL. Put regenerated credentials the same way.
The previous ones are kept, and "credentials restore" puts them back.

It needs a custodian's role, as in the registration's custodianPolicy, and does
not read the secret.

--check logs in first. Where the login's token has a public key or a workspace,
they must be the registration's: another user's credentials are refused. Where
it has none, the owner is unknown.

Exit code: 0 if they are stored; 1 if they cannot be right, are another user's,
or the workspace refuses them; 2 for bad input, or if AWS or the workspace
cannot be asked or denies.`;

const restoreExamples = `
Example:
  $ npx cdktf-ledger-api-user credentials restore "settlement bot" \\
      --registration r.json

For credentials that were put by mistake. The current ones become the previous
ones, so running it again undoes it. Do not restore credentials that the
workspace has regenerated since: they no longer work.

Exit code: 0 if they are restored, 1 if there are no previous ones, 2 for bad
input, or if AWS cannot be asked or denies.`;

interface Options {
  registration: string;
  generation?: number;
  check?: boolean;
  json?: boolean;
}

export function addCredentials(program: Command): void {
  const credentials = program
    .command("credentials")
    .summary("store the API credentials of a registered user")
    .description("API Key ID and API Secret, which the workspace issues once a user is registered.");
  credentials
    .command("put")
    .summary("store API Key ID and API Secret")
    .description("Store a user's API Key ID and API Secret where its services read them.")
    .argument("<USER>", "the user, by name or STACK/NAME")
    .addOption(registrationOption())
    .addOption(generationOption())
    .option("--check", "log in to the workspace with them first, and store them only if that works")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(put);
  credentials
    .command("restore")
    .summary("put the previous credentials back")
    .description("Make the credentials before the current ones the current ones again.")
    .argument("<USER>", "the user, by name or STACK/NAME")
    .addOption(registrationOption())
    .addOption(generationOption())
    .option("--json", "print the answer as JSON")
    .addHelpText("after", restoreExamples)
    .action(restore);
}

async function put(name: string, { registration, generation, check, json }: Options): Promise<void> {
  const all = await readUsers(registration);
  const user = withGeneration(chooseUser(all, name), generation);
  const users = everyKeyOf(all);
  await withStore(user, async (store) => {
    // Asked first: who may not write should not be asked for secrets.
    const before = await store.state();
    warnOfForeignAddress(user);
    const credentials = await readCredentials(user, registration === "-");
    const remark = checkCredentials(credentials, users);
    const login = check ? await tryLogin(user, credentials, users) : undefined;
    if (remark && !check) warn(remark);
    const current = await store.put(credentials);
    const previous = before.state === "present" ? before.current : undefined;
    report("stored", user, store, { current, previous, login }, json);
  });
}

async function restore(name: string, { registration, generation, json }: Options): Promise<void> {
  const user = withGeneration(chooseUser(await readUsers(registration), name), generation);
  await withStore(user, async (store) => {
    const before = await store.state();
    if (before.state === "absent" || before.previous === undefined) {
      throw new Failure(
        `${store.secretArn} has no previous credentials`,
        "put those that are right: npx cdktf-ledger-api-user credentials put",
        ExitCode.NO,
      );
    }
    const { current, previous } = before;
    await store.restore(before, previous);
    if (previous.generation !== undefined && previous.generation !== user.generation) {
      warn(
        `the restored credentials are of generation ${previous.generation}, and generation ${user.generation} is registered: services log in as the user of the older key`,
      );
    }
    report("restored", user, store, { current: previous, previous: current }, json);
  });
}

/** A registration that was tampered with could name somebody's own host, to which every service would then log in. */
function warnOfForeignAddress({ apiUrl }: RegisteredUser): void {
  if (apiUrl === undefined || /(^|\.)ledger\.com$/.test(new URL(apiUrl).hostname)) return;
  warn(`the API is declared to be at ${apiUrl}, which is not below ledger.com; see that this is meant`);
}

interface Outcome {
  readonly current: CredentialsVersion;
  readonly previous?: CredentialsVersion;
  readonly login?: Login;
}

function report(
  result: "stored" | "restored",
  user: RegisteredUser,
  { secretArn }: CredentialsStore,
  { current, previous, login }: Outcome,
  json: boolean | undefined,
): void {
  const { stack, workspace, username, apiUrl } = user;
  if (json) {
    const credentialsArn = secretArn;
    const { versionId, generation } = current;
    const checked = login !== undefined;
    printJson({
      ...{ result, stack, workspace, username, credentialsArn, versionId, generation, apiUrl },
      ...(result === "stored" && { checked }),
      ...(login && { owner: login.owner }),
      previousVersionId: previous?.versionId,
    });
    return;
  }
  const ofKey = user.stage === "current" ? "" : ` --generation ${user.generation}`;
  const undo = `npx cdktf-ledger-api-user credentials restore ${operand(addressOf(user))}${ofKey}`;
  printRows([
    ["Credentials", style("green", result)],
    ["User", addressOf(user)],
    ["Secret", secretArn],
    ["Generation", current.generation === undefined ? "not known" : String(current.generation)],
    ["API", apiUrl ?? "not declared (apiUrl in workspace.yaml): services know it otherwise"],
    ["Login", login && `works, at ${login.address}`],
    [
      "Owner",
      login && (login.owner === "unknown" ? "unknown: the login does not say whose they are" : "this user"),
    ],
    ["Previous", previous && `kept; ${undo} ${result === "stored" ? "puts them back" : "takes this back"}`],
    [
      "Now",
      result === "stored"
        ? "clear the clipboard and any note of them; services take them when they next start or read"
        : "services take them when they next start or read",
    ],
  ]);
}
