/** How far each user has come, and what is wrong in the workspace. */
import type { Stage } from "../../../rules/stages";
import type { Custody } from "./custody";
import { alarm, type Problem, toDo } from "./problem";
import type { LiveUser } from "./workspace";
import type { Person } from "./workspace-users";

export interface UserStatus {
  readonly person: Person;
  readonly custody: Custody;
  /** What the workspace calls it; `none` where it has no such user. */
  readonly workspace: string;
  readonly stage: Stage;
  readonly problems: readonly Problem[];
}

/** A user that is to be registered, in its life; what is past that is worth nothing any more. */
const PENDING = ["PENDING_REGISTRATION", "PENDING_APPROVAL"];
const GONE = ["REVOKED", "REJECTED"];
/** There is no role of its own for API users (Vault API specification). */
const ROLES = { operator: ["OPERATOR"], administrator: ["ADMIN", "ADMINISTRATOR"] };
/** Requests live for 7 days: time to find those who approve. */
const SOON_HOURS = 48;

/** Knows the workspace's users by name and by key. */
export class Directory {
  readonly #byName = new Map<string, LiveUser[]>();
  readonly #byKey = new Map<string, LiveUser>();

  constructor(private readonly users: readonly LiveUser[]) {
    for (const user of users) {
      this.#byName.set(user.username, [...(this.#byName.get(user.username) ?? []), user]);
      if (user.publicKey && !GONE.includes(user.status)) this.#byKey.set(user.publicKey, user);
    }
  }

  /** Those that are still worth something first. */
  named(username: string): LiveUser[] {
    const all = this.#byName.get(username) ?? [];
    return [
      ...all.filter(({ status }) => !GONE.includes(status)),
      ...all.filter(({ status }) => GONE.includes(status)),
    ];
  }

  withKey(publicKey: string): LiveUser | undefined {
    return this.#byKey.get(publicKey.toLowerCase());
  }

  /** API users that nobody declared, and that may still act. */
  strangers(people: readonly Person[], workspace: string): Problem[] {
    const known = new Set(people.map(({ username }) => username));
    return this.users
      .filter(({ username, status }) => !known.has(username) && !GONE.includes(status))
      .map(({ username, status }) =>
        alarm(
          `workspace ${workspace}`,
          `has the API user ${JSON.stringify(username)} (${status}), which nobody declared`,
          "find out who registered it; revoke it, or declare it",
        ),
      );
  }
}

/** @param directory undefined where the workspace was not seen */
export function statusOf(
  person: Person,
  custody: Custody,
  directory: Directory | undefined,
  now = new Date(),
): UserStatus {
  const { address, username } = person;
  const problems: Problem[] = [];
  const publicKey = person.applied?.publicKey ?? person.declared?.publicKey;
  const [live, ...others] = directory?.named(username) ?? [];
  if (live && others.some(({ status }) => !GONE.includes(status)))
    problems.push(
      alarm(address, "is in the workspace more than once", "revoke all but the one with its public key"),
    );
  if (live) problems.push(...liveProblems(person, live, publicKey, now));
  else if (directory && publicKey !== undefined)
    problems.push(...absence(person, directory.withKey(publicKey), custody));
  const stage = stageOf(custody, live, publicKey);
  if (stage === "approved" && custody.credentials === "none")
    problems.push(
      toDo(
        address,
        "has no credentials stored",
        `have a custodian store them: ledger-api-user credentials put '${address}'`,
      ),
    );
  return { person, custody, workspace: live?.status ?? (directory ? "none" : "not seen"), stage, problems };
}

function absence({ address }: Person, twin: LiveUser | undefined, custody: Custody): Problem[] {
  if (twin)
    return [
      alarm(
        address,
        `its public key is registered under another name, ${JSON.stringify(twin.username)}`,
        "use the name that is registered in the YAML, or revoke that user and register anew",
      ),
    ];
  return custody.key === "ready"
    ? [toDo(address, "is not registered", "have an admin register its name, role and public key")]
    : [];
}

function liveProblems(
  { address, applied, declared }: Person,
  live: LiveUser,
  publicKey: string | undefined,
  now: Date,
): Problem[] {
  const problems: Problem[] = [];
  const { status, expires } = live;
  const role = declared?.role ?? applied?.role;
  if (publicKey !== undefined && live.publicKey !== publicKey && !GONE.includes(status))
    problems.push(
      alarm(
        address,
        live.publicKey === ""
          ? "is registered without a public key"
          : "is registered with another public key than the one in custody",
        "suspend it in the workspace until it is known whose key that is; revoke it, and register anew",
      ),
    );
  if (role && live.role !== "" && !ROLES[role].includes(live.role.toUpperCase()))
    problems.push(
      alarm(
        address,
        `is declared as ${role} and registered as ${live.role}`,
        "revoke it and register it anew, or fix the YAML",
      ),
    );
  if (status === "ACCESS_SUSPENDED" || status === "PENDING_REVOCATION" || GONE.includes(status))
    problems.push(
      alarm(
        address,
        `is declared, and ${status} in the workspace`,
        "find out why; a revoked user's key is never used again: take it out of the YAML",
      ),
    );
  if (PENDING.includes(status) && expires) {
    const hours = (expires.getTime() - now.getTime()) / 3_600_000;
    if (hours <= 0)
      problems.push(alarm(address, `its request expired on ${expires.toISOString()}`, "invite it again"));
    else if (hours < SOON_HOURS)
      problems.push(
        alarm(
          address,
          `its request expires on ${expires.toISOString()}`,
          "have the other admins approve it before",
        ),
      );
  } else if (PENDING.includes(status))
    problems.push(toDo(address, `is ${status}`, "have the admins register and approve it"));
  if (status === "APPROVED")
    problems.push(toDo(address, "is approved", "have an admin click Generate API Access"));
  return problems;
}

/** The last stage of an unbroken row: a user that is active with a foreign key has not come far. */
function stageOf(
  { key, credentials }: Custody,
  live: LiveUser | undefined,
  publicKey: string | undefined,
): Stage {
  if (key !== "ready") return "declared";
  if (!live || live.publicKey !== publicKey || GONE.includes(live.status)) return "key ready";
  if (live.status !== "APPROVED" && live.status !== "ACTIVE") return "registered";
  if (credentials !== "stored" && credentials !== "not declared yet") return "approved";
  if (live.status === "ACTIVE") return "active";
  return credentials === "stored" ? "credentials stored" : "approved";
}
