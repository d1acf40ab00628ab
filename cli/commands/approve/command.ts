import type { Command } from "commander";
import { Unanswered } from "../../../ledger-api/http";
import type { Identity } from "../../../ledger-api/identity";
import { Session, Unavailable } from "../../../ledger-api/session";
import { readSettings } from "../../../ledger-api/settings";
import { Failure } from "../../../messages/failure";
import { printJson, printRows } from "../../shared/output";
import { chooseUser, readUsers } from "../../shared/registration-option";
import { onWait, seconds } from "../../shared/waiting";
import { foreignOwner, ownedBy } from "../../shared/whose";
import { challengeOf } from "../../signing/challenge-input";
import { reviewed } from "../../signing/prompt";
import {
  addKeyOptions,
  asFailure,
  isSignedBy,
  type KeyOptions,
  openKey,
  signWith,
} from "../../signing/signing-key";
import { type Action, Decided, judge, unanswered, whyRefused } from "./outcome";
import { printPending } from "./pending";

const help = (action: Action) => `
Examples:
  $ npx cdktf-ledger-api-user ${action} 29 \\
      --kms alias/ledger-enterprise/acme-prod/bot
  $ npx cdktf-ledger-api-user ${action} 29 --user "settlement bot" \\
      --registration .local/registration.json
  $ npx cdktf-ledger-api-user ${action} 29 --secret "$SECRET_ARN" --yes --json

Logs in, fetches the request's challenge, shows all of it on standard error,
asks on the terminal, signs and posts. These variables name the workspace:
LEDGER_ENTERPRISE_API_URL, LEDGER_ENTERPRISE_WORKSPACE,
LEDGER_ENTERPRISE_API_KEY_ID and LEDGER_ENTERPRISE_API_KEY_SECRET. Without an
option that names a key, the one in LEDGER_ENTERPRISE_API_PRIVATE_KEY signs.
Where the login's token says whose credentials they are, a key of another user's
is refused before anything is posted.

${
  action === "approve"
    ? `--pending lists the requests that wait for this user, and posts nothing. Where
the token does not say who it is, --user and --registration do.

`
    : ""
}The decision is posted once. If its answer is lost, nobody knows whether it
arrived: the command says so and ends. --json prints an "outcome": posted,
declined, refused, expired, not-found, rate-limited or unknown. Without an
outcome, nothing was posted.

Exit code: 0 if the workspace took it; 1 if not, or if that is unknown; 2 if
there was no decision: bad input, unknown request, no login, no connection.`;

interface Options extends KeyOptions {
  pending?: boolean;
  yes?: boolean;
  json?: boolean;
  timeout: number;
  maxWait: number;
}

export const addApprove = (program: Command): void => add(program, "approve");
export const addReject = (program: Command): void => add(program, "reject");

function add(program: Command, action: Action): void {
  const command = program
    .command(action)
    .summary(`${action} a request of the workspace`)
    .description(`${capital(action)} a request of the workspace as an API user, after showing what it asks.`)
    .argument(
      action === "approve" ? "[REQUEST_ID]" : "<REQUEST_ID>",
      "the request's id, as GET /requests and the workspace show it",
    );
  addKeyOptions(command)
    .option("--yes", "do not ask: for programs that have checked the challenge")
    .option("--timeout <SECONDS>", "for each request to the workspace", seconds, 30)
    .option("--max-wait <SECONDS>", "for all waiting while the workspace limits the rate", seconds, 120)
    .option("--json", "print the outcome as JSON")
    .addHelpText("after", help(action))
    .action((requestId: string | undefined, options: Options) =>
      options.pending ? pending(requestId, options) : decide(action, requestId ?? "", options),
    );
  if (action === "approve") command.option("--pending", "list the requests that wait for this user instead");
}

