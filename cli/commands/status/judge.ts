/** How far each user has come, and what is wrong in the workspace. Looks nothing up. */
import { isRole, requestState, userState } from "../../../ledger-api/vocabulary";
import { operand } from "../../../messages/shell";
import type { RegisteredUser } from "../../../registration/read";
import { publicKeyOf } from "../../../rules/public-keys";
import type { Stage } from "../../../rules/stages";
import { type ApiUserRecord, differences } from "./api-users";
import type { Custody } from "./custody";
import { alarm, notSeen, type Problem, toDo } from "./problem";
import type { LiveUser, PendingRequest } from "./workspace";

export interface UserStatus {
  readonly user: ApiUserRecord;
  readonly custody: Custody;
  /** Its status in the workspace; `none` if the workspace has no such user. */
  readonly workspace: string;
  readonly stage: Stage;
  /** The request in the workspace that it waits for. */
  readonly request?: PendingRequest;
}

const isGone = ({ status }: LiveUser) => userState(status) === "gone";
/** Requests expire after 7 days; this leaves time to find approvers. */
const SOON_HOURS = 48;

export interface Evidence {
  readonly users: readonly ApiUserRecord[];
  readonly hasYaml: boolean;
  readonly hasRegistration: boolean;
  readonly custody: ReadonlyMap<RegisteredUser, Custody>;
  /** The workspace that was asked, and its API users; undefined if it was not seen. */
  readonly workspace?: { readonly name: string; readonly users: readonly LiveUser[] };
}

const UNKNOWN: Custody = { key: "not seen", credentials: "not seen" };
const NOT_APPLIED: Custody = { key: "none", credentials: "none" };

export function judge(
  { users, hasYaml, hasRegistration, custody, workspace }: Evidence,
  now = new Date(),
): { users: UserStatus[]; problems: Problem[] } {
  const directory = workspace && new Directory(workspace.users);
  const isThere = (user: ApiUserRecord) => user.workspace === undefined || user.workspace === workspace?.name;
  const judged = users.map((user) => {
    const own = (user.applied && custody.get(user.applied)) ?? (hasRegistration ? NOT_APPLIED : UNKNOWN);
    return statusOf(user, own, isThere(user) ? directory : undefined, now);
  });
  return {
    users: judged.map(({ status }) => status),
    problems: [
      ...users.flatMap((user) => differences(user, hasYaml, hasRegistration)),
      ...judged.flatMap(({ problems }) => problems),
      ...(workspace ? (directory?.undeclared(users.filter(isThere), workspace.name) ?? []) : []),
    ],
  };
}

/** Knows the workspace's users by name and by key. */
class Directory {
  readonly #byName = new Map<string, LiveUser[]>();
  readonly #byKey = new Map<string, LiveUser>();

  constructor(private readonly users: readonly LiveUser[]) {
    for (const user of users) {
      this.#byName.set(user.username, [...(this.#byName.get(user.username) ?? []), user]);
      if (user.publicKey && !isGone(user)) this.#byKey.set(user.publicKey, user);
    }
  }

