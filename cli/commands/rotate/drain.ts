/**
 * Whether anybody read an old key or its credentials, or signed with it, of late: the access journal has each such call, if a trail and the
 * journal's rules were on all the time.
 */
import type { AwsClients } from "../../../aws/clients";
import { generalFailure, isDenied, nameOf } from "../../../aws/failure";
import { Failure } from "../../../messages/failure";
import type { Mistake } from "../../../messages/mistake";
import { shown } from "../../../messages/safe-text";
import { accessJournalName, keyNamesOf, type RegisteredUser, secretNameOf } from "../../../registration/read";
import { isObject } from "../../../rules/is-object";
import type { Evidence } from "./evidence";
import { quietSince } from "./quiet";
import { mustBeWatched } from "./watched";

/** Calls that give a private key, credentials or a signature. A denied one comes from somebody who still tries. */
const USES = ["GetSecretValue", "BatchGetSecretValue", "Sign"];

/** Whatever else was done to the rules, the trails or the journal: what happened next may not be in the journal. */
const HARMLESS = {
  "cloudtrail.amazonaws.com": [
    ...["AddTags", "CreateTrail", "RemoveTags", "StartLogging"],
    ...["CancelQuery", "GenerateQuery", "StartQuery"],
  ],
  "events.amazonaws.com": ["TagResource", "UntagResource"],
  "logs.amazonaws.com": [
    ...["CreateLogGroup", "CreateLogStream", "PutLogEvents", "StartQuery", "StopQuery"],
    ...["DeleteRetentionPolicy", "TagLogGroup", "TagResource", "UntagLogGroup", "UntagResource"],
  ],
} as const;

type BlindingSource = keyof typeof HARMLESS;

const isBlindingSource = (source: unknown): source is BlindingSource =>
  Object.hasOwn(HARMLESS, String(source));

const MOST_PAGES = 1000;

/** @throws Failure where it is not known */
export async function drainProblem(
  evidence: Pick<Evidence, "clients" | "declared" | "now" | "quietForSeconds">,
  key: RegisteredUser,
): Promise<Mistake | undefined> {
  const { declared, clients } = evidence;
  if (!declared.workspace.alerts)
    throw new Failure(
      "whether the old key was used is unknown: alerts is false in workspace.yaml, so there is no access journal",
      "look in the records that you have in its place, then add --force drain",
    );
  const since = quietSince(evidence);
  try {
    await mustBeWatched(
      declared.workspace,
      key,
      { since, quietForSeconds: evidence.quietForSeconds },
      clients,
    );
    return usesIn(await journalOf(declared.workspace.name, key, since, clients), key, since);
  } catch (error) {
    const general = generalFailure(error, key.region);
    if (general) throw general;
    const [why, fix] = isDenied(error)
      ? [
          "AWS denies to look",
          "give your role cloudtrail:DescribeTrails, GetTrailStatus and GetEventSelectors, events:ListRules and ListTargetsByRule, logs:DescribeLogGroups, and logs:FilterLogEvents on the access journal",
        ]
      : [nameOf(error), "try again"];
    throw new Failure(`whether the old key was used is unknown (${why})`, fix);
  }
}

interface JournalRecord {
  readonly id: string;
  readonly what: string;
  readonly by: string;
  readonly at: string;
  readonly detail: Readonly<{ [field: string]: unknown }>;
}

