/** The users of a live workspace, and whom their requests wait for. */
import { progressOf, type RequestProgress } from "../../../ledger-api/governance";
import { NotListed } from "../../../ledger-api/lists";
import { type Patience, Session } from "../../../ledger-api/session";
import type { Settings } from "../../../ledger-api/settings";
import { type ListedUser, listUsers } from "../../../ledger-api/users";
import { REPORTING_KEY, userState } from "../../../ledger-api/vocabulary";
import { Failure } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import { notSeen, type Problem } from "./problem";

/** A user, and the request that it waits for, if it does. */
export interface LiveUser extends Omit<ListedUser, "isApi" | "lastRequest"> {
  readonly request?: PendingRequest;
}

export interface PendingRequest extends RequestProgress {
  readonly id: number;
  /** The names of those who may approve it, as far as they may be seen. */
  readonly approvers: readonly string[];
}

export interface Live {
  /** API users. Undefined if the workspace was not asked, or did not list all of them. */
  readonly users?: readonly LiveUser[];
  /** Keys of third parties that only read: no fleet declares them. */
  readonly reportingKeys?: readonly Pick<LiveUser, "username" | "status">[];
  /** Whose credentials asked, where the login's token says so. */
  readonly askedAs?: string;
  readonly problems: readonly Problem[];
}

/** @param isOurs whether a user of that name is declared or applied: only their requests are asked for */
export async function liveUsers(
  settings: Settings,
  patience: Patience,
  isOurs: (username: string) => boolean,
): Promise<Live> {
  const session = new Session(settings, patience);
  const subject = `workspace ${settings.workspace}`;
  const unseen = (what: string, fix: string): Live => ({ problems: [notSeen(subject, what, fix)] });
  try {
    const { publicKey, workspace = settings.workspace } = await session.login();
    if (workspace !== settings.workspace) {
      const fix = "see whose credentials they are, and set LEDGER_ENTERPRISE_WORKSPACE to their workspace";
      return unseen(`was not asked: the credentials log in to the workspace ${shown(workspace)}`, fix);
    }
    const users = await listUsers(session);
    const nameOf = (id: string) => users.get(id)?.username;
    const problems: Problem[] = [];
    const api: LiveUser[] = [];
    const reportingKeys: LiveUser[] = [];
    for (const { isApi, lastRequest, ...user } of users.values()) {
      // Whoever has a key pair can sign, whatever its role.
      const isReporting = user.role === REPORTING_KEY && user.publicKey === "";
      if (isReporting && userState(user.status) !== undefined && !isOurs(user.username))
        reportingKeys.push(user);
      else if (!isApi) continue;
      else if (lastRequest === undefined || !waits(user) || !isOurs(user.username)) api.push(user);
      else {
        const request = await requestOf(session, lastRequest, nameOf).catch((error) => {
          if (!(error instanceof NotListed)) throw error;
          problems.push(
            notSeen(
              user.username,
              `whether its request still waits is not known: the workspace ${error.what}`,
              error.fix,
            ),
          );
          return undefined;
        });
        api.push({ ...user, request });
      }
    }
    const asking = [...users.values()].find((user) => user.publicKey !== "" && user.publicKey === publicKey);
    return {
      users: api,
      reportingKeys,
      askedAs: asking?.username ?? (publicKey && `a user with public key ${publicKey.slice(0, 18)}…`),
      problems,
    };
  } catch (error) {
    if (error instanceof NotListed) return unseen(error.what, error.fix);
    if (error instanceof Failure) return unseen(`did not list its users: ${error.what}`, error.fix);
    throw error;
  }
}

const waits = ({ status }: LiveUser) => userState(status) === "pending" || status === "PENDING_REVOCATION";

async function requestOf(
  session: Session,
  id: number,
  nameOf: (id: string) => string | undefined,
): Promise<PendingRequest> {
  const progress = await progressOf(session, id);
  const approvers = (progress.waiting?.of ?? []).map((one) => nameOf(one) ?? `user ${one}`);
  return { ...progress, id, approvers };
}
