/** The API users to report on: those of the YAML, of the registration, or of both. */
import type { UserDeclaration, WorkspaceDeclaration } from "../../../fleet";
import { Failure } from "../../../messages/failure";
import { addressOf, type RegisteredUser } from "../../../registration/read";
import { registeredNameOf, stagesOf } from "../../../rules/generations";
import { alarm, type Problem, toDo } from "./problem";

export interface ApiUserRecord {
  /** Undefined if a registration that was written by hand lacks it. */
  readonly workspace?: string;
  readonly username: string;
  /** The names in the workspace of its keys: of the current one first. */
  readonly registeredAs: readonly [string, ...string[]];
  /** `STACK/USERNAME`. */
  readonly address: string;
  readonly declared?: UserDeclaration;
  readonly applied?: RegisteredUser;
}

/** A workspace in one region, where its guards are. */
export interface Place {
  readonly workspace: string;
  readonly region: string;
  readonly account: string;
  /** Undefined if only the registration names it. */
  readonly declaration?: WorkspaceDeclaration;
}

/**
 * Reads the fleet's YAML.
 *
 * @throws Failure with its first mistake: with half of the fleet, the other half's users would look undeclared
 */
export function readFleet(directory: string): WorkspaceDeclaration[] {
  // Loaded when needed, since no other command reads YAML.
  const { formatProblem, loadFleet }: typeof import("../../../fleet") = require("../../../fleet");
  const { workspaces, problems } = loadFleet(directory);
  const [first] = problems;
  if (first) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    throw new Failure(`${formatProblem(first)}${more}`, "fix the fleet; npm run synth reports all mistakes");
  }
  return workspaces;
}

/** In the order of the YAML. Those that are only in the registration come last. */
export function apiUsersOf(
  fleet: readonly WorkspaceDeclaration[],
  applied: readonly RegisteredUser[],
): ApiUserRecord[] {
  const byName = new Map(applied.map((user) => [nameOf(user.workspace, user.username), user]));
  const declared = fleet.flatMap(({ name: workspace, files }) =>
    files.flatMap((file) =>
      file.users.map((user): ApiUserRecord => {
        const { username } = user;
        const found = byName.get(nameOf(workspace, username)) ?? byName.get(nameOf(undefined, username));
        const address = `${file.stackName}/${username}`;
        const registeredAs = namesOf(user, found);
        return { workspace, username, registeredAs, address, declared: user, applied: found };
      }),
    ),
  );
  const taken = new Set(declared.map((user) => user.applied));
  const rest = applied
    .filter((user) => !taken.has(user))
    .map((user): ApiUserRecord => {
      const { workspace, username } = user;
      const registeredAs = namesOf(undefined, user);
      return { workspace, username, registeredAs, address: addressOf(user), applied: user };
    });
  return [...declared, ...rest];
}

export function placesOf(
  fleet: readonly WorkspaceDeclaration[],
  applied: readonly RegisteredUser[],
): Place[] {
  const places = new Map<string, Place>();
  const add = (place: Place) => {
    const key = `${place.workspace} ${place.region} ${place.account}`;
    if (!places.has(key)) places.set(key, place);
  };
  for (const declaration of fleet)
    for (const { region } of declaration.files)
      add({ workspace: declaration.name, region, account: declaration.account, declaration });
  for (const { workspace, region, account } of applied) if (workspace) add({ workspace, region, account });
  return [...places.values()];
}

/** Differences between the YAML and what was applied. */
export function differences(
  { address, declared, applied }: ApiUserRecord,
  hasYaml: boolean,
  hasRegistration: boolean,
): Problem[] {
  const apply = "apply its stack, and export the registration again";
  if (!applied) return hasRegistration ? [toDo(address, "is declared, but not applied", apply)] : [];
  if (!declared) {
    const fix = "declare it, or revoke it and then destroy its key in two steps";
    return hasYaml ? [alarm(address, "is applied, but not declared: its key exists", fix)] : [];
  }
  const found = (["role", "custody", "generation", "signers", "readers"] as const).filter(
    (field) => JSON.stringify(sorted(declared[field])) !== JSON.stringify(sorted(applied[field])),
  );
  if (found.length === 0) return [];
  const what = `is declared with other values than were applied: ${found.join(", ")}`;
  return [toDo(address, what, apply)];
}

/** As it was applied, since that is what was registered; of others that are declared, nobody knows yet. */
function namesOf(
  declared: UserDeclaration | undefined,
  applied: RegisteredUser | undefined,
): [string, ...string[]] {
  const { username = "", generation = 1, generations = {}, registeredAs } = declared ?? {};
  const asDeclared = [generation, ...stagesOf(generations).map(([number]) => number)].map((number) =>
    registeredNameOf(username, number, registeredAs),
  );
  const asApplied = applied ? [applied.registeredAs, ...applied.keys.map((key) => key.registeredAs)] : [];
  const [first = username, ...others] = [...asApplied, ...(declared ? asDeclared : [])];
  return [first, ...others];
}

const sorted = (value: unknown) => (Array.isArray(value) ? [...value].sort() : value);

const nameOf = (workspace: string | undefined, username: string) => JSON.stringify([workspace, username]);