async function pending(requestId: string | undefined, options: Options): Promise<void> {
  const { user, registration, secret, kms, file, timeout: timeoutSeconds, maxWait: maxWaitSeconds } = options;
  if (requestId !== undefined || secret !== undefined || kms !== undefined || file !== undefined)
    throw new Failure("--pending signs nothing", "leave out REQUEST_ID, --secret, --kms and --file");
  if ((user === undefined) !== (registration === undefined))
    throw new Failure("--user and --registration go together", "give both, or neither");
  const settings = readSettings();
  const known = registration === undefined ? [] : await readUsers(registration);
  const publicKey = user === undefined ? undefined : chooseUser(known, user).publicKey;
  const session = new Session(settings, { timeoutSeconds, maxWaitSeconds, onWait });
  const identity = await session.login();
  const foreign = foreignOwner(identity, { workspace: settings.workspace, publicKey }, known);
  if (foreign !== undefined)
    throw new Failure(foreign, othersFix(identity, settings.workspace, "of the user that --user names"));
  await printPending(session, { publicKey: publicKey ?? identity.publicKey }, options.json);
}

/** How to fix credentials that are another user's or another workspace's. */
const othersFix = ({ workspace }: Identity, expected: string, whose: string): string =>
  workspace !== undefined && workspace !== expected
    ? "set LEDGER_ENTERPRISE_WORKSPACE to the workspace of the credentials, or use credentials of this workspace"
    : `set LEDGER_ENTERPRISE_API_KEY_ID and LEDGER_ENTERPRISE_API_KEY_SECRET to those ${whose}`;

async function decide(action: Action, requestId: string, options: Options): Promise<void> {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(requestId))
    throw new Failure("REQUEST_ID is not the id of a request", "give it as the workspace shows it: 29");
  try {
    const { status } = await fetchSignPost(action, requestId, options);
    if (options.json) printJson({ request: requestId, action, outcome: "posted", status });
    else
      printRows([
        ["Request", requestId],
        ["Posted", action === "approve" ? "approval" : "rejection"],
        ["Status", status],
      ]);
  } catch (thrown) {
    const error = asFailure(thrown);
    if (options.json && error instanceof Decided)
      printJson({ request: requestId, action, outcome: error.outcome });
    throw error instanceof Unavailable ? new Failure(`${error.what}; nothing was posted`, error.fix) : error;
  }
}

async function fetchSignPost(action: Action, requestId: string, options: Options) {
  const { timeout: timeoutSeconds, maxWait: maxWaitSeconds } = options;
  const settings = readSettings();
  const { workspace } = settings;
  const session = new Session(settings, { timeoutSeconds, maxWaitSeconds, onWait });
  const key = await openKey(options, false);
  try {
    const identity = await session.login();
    const others = (whose: string) =>
      new Failure(
        `${whose}; nothing was posted`,
        othersFix(identity, workspace, "of the user whose key signs"),
      );
    const foreign = foreignOwner(identity, { workspace, publicKey: key.registered }, key.known ?? []);
    if (foreign !== undefined) throw others(foreign);
    const challenge = await fetchChallenge(session, requestId, action);
    const question = `${capital(action)} request ${requestId}?`;
    if (!reviewed({ challenge, key: key.name, question, yes: options.yes }))
      throw new Decided("declined", "nothing was signed or posted", `run it again and answer y to ${action}`);
    const jws = await signWith(key, challenge);
    // Before, only a registration could tell that the key is another user's.
    if (identity.publicKey !== undefined && !isSignedBy(identity.publicKey, jws))
      throw others(ownedBy(identity.publicKey, key.known ?? []));
    const answer = await session.postOnce(`requests/${requestId}/${action}`, { jws }).catch((error) => {
      throw error instanceof Unanswered ? unanswered(error, requestId, action) : error;
    });
    return await judge(session, requestId, action, answer);
  } finally {
    key.wipe?.();
  }
}

/** A rejection has a challenge of its own: a signature under the other one would be an approval. */
async function fetchChallenge(session: Session, requestId: string, action: Action): Promise<string> {
  const answer = await session.get(`requests/${requestId}/challenge${action === "reject" ? "/reject" : ""}`);
  if (answer.status !== 200) throw await whyRefused(session, requestId, answer);
  const { id = requestId } = (answer.json ?? {}) as { id?: unknown };
  if (String(id) !== requestId) {
    throw new Failure(
      `the workspace answers with the challenge of another request than ${requestId}`,
      "do not approve anything; see what stands between you and the workspace",
    );
  }
  return challengeOf(answer.json, "the workspace's answer");
}

const capital = (action: Action) => (action === "approve" ? "Approve" : "Reject");
