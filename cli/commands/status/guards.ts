/** What guards the keys: the roles that sign, the alerts and their recipients, and the trail that alerts depend on. */

import type { AwsClients } from "../../../aws/clients";
import { nameOf } from "../../../aws/failure";
import { optionWith } from "../../../messages/shell";
import { inParallel } from "../../shared/in-parallel";
import type { ApiUserRecord, Place } from "./api-users";
import { generatorProblems } from "./generator";
import { alarm, notSeen, type Problem, unseen } from "./problem";
import { roleWatchProblems } from "./role-watch";
import { ruleProblems } from "./rules";
import { subscriptionProblems } from "./subscriptions";
import { suspectProblems } from "./suspects";
import { trailProblems } from "./trail";

const AT_A_TIME = 8;

export async function guardProblems(
  users: readonly ApiUserRecord[],
  places: readonly Place[],
  clients: AwsClients,
): Promise<Problem[]> {
  const regions = new Map(places.map((place) => [`${place.region} ${place.account}`, place]));
  const workspaces = new Map(places.map((place) => [`${place.workspace} ${place.account}`, place]));
  const checks = [
    ...rolesOf(users).map((role) => () => roleProblems(role, clients)),
    ...places.map((place) => () => subscriptionProblems(place, clients)),
    ...places.map((place) => () => ruleProblems(place, users, clients)),
    ...[...workspaces.values()].map((place) => () => roleWatchProblems(place, clients)),
    ...[...regions.values()].map((place) => () => trailProblems(place, clients)),
    ...places.flatMap((place) => generatorChecks(place, users, clients)),
  ];
  return (await inParallel(checks, AT_A_TIME, (check) => check())).flat();
}

/** None where custody secrets-manager is not used: there is no generator then. */
function generatorChecks(place: Place, records: readonly ApiUserRecord[], clients: AwsClients) {
  const { workspace, region, declaration } = place;
  const made = records.flatMap(({ applied }) =>
    applied?.workspace === workspace && applied.region === region && applied.custody === "secrets-manager"
      ? [applied]
      : [],
  );
  const isDeclared = declaration?.files.some(
    (file) => file.region === region && file.users.some(({ custody }) => custody === "secrets-manager"),
  );
  if (made.length === 0 && !isDeclared) return [];
  return [
    () => generatorProblems(place, clients, made.length > 0),
    () => suspectProblems(place, made, clients),
  ];
}

interface Role {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** A region to ask from. */
  readonly region: string;
  readonly users: readonly string[];
  /** Whether it is in the account of the key. */
  readonly own: boolean;
}

function rolesOf(records: readonly ApiUserRecord[]): Role[] {
  const roles = new Map<string, Role>();
  for (const { address, applied, declared } of records) {
    const place = applied && { region: applied.region, account: applied.account };
    const arns = new Set([...(declared?.signers ?? []), ...(applied?.signers ?? [])]);
    for (const arn of arns) {
      // IAM users that sign (allowUsers) are not roles, and are not checked.
      const [, account = "", name = ""] =
        /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
      if (name === "") continue;
      const own = place === undefined || place.account === account;
      const users = [...(roles.get(arn)?.users ?? []), address];
      roles.set(arn, { arn, account, name, region: place?.region ?? regionOf(arn), users, own });
    }
  }
  return [...roles.values()];
}

/** Any region of the partition: IAM has none of its own. */
const regionOf = (arn: string) =>
  ({ "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1" })[arn.split(":")[1] ?? ""] ?? "us-east-1";

async function roleProblems(
  { arn, account, name, region, users, own }: Role,
  clients: AwsClients,
): Promise<Problem[]> {
  const whose = `the role of a signer of ${users.slice(0, 3).join(", ")}${users.length > 3 ? " and others" : ""}`;
  const fix = `see there: aws iam get-role ${optionWith("--role-name", name)}`;
  if (!own) return [notSeen(arn, `is ${whose}, in another account`, fix)];
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  try {
    const { Role } = await (await clients.iam(region)).send(new GetRoleCommand({ RoleName: name }));
    if (Role?.Arn === arn) return [];
    const other =
      Role?.Arn?.split(":")[4] === account
        ? "has another path"
        : "is in another account than your credentials";
    return [alarm(arn, `${whose}, ${other}: ${Role?.Arn}`, "give the role's own ARN in the YAML")];
  } catch (error) {
    if (/^NoSuchEntity/.test(nameOf(error))) {
      // IAM answers for the account of the credentials, and does not say which that is.
      const what = `${whose}, is not in the account of your AWS credentials. If that is ${account}, anybody who creates the role can sign`;
      const fix = `use credentials of account ${account}; then create the role, or remove it from the signers`;
      return [alarm(arn, what, fix)];
    }
    return [unseen(arn, whose, { actions: "iam:GetRole", region }, error)];
  }
}
