import type { UserDeclaration, UserFile, WorkspaceDeclaration } from "../../../fleet";
import { withoutSecrets } from "../../../keys/redact";
import { didYouMean } from "../../../messages/did-you-mean";
import { Failure } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import { looksOf } from "../../../rules/looks";

/** A user as the YAML declares it, and where. */
export interface DeclaredUser {
  readonly workspace: WorkspaceDeclaration;
  readonly file: UserFile;
  readonly user: UserDeclaration;
  /** `STACK/USERNAME`. */
  readonly address: string;
}

export const declaredUsers = (fleet: readonly WorkspaceDeclaration[]): DeclaredUser[] =>
  fleet.flatMap((workspace) =>
    workspace.files.flatMap((file) =>
      file.users.map((user) => ({
        ...{ workspace, file, user },
        address: `${file.stackName}/${user.username}`,
      })),
    ),
  );

/** The other workspaces that take a user's file: what it says holds for their users too. */
export const takersOf = ({ workspace, file }: DeclaredUser, fleet: readonly WorkspaceDeclaration[]) =>
  fleet
    .filter(({ name, files }) => name !== workspace.name && files.some((each) => each.file === file.file))
    .map(({ name }) => name);

/**
 * The user that a person means: by name, or by `WORKSPACE/NAME` or `STACK/NAME` where several have that name.
 *
 * @throws Failure
 */
export function userCalled(name: string, users: readonly DeclaredUser[]): DeclaredUser {
  for (const spelling of [(text: string) => text, looksOf]) {
    const found = users.filter((each) => spellingsOf(each).some((one) => spelling(one) === spelling(name)));
    if (found.length === 1 && found[0]) return found[0];
    if (found.length > 1)
      throw new Failure(
        `${found.length} users are called ${shown(name)}`,
        `write ${found.map(({ workspace, user }) => shown(`${workspace.name}/${user.username}`)).join(" or ")}`,
      );
  }
  const meant = didYouMean(name, users.flatMap(spellingsOf));
  throw new Failure(
    `the YAML declares no user ${shown(withoutSecrets(name))}`,
    meant ? `did you mean ${shown(meant)}?` : "write its name as in username:",
  );
}

const spellingsOf = ({ workspace, user, address }: DeclaredUser) => [
  user.username,
  `${workspace.name}/${user.username}`,
  address,
];
