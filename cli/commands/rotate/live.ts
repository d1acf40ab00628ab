import { Session } from "../../../ledger-api/session";
import { readSettings } from "../../../ledger-api/settings";
import { listUsers } from "../../../ledger-api/users";
import { Failure } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import { onWait } from "../../shared/waiting";
import type { LiveWorkspace } from "./evidence";

export interface LiveOptions {
  readonly timeout: number;
  readonly maxWait: number;
}

/** Asks a workspace for its users when they are first needed, and once. */
export function liveOnce(options: LiveOptions, workspace: string): () => Promise<LiveWorkspace> {
  let asked: Promise<LiveWorkspace> | undefined;
  return () => (asked ??= ask(options, workspace));
}

/** @throws Failure, NotListed */
async function ask({ timeout, maxWait }: LiveOptions, workspace: string): Promise<LiveWorkspace> {
  const settings = readSettings();
  if (settings.workspace !== workspace)
    throw new Failure(
      `the user is of the workspace ${shown(workspace)}, and LEDGER_ENTERPRISE_WORKSPACE is ${shown(settings.workspace)}`,
      "use credentials of the user's workspace",
    );
  const session = new Session(settings, { timeoutSeconds: timeout, maxWaitSeconds: maxWait, onWait });
  const identity = await session.login();
  if (identity.workspace !== undefined && identity.workspace !== workspace)
    throw new Failure(
      `the credentials log in to the workspace ${shown(identity.workspace)}, not to ${shown(workspace)}`,
      "see whose credentials they are",
    );
  const users = await listUsers(session);
  const asker = [...users.values()].find(
    ({ publicKey }) => publicKey !== "" && publicKey === identity.publicKey,
  );
  return { session, users, ...(asker && { asker }) };
}
