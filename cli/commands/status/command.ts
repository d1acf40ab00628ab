import type { Command } from "commander";
import { AwsClients } from "../../../aws/clients";
import { readSettings, type Settings } from "../../../ledger-api/settings";
import { ExitCode, Failure } from "../../../messages/failure";
import { endWith } from "../../shared/exit-code";
import { print, printJson } from "../../shared/output";
import { optionalRegistrationOption, readUsers } from "../../shared/registration-option";
import { seconds } from "../../shared/waiting";
import { apiUsersOf, placesOf, readFleet } from "./api-users";
import { custodyOf } from "./custody";
import { guardProblems } from "./guards";
import { judge } from "./judge";
import { notAsked } from "./problem";
import { recoveryProblems } from "./recovery";
import { isFine, type Status, statusForJson, statusText } from "./report";
import { type Live, liveUsers } from "./workspace";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user status --users api-users \\
      --registration .local/registration.json
  $ terraform output -json | npx cdktf-ledger-api-user status --registration -
  $ npx cdktf-ledger-api-user status --users api-users \\
      --registration registration.json --json | jq .problems

Shows how far each user is, from YAML to workspace: declared, key ready,
registered, approved, credentials stored, active. --users has what is declared,
--registration what was applied. Keys and credentials are looked up in AWS, by
metadata only. The users of the workspace are looked up if these variables are
set, to the credentials of any API user that may read:
LEDGER_ENTERPRISE_API_URL, LEDGER_ENTERPRISE_WORKSPACE,
LEDGER_ENTERPRISE_API_KEY_ID and LEDGER_ENTERPRISE_API_KEY_SECRET.
Each problem has a line of its own, with its fix:

  alarm      another public key is registered than ours; an API user that nobody
             declared; suspended, revoked or another role; a request that has
             ended or expires within 48 hours; an alert subscription that is not
             confirmed or has a filter; an alert rule that is missing, off or
             without target or, with --users, not as declared; a signer's role
             that does not exist; no trail that logs what alerts need; a key
             that is not the registered one; a secret …/current that names
             another key than the registration; a key generator that is not what
             this package deploys; a key that was made after somebody who is no
             deployer changed the key generator (that takes --users, which has
             the deployers)
  not seen   something could not be read, such as for lack of access. It may be
             right or wrong
  to do      the next step of onboarding, and whom a pending request waits for

Keys that only read (reporting API keys) are listed, and nobody has to declare
them. "asked as" says whose credentials asked the workspace, where the login's
token says so.

It needs secretsmanager:DescribeSecret, kms:GetPublicKey and DescribeKey,
iam:GetRole, sns:ListSubscriptionsByTopic and GetSubscriptionAttributes,
events:ListRules and ListTargetsByRule, cloudtrail:DescribeTrails,
GetTrailStatus and GetEventSelectors, lambda:ListVersionsByFunction and
GetFunctionConfiguration, logs:FilterLogEvents and
secretsmanager:ListSecretVersionIds.

Exit code: 0; 1 if there is an alarm or something was not seen (other than a
workspace that was not asked for); 2 for bad input.`;

interface Options {
  users?: string;
  registration?: string;
  json?: boolean;
  timeout: number;
  maxWait: number;
}

export function addStatus(program: Command): void {
  program
    .command("status")
    .summary("show how far each user is, and what is wrong")
    .description("Show how far each user is, from YAML to workspace, and what is wrong.")
    .option("--users <DIR>", "the fleet's YAML: api-users")
    .addOption(optionalRegistrationOption())
    .option("--timeout <SECONDS>", "for each request to the workspace", seconds, 30)
    .option("--max-wait <SECONDS>", "for all waiting while the workspace limits the rate", seconds, 600)
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(status);
}

async function status({ users: directory, registration, json, timeout, maxWait }: Options): Promise<void> {
  if (directory === undefined && registration === undefined)
    throw new Failure(
      "it is not known whose status to show",
      "give --users api-users, --registration FILE, or both",
    );
  const settings = settingsIfAny();
  const fleet = directory === undefined ? [] : readFleet(directory);
  const applied =
    registration === undefined ? [] : await readUsers(registration, { letWrongFingerprintsThrough: true });
  const users = apiUsersOf(fleet, applied);
  const clients = new AwsClients();
  try {
    const ours = new Set(users.flatMap(({ registeredAs }) => registeredAs));
    const [{ custody, problems: ofCustody }, guards, { users: live, problems: ofWorkspace, ...more }] =
      await Promise.all([
        custodyOf(applied, clients),
        guardProblems(users, placesOf(fleet, applied), clients).catch((error) => [notAsked("guards", error)]),
        settings
          ? liveUsers(settings, { timeoutSeconds: timeout, maxWaitSeconds: maxWait }, (name) =>
              ours.has(name),
            )
          : NO_WORKSPACE,
      ]);
    const judged = judge({
      users,
      custody,
      hasYaml: directory !== undefined,
      hasRegistration: registration !== undefined,
      workspace: live && settings && { name: settings.workspace, users: live },
    });
    const result: Status = {
      users: judged.users,
      problems: [...recoveryProblems(fleet), ...ofCustody, ...judged.problems, ...ofWorkspace, ...guards],
      workspaceSeen: live !== undefined,
      ...more,
    };
    if (json) printJson(statusForJson(result));
    else print(statusText(result));
    if (!isFine(result)) endWith(ExitCode.NO);
  } finally {
    await clients.destroy();
  }
}

const NO_WORKSPACE: Live = { problems: [] };

/** Undefined if none is set, which is a choice. To set some of them is a mistake. */
function settingsIfAny(): Settings | undefined {
  const names = ["API_URL", "WORKSPACE", "API_KEY_ID", "API_KEY_SECRET"].map(
    (name) => `LEDGER_ENTERPRISE_${name}`,
  );
  return names.some((name) => process.env[name]) ? readSettings() : undefined;
}
