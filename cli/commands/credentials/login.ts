import { LoginRefused, Session, Unavailable } from "../../../ledger-api/session";
import { readSettings } from "../../../ledger-api/settings";
import { ExitCode, Failure } from "../../../messages/failure";
import { addressOf, type RegisteredUser } from "../../../registration/read";
import { onWait } from "../../shared/waiting";
import { foreignOwner } from "../../shared/whose";
import type { Credentials } from "./check";
import { VARIABLES } from "./input";
import { variablesOf } from "./store";

const NOTHING_STORED = "nothing was stored";

/** What a login found out. */
export interface Login {
  readonly address: string;
  /** Whether the login's token says that the credentials are this user's; it may not say whose they are. */
  readonly owner: "this user" | "unknown";
}

/**
 * Tries a login to the workspace: at `apiUrl` of the registration, and where the fleet declares none, at the address in the
 * environment. A variable that lies about does not win over what was reviewed.
 *
 * @param users of the registration, to say whose credentials they are
 * @throws Failure with exit code 1 if the workspace refuses the credentials or they are another user's, 2 if it cannot be asked
 */
export async function tryLogin(
  user: RegisteredUser,
  credentials: Credentials,
  users: readonly RegisteredUser[],
): Promise<Login> {
  const address = user.apiUrl ?? process.env[VARIABLES.apiUrl];
  if (!address) {
    throw new Failure(
      `nothing says where the workspace's API is; ${NOTHING_STORED}`,
      `declare apiUrl in workspace.yaml, or set ${VARIABLES.apiUrl}`,
    );
  }
  const given = { ...variablesOf(user, credentials), [VARIABLES.apiUrl]: address };
  const settings = readSettings({ ...process.env, ...given });
  const patience = { timeoutSeconds: 30, maxWaitSeconds: 120, onWait };
  try {
    const identity = await new Session(settings, patience).login();
    const foreign = foreignOwner(identity, user, users);
    if (foreign !== undefined)
      throw new Failure(
        `${foreign}; ${NOTHING_STORED}`,
        `have API access generated for ${JSON.stringify(addressOf(user))}, and put what the workspace then shows`,
        ExitCode.NO,
      );
    return { address: settings.url.href, owner: identity.publicKey === undefined ? "unknown" : "this user" };
  } catch (error) {
    if (error instanceof Unavailable) throw new Failure(`${error.what}; ${NOTHING_STORED}`, error.fix);
    if (!(error instanceof LoginRefused)) throw error;
    throw new Failure(
      `${error.what}; ${NOTHING_STORED}`,
      "see that ID and Secret are not swapped and are this user's, and that the user is active in the workspace",
      ExitCode.NO,
    );
  }
}
