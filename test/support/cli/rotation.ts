/** What the tests of `rotate` begin with: a fleet with a user in rotation, an AWS and a workspace in which every gate is open. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyLabel, versionIdOf } from "../../../keys";
import { workspaceRule } from "../../../rules/alerts/workspace-rules";
import { type Sample, sample } from "../page-users";
import { writeFleet } from "../temporary-fleet";
import { startWorkspace, type Workspace } from "../workspace";
import { page, type WorkspaceUserOptions } from "../workspace/users";
import { type AwsStub, type StubAnswers, startAwsStub } from "./aws-stub";
import { ledgerApiUser } from "./run-cli";

export const HOUR = 3_600_000;
const ROLE = "arn:aws:iam::123456789012:role/settlement";
const PLACE = "eu-west-1:123456789012";

export interface Rotation {
  readonly aws: AwsStub;
  readonly workspace: Workspace;
  readonly directory: string;
  /** The keys of the generations, by number. */
  readonly keys: Readonly<Record<number, Sample>>;
  /** What the workspace lists besides users. */
  readonly lists: { groups: object[]; accounts: object[]; requests: object[] };
  /** Writes the generations into the YAML and into the registration. */
  declare(generations: Readonly<Record<number, string>>, more?: { role?: string; custody?: string }): void;
  /** Registers a generation in the workspace. */
  register(generation: number, more?: Partial<WorkspaceUserOptions>): { id: number };
  yaml(folder?: string): string;
  /** Runs `rotate` as the current user of the workspace. */
  rotate(args: readonly string[], env?: Readonly<Record<string, string>>): ReturnType<typeof ledgerApiUser>;
  stop(): Promise<void>;
}

export const keyArn = (generation: number) =>
  `arn:aws:secretsmanager:${PLACE}:secret:ledger-enterprise/acme-prod/settlement-bot/generation-${generation}/private-key-AbC123`;
export const kmsKeyArn = (generation: number) =>
  `arn:aws:kms:${PLACE}:key/${generation}2345678-1234-1234-1234-123456789012`;
const credentialsArn = (generation: number) =>
  keyArn(generation).replace("private-key-AbC123", "credentials-AbC123");
const nameOf = (generation: number) => (generation === 1 ? "settlement bot" : `settlement bot ${generation}`);

const RULES = "ledger-enterprise.acme-prod.";
const JOURNAL = `arn:aws:logs:${PLACE}:log-group:/aws/events/ledger-enterprise/acme-prod`;

export async function startRotation(): Promise<Rotation> {
  const [aws, workspace] = await Promise.all([startAwsStub(), startWorkspace("acme-prod")]);
  const keys = { 1: sample("settlement bot"), 2: sample("settlement bot"), 3: sample("settlement bot") };
  const lists = { groups: [] as object[], accounts: [] as object[], requests: [] as object[] };
  const directory = writeFleet({
    "acme-prod/workspace.yaml": `account: "123456789012"\nregion: eu-west-1\n`,
    "acme-prod/treasury.yaml": "users: []\n",
  });
  const file = join(directory, "acme-prod/treasury.yaml");
  const registration = join(directory, ".registration.json");
  workspace.intercept(({ path, query }) => {
    const kind = path.slice(1) as keyof typeof lists;
    if (!Object.hasOwn(lists, kind)) return undefined;
    const by = ["created_by", "approved_by", "rejected_by"].filter((each) => query.has(each));
    const isWanted = (node: Record<string, unknown>) =>
      node["isAlwaysListed"] === true ||
      (by.every((each) => String(node[each]) === query.get(each)) &&
        String(node["created_on"] ?? "9") >= (query.get("created_after") ?? "") &&
        (query.get("status") ?? node["status"]) === node["status"]);
    return page(
      kind === "requests" ? lists.requests.filter((each) => isWanted({ ...each })) : lists[kind],
      query,
    );
  });
  aws.answers = openAws(keys);
  let isRegistered = false;
  const declare: Rotation["declare"] = (
    generations,
    { role = "operator", custody = "secrets-manager" } = {},
  ) => {
    const text = Object.entries(generations).map(([number, stage]) => `${number}: ${stage}`);
    writeFileSync(
      file,
      `users:\n  - username: settlement bot # it settles\n    role: ${role}\n    custody: ${custody}\n    generations: { ${text.join(", ")} }\n    signers: [${ROLE}]\n`,
    );
    const current = Number(Object.entries(generations).find(([, stage]) => stage === "current")?.[0]);
    const of = (number: number) => ({
      publicKey: keys[number as 1].entry.publicKey,
      keyArn: custody === "kms" ? kmsKeyArn(number) : keyArn(number),
      keyStatus: "in custody",
      credentialsArn: credentialsArn(number),
    });
    const entry = {
      ...sample("settlement bot", { role, custody }).entry,
      ...of(current),
      generation: current,
      generations: Object.fromEntries(
        Object.entries(generations).map(([number, stage]) => [
          number,
          { stage, registeredAs: nameOf(Number(number)), ...of(Number(number)) },
        ]),
      ),
    };
    writeFileSync(registration, JSON.stringify({ "acme-prod-treasury": { "settlement bot": entry } }));
  };
  return {
    ...{ aws, workspace, directory, keys, lists, declare },
    register(generation, more = {}) {
      isRegistered ||= generation === 1;
      const { publicKey } = keys[generation as 1].entry;
      return workspace.addUser({ username: nameOf(generation), publicKey, ...more });
    },
    yaml: (folder = "") => readFileSync(join(directory, folder, "acme-prod/treasury.yaml"), "utf8"),
    rotate: (args, env = {}) =>
      ledgerApiUser(["rotate", "--users", directory, "--registration", registration, ...args], {
        env: { ...aws.env, ...(isRegistered && workspace.env("settlement bot")), ...env },
      }),
    async stop() {
      await Promise.all([aws.stop(), workspace.stop()]);
    },
  };
}

