import type { IAMClient } from "@aws-sdk/client-iam";
import type { Planned } from "../plan";
import { Absent, type Found, foreign, madeOn } from "./found";

/** The only policy that the key generator's role has. */
const OWN_POLICY = "make-keys";

export async function findRole({ address, name, after }: Planned, client: IAMClient): Promise<Found> {
  const { path = "/" } = after;
  const { GetRoleCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } = await import(
    "@aws-sdk/client-iam"
  );
  const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
  // Policies name the role by its ARN, which the path is a part of.
  if (Role?.Path !== path) throw foreign(`the role ${name} has the path ${Role?.Path}, not ${path}`);
  const { AttachedPolicies = [] } = await client.send(
    new ListAttachedRolePoliciesCommand({ RoleName: name }),
  );
  const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName: name }));
  const others = [...AttachedPolicies.map(({ PolicyName }) => PolicyName), ...PolicyNames].filter(
    (policy) => policy !== OWN_POLICY,
  );
  if (others.length > 0)
    throw foreign(`the role ${name} has policies that this package did not make: ${others.join(", ")}`);
  return {
    arn: Role?.Arn ?? "",
    imports: [{ address, id: name, remarks: [madeOn(Role?.CreateDate)], holds: false }],
  };
}

export async function findRolePolicy({ address, name, after }: Planned, client: IAMClient): Promise<Found> {
  const { ListRolePoliciesCommand } = await import("@aws-sdk/client-iam");
  const { role } = after;
  if (typeof role !== "string") throw new Absent();
  const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName: role }));
  if (!PolicyNames.includes(name)) throw new Absent();
  return { imports: [{ address, id: `${role}:${name}`, remarks: [], holds: false }] };
}