/** The records of the journal about this key, and those of changes after which it may be blind. @throws Failure unless all were read */
async function journalOf(workspace: string, key: RegisteredUser, since: Date, clients: AwsClients) {
  const { FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const client = await clients.cloudWatchLogs(key.region);
  const filterPattern = patternOf(key);
  const records: JournalRecord[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await client.send(
      new FilterLogEventsCommand({
        logGroupName: accessJournalName(workspace),
        startTime: since.getTime(),
        ...{ nextToken, filterPattern },
      }),
    );
    for (const { message = "" } of answer.events ?? []) records.push(recordIn(message));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return records;
  }
  throw new Failure(
    "whether the old key was used is unknown: its journal is too long to be read",
    "read it with CloudWatch Logs Insights, then add --force drain",
  );
}

function recordIn(message: string): JournalRecord {
  let event: unknown;
  try {
    event = JSON.parse(message);
  } catch {
    event = undefined;
  }
  const detail = isObject(event) ? event["detail"] : undefined;
  if (!isObject(detail) || typeof detail["eventName"] !== "string")
    throw new Failure(
      "whether the old key was used is unknown: its journal has records that are none of CloudTrail's",
      "find out who else writes to it, and read it with CloudWatch Logs Insights",
    );
  const { eventID, eventName, eventTime, userIdentity } = detail;
  const { arn, type } = isObject(userIdentity) ? userIdentity : {};
  return {
    id: String(eventID),
    what: eventName as string,
    by: String(arn ?? type ?? "an unknown caller"),
    at: String(eventTime),
    detail,
  };
}

/** What the records of this generation's key and credentials name: folders of secrets, and the ends of what `keyId` may be. */
function subjectsOf(key: RegisteredUser) {
  const { custody, keyArn, credentialsArn } = key;
  const isKms = custody === "kms";
  const secrets = [credentialsArn, isKms ? undefined : keyArn].flatMap((arn) => arn ?? []);
  return {
    folders: [...new Set(secrets.map((arn) => secretNameOf(arn).replace(/[^/]*$/, "")))],
    keys: isKms ? [keyArn.split("/").at(-1) ?? "", ...keyNamesOf(key)] : [],
  };
}

/**
 * What to ask CloudWatch for. Secrets are looked for here and not there: a denied call may name its secret in the error's message alone.
 * Signatures of other keys are left out, since there may be many a second.
 */
function patternOf(key: RegisteredUser): string {
  const is = (field: string, value: string) => `($.detail.${field} = ${JSON.stringify(value)})`;
  const names = USES.filter((name) => name !== "Sign");
  const ends = subjectsOf(key).keys.map((end) => is("requestParameters.keyId", `*${end}`));
  const signed = [...ends, is("errorCode", "AccessDenied*")].join(" || ");
  const other = [
    ...names.map((name) => is("eventName", name)),
    ...Object.keys(HARMLESS).map((source) => is("eventSource", source)),
  ];
  return `{ ${[...other, `(${is("eventName", "Sign")} && (${signed}))`].join(" || ")} }`;
}

/** Whether the journal may have been blind after it. It has the changes of every trail, but only of this workspace's rules and journal. */
function isBlinding({ what, detail }: JournalRecord, custody: RegisteredUser["custody"]): boolean {
  const source = detail["eventSource"];
  if (!isBlindingSource(source) || HARMLESS[source].some((each) => each === what)) return false;
  if (source !== "events.amazonaws.com") return true;
  const { name, rule } = isObject(detail["requestParameters"]) ? detail["requestParameters"] : {};
  if (what === "UpdateEventBus") return true;
  const ours = custody === "kms" ? /\.(?:access|changes|kms-use-[\w-]+)$/ : /\.(?:access|changes)$/;
  return [name, rule].some((each) => ours.test(String(each)));
}

/** @throws Failure if the journal may have been blind */
function usesIn(records: readonly JournalRecord[], key: RegisteredUser, since: Date): Mistake | undefined {
  const blinding = records.find((record) => isBlinding(record, key.custody));
  if (blinding)
    throw new Failure(
      `whether the old key was used is unknown: ${blinding.what} by ${blinding.by} on ${blinding.at} (event ${blinding.id})`,
      "find out why, and wait for the time of --quiet-for",
    );
  const { folders, keys } = subjectsOf(key);
  const isAbout = (text: string) =>
    folders.some((folder) => text.includes(folder)) ||
    // An alias of generation 1 is the beginning of that of generation 10.
    keys.some((end) => text.endsWith(end) || text.includes(`key/${end}`));
  const uses = records.filter(({ what, detail }) => {
    const { secretId, secretIdList, keyId } = isObject(detail["requestParameters"])
      ? detail["requestParameters"]
      : {};
    const named = [
      secretId,
      keyId,
      detail["errorMessage"],
      ...(Array.isArray(secretIdList) ? secretIdList : []),
    ];
    return USES.includes(what) && named.map(String).some(isAbout);
  });
  if (uses.length === 0) return undefined;
  const shownUses = uses.slice(-3).map(({ what, by, at, id }) => `${what} by ${by} on ${at} (event ${id})`);
  const more = uses.length > shownUses.length ? `, and ${uses.length - shownUses.length} more` : "";
  return {
    what: `generation ${key.generation} of ${shown(key.username)} was used since ${since.toISOString()}: ${shownUses.join(", ")}${more}`,
    fix: "move that service to the new key, and wait for the time of --quiet-for",
  };
}
