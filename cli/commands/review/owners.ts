import { credentialsNamesOf, currentNamesOf, keyNamesOf } from "../../../registration/read";
import {
  isValues,
  type OutputChange,
  type Plan,
  type ResourceChange,
  type Values,
} from "../../shared/terraform-plan";
import type { Owner } from "./facts";
import { type OwnedChange, ownerOf } from "./finding";

/** A user in a plan's output `registration`. Any field may be missing or known only after apply. */
export interface PlannedUser extends Owner {
  readonly entry: Values;
}

/** The users of one side of the output, by workspace and name. */
export function usersOf(registration: unknown): Map<string, PlannedUser> {
  const users = new Map<string, PlannedUser>();
  for (const [username, entry] of Object.entries(isValues(registration) ? registration : {})) {
    if (!isValues(entry)) continue;
    const workspace = typeof entry["workspace"] === "string" ? entry["workspace"] : undefined;
    users.set(JSON.stringify([workspace, username]), { workspace, username, entry });
  }
  return users;
}

/** The output of a stack with users. */
export const isRegistration = ({ name }: OutputChange) => name === "registration";

const NAME =
  /^(?:alias\/)?ledger-enterprise\/([a-z0-9-]{1,24})\/([^/]+)\/(?:generation-\d{1,4}(?:\/(?:private-key|credentials))?|current)$/;

/**
 * Finds out whose each resource is: by its ARN or name in AWS, or by that of another resource of the same construct. (A new KMS key has
 * no name of its own. Its alias has one.)
 */
function withOwners(changes: readonly ResourceChange[], users: readonly PlannedUser[]): OwnedChange[] {
  const byArn = new Map(users.map((user) => [user.entry["keyArn"], ownerOf(user)]));
  const byName = new Map(
    users.flatMap((user) => namesOf(user).map((name) => [name, ownerOf(user)] as const)),
  );
  const own = (change: ResourceChange): Owner | undefined => {
    const values = change.after ?? change.before ?? {};
    const arn = values["arn"] ?? change.before?.["arn"];
    const name = String(values["name"] ?? change.before?.["name"] ?? "");
    const known = (typeof arn === "string" && byArn.get(arn)) || byName.get(name);
    if (known) return known;
    if (!OWNED.has(change.type)) return undefined;
    const [, workspace, username] = NAME.exec(name) ?? [];
    return username === undefined ? undefined : { workspace, username };
  };
  const owners = changes.map(own);
  const byConstruct = new Map<string, Owner>();
  for (const [index, change] of changes.entries()) {
    const [owner, construct] = [owners[index], constructOf(change)];
    if (owner && construct) byConstruct.set(construct, owner);
  }
  return changes.map((change, index) => ({
    ...change,
    owner: owners[index] ?? (OWNED.has(change.type) ? byConstruct.get(constructOf(change) ?? "") : undefined),
  }));
}

/** A plan by whose its changes are. */
interface Owned {
  readonly changes: readonly OwnedChange[];
  readonly drift: readonly OwnedChange[];
  /** The users after the apply. */
  readonly users: readonly PlannedUser[];
}

export function ownedIn(plan: Plan): Owned {
  const registrations = plan.outputs.filter(isRegistration);
  const users = registrations.flatMap((output) => [...usersOf(output.after).values()]);
  const before = registrations.flatMap((output) => [...usersOf(output.before).values()]);
  // Changes and drift together: a resource that drifted may be known by another one that did not.
  const owned = withOwners([...plan.changes, ...plan.drift], [...before, ...users]);
  return { changes: owned.slice(0, plan.changes.length), drift: owned.slice(plan.changes.length), users };
}

const OWNED = new Set(["aws_secretsmanager_secret", "aws_kms_key", "aws_kms_alias", "aws_lambda_invocation"]);

/**
 * `module.a.user-sweep-bot_Generation1` of `module.a.aws_kms_key.user-sweep-bot_Generation1_Key_BC1E33B3`, and `…_Current` of what says which
 * generation is current.
 */
function constructOf({ address, type }: ResourceChange): string | undefined {
  const [, module, name] =
    new RegExp(`^((?:module\\..*\\.)?)${type}\\.(.+?(?=_Key_)|.+?_Current(?=_(?:Secret|Move)_))`).exec(
      address,
    ) ?? [];
  return name === undefined ? undefined : `${module}${name}`;
}

function namesOf({ workspace, username, entry }: PlannedUser): string[] {
  const { custody, generation } = entry;
  if (custody !== "kms" && custody !== "secrets-manager" && custody !== "imported") return [];
  if (typeof generation !== "number") return [];
  const of = { workspace, username, generation };
  return [...keyNamesOf({ ...of, custody }), ...credentialsNamesOf(of), ...currentNamesOf(of)];
}
