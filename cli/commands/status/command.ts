import type { Command } from "commander";
import { AwsClients } from "../../../aws/clients";
import { readSettings, type Settings } from "../../../ledger-api/settings";
import { ExitCode, Failure } from "../../../messages/failure";
import { readUsers, registrationOption } from "../../shared/registration-option";
import { seconds } from "../../shared/waiting";
import { type Custody, custodyOf, splitAtFix } from "./custody";
import { guardProblems } from "./guards";
import { Directory, statusOf } from "./judge";
import { notSeen, type Problem } from "./problem";
import { isFine, printStatus, printStatusAsJson } from "./report";
import { type Live, liveUsers } from "./workspace";
import { differences, type Person, peopleOf, placesOf, readFleet } from "./workspace-users";

const examples = `
Examples:
  $ ledger-api-user status --users api-users --registration .local/registration.json
  $ terraform output -json | ledger-api-user status --registration -
  $ ledger-api-user status --users api-users --registration registration.json --json | jq .problems

Shows how far each user is, from YAML to workspace: declared, key ready, registered, approved, credentials stored, active. What is declared
comes from --users, what was applied from --registration; keys and credentials from AWS, by metadata only. The workspace is asked for its
users where LEDGER_ENTERPRISE_API_URL, LEDGER_ENTERPRISE_WORKSPACE, LEDGER_ENTERPRISE_API_KEY_ID and LEDGER_ENTERPRISE_API_KEY_SECRET are set, to the
credentials of any API user that may read. Each problem has a line of its own with its fix:

  alarm      another public key is registered than ours; an API user that nobody declared; suspended, revoked or another role; a request
             that expires within 48 hours; an alert subscription that nobody confirmed; an alert rule that is missing, off or sends nowhere;
             a signer's role that does not exist; no trail that logs what alerts need; a key that is not the registered one
  not seen   what could not be read: access denied, no answer. Nobody knows whether it is fine
  to do      what onboarding goes on with

AWS is asked for secretsmanager:DescribeSecret, kms:GetPublicKey and DescribeKey, iam:GetRole, sns:ListSubscriptionsByTopic,
events:ListRules and ListTargetsByRule, cloudtrail:DescribeTrails, GetTrailStatus and GetEventSelectors.

Exit code: 0; 1 if there is an alarm or something was not seen (a workspace that was not asked for aside); 2 for bad input.`;

interface Options {
  users?: string;
  registration?: string;
  json?: boolean;
  timeout: number;
  maxWait: number;
}

/** Adds `status`. */
export function addStatus(program: Command): void {
  program
    .command("status")
    .summary("show how far each user is, and what is wrong")
    .description("Show how far each user is, from YAML to workspace, and what is wrong.")
    .option("--users <DIR>", "the fleet's YAML: api-users")
    .addOption(registrationOption().makeOptionMandatory(false))
    .option("--timeout <SECONDS>", "for each request to the workspace", seconds, 30)
    .option("--max-wait <SECONDS>", "for all waiting while the workspace limits the rate", seconds, 600)
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(status);
}

async function status({ users: directory, registration, json, timeout, maxWait }: Options): Promise<void> {
  if (directory === undefined && registration === undefined)
    throw new Failure("nothing says whose status", "give --users api-users, --registration FILE, or both");
  const settings = settingsIfAny();
  const fleet = directory === undefined ? [] : readFleet(directory);
  const applied =
    registration === undefined ? [] : await readUsers(registration, { letWrongFingerprintsThrough: true });
  const people = peopleOf(fleet, applied);
  const clients = new AwsClients();
  try {
    const live = settings
      ? liveUsers(settings, { timeoutSeconds: timeout, maxWaitSeconds: maxWait })
      : undefined;
    const [{ custody, problems: ofCustody }, guards, { users: liveList, problems: ofWorkspace }] =
      await Promise.all([
        custodyOf(applied, clients),
        guardProblems(people, placesOf(fleet, applied), clients).catch(cannotAsk),
        live ?? NOT_ASKED,
      ]);
    const there = liveList && new Directory(liveList);
    const isThere = ({ workspace }: Person) => workspace === undefined || workspace === settings?.workspace;
    const rows = people.map((person) => {
      const own =
        (person.applied && custody.get(person.applied)) ?? (registration === undefined ? UNKNOWN : NOTHING);
      return statusOf(person, own, isThere(person) ? there : undefined);
    });
    const result = {
      users: rows,
      problems: [
        ...people.flatMap((person) =>
          differences(person, directory !== undefined, registration !== undefined),
        ),
        ...ofCustody,
        ...rows.flatMap(({ problems }) => problems),
        ...(there && settings ? there.strangers(people.filter(isThere), settings.workspace) : []),
        ...ofWorkspace,
        ...guards,
      ],
      workspaceSeen: there !== undefined,
    };
    if (json) printStatusAsJson(result);
    else printStatus(result);
    if (!isFine(result)) process.exitCode = ExitCode.NO;
  } finally {
    await clients.destroy();
  }
}

const NOT_ASKED: Live = { problems: [] };

/** Of a user of whose apply nothing is known, and of one that was not applied. */
const UNKNOWN: Custody = { key: "not seen", credentials: "not seen" };
const NOTHING: Custody = { key: "none", credentials: "none" };

/** None set is a choice; some set is a mistake. */
function settingsIfAny(): Settings | undefined {
  const names = ["API_URL", "WORKSPACE", "API_KEY_ID", "API_KEY_SECRET"].map(
    (name) => `LEDGER_ENTERPRISE_${name}`,
  );
  return names.some((name) => process.env[name]) ? readSettings() : undefined;
}

function cannotAsk(error: unknown): Problem[] {
  if (!(error instanceof Failure)) throw error;
  const [problem, fix] = splitAtFix(error.message);
  return [notSeen("guards", problem, fix)];
}