/** An AWS in which the keys and the credentials of all generations are stored, a trail is on, and the journal is empty. */
function openAws(keys: Rotation["keys"]): StubAnswers {
  return {
    DescribeSecret({ SecretId }) {
      const generation = Number(/generation-(\d+)/.exec(SecretId)?.[1]);
      const isKey = SecretId === keyArn(generation);
      const publicKey = keys[generation]?.entry.publicKey ?? "";
      return {
        ARN: SecretId,
        VersionIdsToStages: isKey
          ? { [versionIdOf(SecretId)]: [`generation-${generation}`, publicKeyLabel(publicKey), "AWSCURRENT"] }
          : { [`generation-${generation}-${"0a".repeat(16)}`]: ["AWSCURRENT"] },
      };
    },
    DescribeTrails: () => ({ trailList: [{ TrailARN: `arn:aws:cloudtrail:${PLACE}:trail/all` }] }),
    GetTrailStatus: () => ({ IsLogging: true, StartLoggingTime: (Date.now() - 90 * 24 * HOUR) / 1000 }),
    GetEventSelectors: () => ({ EventSelectors: [] }),
    ListRules: () => ({ Rules: journalRules() }),
    DescribeLogGroups: () => ({ logGroups: [journalGroup()] }),
    ListTargetsByRule: () => ({ Targets: [{ Id: "journal", Arn: JOURNAL }] }),
    FilterLogEvents: () => ({ events: [] }),
  };
}

/** The journal's log group. */
export const journalGroup = (more: object = {}) => ({
  ...{ logGroupName: JOURNAL.split(":").at(-1), creationTime: Date.now() - 90 * 24 * HOUR },
  ...{ retentionInDays: 365, ...more },
});

/** The rules that write the journal. */
export function journalRules(): { Name: string; State: string; EventPattern: string }[] {
  const [region = "", account = ""] = PLACE.split(":");
  const watched = {
    workspace: {
      ...{ name: "acme-prod", deployers: [], custodians: [], generatorRoleArn: "", options: {} },
      location: { region, account, partition: "aws" },
    },
    ...{ keyIds: [], topicArn: `arn:aws:sns:${PLACE}:ledger-enterprise-acme-prod-alerts` },
  };
  return [
    journalRule("access", workspaceRule("access", watched).pattern),
    journalRule("changes", workspaceRule("changes", watched).pattern),
  ];
}

export const journalRule = (last: string, pattern: object) => ({
  ...{ Name: `${RULES}${last}`, State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" },
  EventPattern: JSON.stringify(pattern),
});

/** A record of the access journal. */
export const record = (eventName: string, requestParameters?: object, more: object = {}) => ({
  message: JSON.stringify({
    source: "aws.secretsmanager",
    detail: {
      eventSource: "secretsmanager.amazonaws.com",
      ...{ eventName, requestParameters, eventID: "e-1", eventTime: "2026-11-27T10:00:00Z" },
      userIdentity: { arn: "arn:aws:sts::123456789012:assumed-role/settlement/i-1" },
      ...more,
    },
  }),
});