  /** Those that still exist come first. */
  named(username: string): LiveUser[] {
    return [...(this.#byName.get(username) ?? [])].sort((a, b) => Number(isGone(a)) - Number(isGone(b)));
  }

  withKey(publicKey: string): LiveUser | undefined {
    return this.#byKey.get(publicKey.toLowerCase());
  }

  /** API users that nobody declared, and that are not revoked or rejected. */
  undeclared(known: readonly ApiUserRecord[], workspace: string): Problem[] {
    const names = new Set(known.flatMap(({ registeredAs }) => registeredAs));
    return this.users
      .filter((user) => !names.has(user.username) && !isGone(user))
      .map(({ username, status }) =>
        alarm(
          `workspace ${workspace}`,
          `has the API user ${JSON.stringify(username)} (${status}), which nobody declared`,
          "find out who registered it, then revoke or declare it",
        ),
      );
  }
}

/** @param directory undefined if the workspace was not seen */
function statusOf(
  user: ApiUserRecord,
  custody: Custody,
  directory: Directory | undefined,
  now: Date,
): { status: UserStatus; problems: Problem[] } {
  const { address, registeredAs } = user;
  const publicKey =
    user.applied?.publicKey ?? (user.declared && publicKeyOf(user.declared, user.declared.generation));
  const [live, ...others] = directory?.named(registeredAs[0]) ?? [];
  const problems: Problem[] = [];
  if (live && others.some((other) => !isGone(other)))
    problems.push(
      alarm(address, "is in the workspace more than once", "revoke all but the one with its public key"),
    );
  if (live) problems.push(...liveProblems(user, live, publicKey, now));
  else if (directory && publicKey !== undefined)
    problems.push(...absence(user, directory.withKey(publicKey), custody));
  const stage = stageOf(custody, live, publicKey);
  if (stage === "approved" && custody.credentials === "none") {
    const fix = `have a custodian store them: npx cdktf-ledger-api-user credentials put ${operand(address)}`;
    problems.push(toDo(address, "has no credentials stored", fix));
  }
  const workspace = live?.status ?? (directory ? "none" : "not seen");
  return { status: { user, custody, workspace, stage, request: live?.request }, problems };
}

function absence({ address }: ApiUserRecord, other: LiveUser | undefined, custody: Custody): Problem[] {
  if (other)
    return [
      alarm(
        address,
        `its public key is registered under another name, ${JSON.stringify(other.username)}`,
        "put the registered name into the YAML, or revoke that user and register this one",
      ),
    ];
  return custody.key === "ready"
    ? [toDo(address, "is not registered", "have an admin register its name, role and public key")]
    : [];
}

function* liveProblems(
  { address, applied, declared }: ApiUserRecord,
  live: LiveUser,
  publicKey: string | undefined,
  now: Date,
): Generator<Problem> {
  const { status, request } = live;
  const state = userState(status);
  const role = declared?.role ?? applied?.role;
  if (publicKey !== undefined && live.publicKey !== publicKey && state !== "gone")
    yield alarm(
      address,
      live.publicKey === ""
        ? "is registered without a public key"
        : "is registered with another public key than the one in custody",
      "suspend it in the workspace and find out whose key that is; then revoke it and register it again",
    );
  if (live.role === "")
    yield notSeen(address, "is registered without a role", "look in the workspace which role it has");
  else if (role && !isRole(role, live.role)) {
    const what = `is declared as ${role} and registered as ${live.role}`;
    yield alarm(address, what, "revoke it and register it again, or fix the YAML");
  }
  if (state === undefined) {
    const what = `is ${JSON.stringify(status)} in the workspace, which this version does not know`;
    yield notSeen(address, what, "look in the workspace what that means, and update this package");
  }
  if (state === "stopped" || state === "gone")
    yield alarm(
      address,
      `is declared, but ${status} in the workspace${request ? `: ${waitingFor(request)}` : ""}`,
      "find out why; remove a revoked user from the YAML, since its key is never used again",
    );
  if (state === "pending") yield pendingProblem(address, live, now);
  if (state === "approved") yield toDo(address, "is approved", "have an admin click Generate API Access");
}

/** A user whose registration waits for approvals. */
function pendingProblem(address: string, { status, request }: LiveUser, now: Date): Problem {
  if (request === undefined) return toDo(address, `is ${status}`, "have the admins register and approve it");
  const again = "invite it again";
  const { expires } = request;
  const left = expires === undefined ? undefined : expires.getTime() - now.getTime();
  if (left !== undefined && left <= 0)
    return alarm(address, `its request ${request.id} expired on ${expires?.toISOString()}`, again);
  const state = requestState(request.status);
  if (state === "ended") return alarm(address, `its request ${request.id} is ${request.status}`, again);
  const what = `is ${status}: ${waitingFor(request)}`;
  if (state === undefined) return notSeen(address, what, "look in the workspace what that means");
  if (left === undefined) return notSeen(address, what, "look in the workspace when the request expires");
  const until = `${what}; it expires on ${expires?.toISOString()}`;
  return left < SOON_HOURS * 3_600_000
    ? alarm(address, until, "have them approve it before that")
    : toDo(address, until, "have them approve it");
}

/** Whom a request waits for, in words. */
function waitingFor({ id, status, waiting, approvers }: PendingRequest): string {
  if (requestState(status) !== "pending") return `request ${id} is ${JSON.stringify(status)}`;
  if (waiting === undefined) return `request ${id} waits, and whom for is not said`;
  const unseen = waiting.unseen > 0 ? [`${waiting.unseen} whom these credentials may not see`] : [];
  const whom = [...approvers.map((name) => JSON.stringify(name)), ...unseen].join(", ");
  return `request ${id} waits for ${waiting.approvals} more of ${whom || "nobody that is named"}`;
}

/** The last stage that a user reached with all earlier ones: one that is active with another key does not count as registered. */
function stageOf(
  { key, credentials }: Custody,
  live: LiveUser | undefined,
  publicKey: string | undefined,
): Stage {
  if (key !== "ready") return "declared";
  if (!live || live.publicKey !== publicKey || isGone(live)) return "key ready";
  const state = userState(live.status);
  if (state !== "approved" && state !== "active") return "registered";
  if (credentials !== "stored" && credentials !== "not declared yet") return "approved";
  if (state === "active") return "active";
  return credentials === "stored" ? "credentials stored" : "approved";
}
