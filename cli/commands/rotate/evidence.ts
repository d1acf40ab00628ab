/** What the gates of a step look at. */
import type { AwsClients } from "../../../aws/clients";
import type { Session } from "../../../ledger-api/session";
import type { ListedUser } from "../../../ledger-api/users";
import type { RegisteredUser } from "../../../registration/read";
import type { DeclaredUser } from "./find";

/** A workspace that was asked for its users. */
export interface LiveWorkspace {
  readonly session: Session;
  readonly users: ReadonlyMap<string, ListedUser>;
  /** Who asked, as far as the login's token says it. */
  readonly asker?: ListedUser;
}

export interface Evidence {
  readonly declared: DeclaredUser;
  /** As the registration has the user; undefined if it has not. */
  readonly applied?: RegisteredUser;
  readonly clients: AwsClients;
  /** @throws Failure if the workspace cannot be asked */
  readonly live: () => Promise<LiveWorkspace>;
  readonly quietForSeconds: number;
  readonly now: Date;
  /** Other workspaces that take the step too, since they take the file, and whose gates are not looked at. */
  readonly others: readonly string[];
}

/** Whether who asked sees all that a user of the workspace may do and does: that user, and administrators. */
export const seesAllOf = (user: ListedUser, { asker }: LiveWorkspace): boolean =>
  asker === user || /^ADMIN/i.test(asker?.role ?? "");
