/** Keys that were made after somebody other than a deployer changed the key generator: the change may have made them. */
import type { AwsClients } from "../../../aws/clients";
import { versionIdOf } from "../../../keys";
import { accessJournalName, addressOf, type RegisteredUser } from "../../../registration/read";
import { isObject } from "../../../rules/is-object";
import { inParallel } from "../../shared/in-parallel";
import type { Place } from "./api-users";
import { alarm, notSeen, type Problem, unseen } from "./problem";

/** A change of the function that nobody reviewed. */
interface Change {
  /** CloudTrail's id of the event. */
  readonly id: string;
  readonly what: string;
  readonly by: string;
  readonly at: Date;
}

const AT_A_TIME = 8;
/** CloudWatch Logs may answer with empty pages. Whatever has more than these is not read to its end. */
const MOST_PAGES = 1000;

/**
 * The access journal has every change of the function (rule `code`). Of a change of the role it has nothing, because IAM's records
 * reach EventBridge in the partition's global region only: there `RoleWatch` pages.
 *
 * @param users those whose keys the generator of this place made
 */
export async function suspectProblems(
  place: Place,
  users: readonly RegisteredUser[],
  clients: AwsClients,
): Promise<Problem[]> {
  const { workspace, region, declaration } = place;
  // Only the YAML says who the deployers are. Without alerts there is no journal: another monitoring is to do the same.
  if (declaration === undefined || !declaration.alerts || users.length === 0) return [];
  const subject = `key generator of ${workspace} in ${region}`;
  if (declaration.deployers.length === 0) {
    const what = "deployers is empty: a change of it that was reviewed looks like any other";
    return [notSeen(subject, what, "declare the roles that run Terraform as deployers in workspace.yaml")];
  }
  try {
    const { changes, isWhole } = await changesOf(place, clients);
    const reviewed = new Set(declaration.lookedInto.map(({ event }) => event));
    const open = changes.filter(({ id }) => !reviewed.has(id));
    const problems = open.length > 0 ? await keysMadeAfter(open, users, clients) : [];
    if (isWhole) return problems;
    const fix = "read it with CloudWatch Logs Insights, and check who else can write to it";
    return [...problems, notSeen(subject, "its journal could not be read as a whole", fix)];
  } catch (error) {
    const actions = "logs:FilterLogEvents on the access journal, and secretsmanager:ListSecretVersionIds";
    return [unseen(subject, "who changed it", { actions, region }, error)];
  }
}

/** The changes of the function, made by others than deployers, that the journal has. */
async function changesOf({ workspace, region, declaration }: Place, clients: AwsClients) {
  const { FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const client = await clients.cloudWatchLogs(region);
  const logGroupName = accessJournalName(workspace);
  const changes: Change[] = [];
  let nextToken: string | undefined;
  let unread = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await client.send(
      new FilterLogEventsCommand({ logGroupName, nextToken, filterPattern: '{ $.source = "aws.lambda" }' }),
    );
    for (const { message = "" } of answer.events ?? []) {
      const change = changeOf(message, declaration?.deployers ?? []);
      if (change === "unreadable") unread++;
      else if (change) changes.push(change);
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return { changes, isWhole: unread === 0 && nextToken === undefined };
}

/** Undefined if it is no change, or one that a deployer made. */
function changeOf(message: string, deployers: readonly string[]): Change | undefined | "unreadable" {
  let event: unknown;
  try {
    event = JSON.parse(message);
  } catch {
    return "unreadable";
  }
  if (!isObject(event) || event["source"] !== "aws.lambda") return undefined;
  const { eventID, eventName, eventTime, errorCode, userIdentity } = (event["detail"] ?? {}) as Record<
    string,
    unknown
  >;
  if (errorCode !== undefined) return undefined;
  const { arn, type, sessionContext } = (userIdentity ?? {}) as Record<string, unknown>;
  const { sessionIssuer } = (sessionContext ?? {}) as { sessionIssuer?: { arn?: unknown } };
  if (deployers.some((deployer) => deployer === sessionIssuer?.arn)) return undefined;
  const at = new Date(String(eventTime));
  if (typeof eventID !== "string" || Number.isNaN(at.getTime())) return "unreadable";
  return { id: eventID, what: String(eventName), by: String(arn ?? type ?? "an unknown caller"), at };
}

async function keysMadeAfter(
  changes: readonly Change[],
  users: readonly RegisteredUser[],
  clients: AwsClients,
): Promise<Problem[]> {
  const { ListSecretVersionIdsCommand } = await import("@aws-sdk/client-secrets-manager");
  const problems = await inParallel(users, AT_A_TIME, async (user) => {
    const { keyArn: SecretId, region } = user;
    const client = await clients.secretsManager(region);
    const id = versionIdOf(SecretId);
    let made: Date | undefined;
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListSecretVersionIdsCommand({ SecretId, NextToken }));
      made ??= page.Versions?.find(({ VersionId }) => VersionId === id)?.CreatedDate;
      NextToken = page.NextToken;
    } while (made === undefined && NextToken !== undefined);
    return suspectKey(addressOf(user), made, changes);
  });
  return problems.flat();
}

/** CloudTrail's times are in whole seconds, so a key of the same second counts. */
function suspectKey(address: string, made: Date | undefined, changes: readonly Change[]): Problem[] {
  if (made === undefined) return []; // that its key is missing is reported with its custody
  const before = changes.filter(({ at }) => at <= made);
  if (before.length === 0) return [];
  const shown = before
    .slice(0, 3)
    .map(({ id, what, by, at }) => `${what} by ${by} on ${at.toISOString()} (event ${id})`);
  const more = before.length > shown.length ? ` and ${before.length - shown.length} more` : "";
  return [
    alarm(
      address,
      `its key was made on ${made.toISOString()}, after changes of the key generator by others than deployers: ${shown.join(", ")}${more}`,
      "look into each (docs/alerts.md); replace the key if code ran that is not yours; then list the event under lookedInto in workspace.yaml",
    ),
  ];
}
