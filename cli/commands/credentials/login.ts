import { LoginRefused, Session, Unavailable } from "../../../ledger-api/session";
import { readSettings } from "../../../ledger-api/settings";
import { ExitCode, Failure } from "../../../messages/failure";
import type { RegisteredUser } from "../../../registration/read";
import { onWait } from "../../shared/waiting";
import type { Credentials } from "./check";
import { VARIABLES } from "./input";
import { variablesOf } from "./store";

const NOTHING_STORED = "nothing was stored";

/**
 * Tries a login to the workspace: at `apiUrl` of the registration, and where the fleet declares none, at the address in the
 * environment. A variable that lies about does not win over what was reviewed.
 *
 * @returns the address
 * @throws Failure with exit code 1 if the workspace refuses the credentials, 2 if it cannot be asked
 */
export async function tryLogin(user: RegisteredUser, credentials: Credentials): Promise<string> {
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
    await new Session(settings, patience).login();
  } catch (error) {
    if (error instanceof Unavailable) throw new Failure(`${error.what}; ${NOTHING_STORED}`, error.fix);
    if (!(error instanceof LoginRefused)) throw error;
    throw new Failure(
      `${error.what}; ${NOTHING_STORED}`,
      "see that ID and Secret are not swapped and are this user's, and that the user is active in the workspace",
      ExitCode.NO,
    );
  }
  return settings.url.href;
}
