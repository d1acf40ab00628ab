import type { AwsClients } from "../../../aws/clients";
import { generalFailure, nameOf, saidOf } from "../../../aws/failure";
import { Failure } from "../../../messages/failure";
import { findKey, findRole, findSecret, type Import, type There } from "./find";
import type { Planned } from "./plan";

const ABSENT = /^(ResourceNotFoundException|NotFoundException|NoSuchEntity(Exception)?)$/;

/**
 * Asks AWS whether it has what a plan makes: the imports that take it in, none where it is new. Functions and log groups are
 * not asked for: they go with the role of the same stack.
 *
 * @throws Failure with exit code 1 where it is there and must not be taken in as it is, 2 where AWS cannot be asked
 */
export async function lookUp(
  planned: Planned,
  region: string,
  accounts: readonly string[],
  clients: AwsClients,
): Promise<Import[]> {
  const { address, name } = planned;
  try {
    const { arn, imports } = await find(planned, region, clients);
    const account = arn.split(":")[4] ?? "";
    if (accounts.length > 0 && !accounts.includes(account))
      throw new Failure(
        `${name} was looked for in account ${account}, and the stack is of ${accounts.join(" or ")}`,
        "use credentials of that account",
      );
    return imports;
  } catch (error) {
    if (ABSENT.test(nameOf(error))) return [];
    throw (
      generalFailure(error, region) ??
      new Failure(
        `AWS did not say whether it has ${name} (${saidOf(error)})`,
        `allow ${NEEDS[planned.type]} to this role, to adopt ${address}`,
      )
    );
  }
}

const NEEDS: Partial<Record<Planned["type"], string>> = {
  aws_secretsmanager_secret: "secretsmanager:DescribeSecret",
  aws_kms_alias: "kms:DescribeKey and kms:GetPublicKey",
  aws_iam_role: "iam:GetRole, ListAttachedRolePolicies and ListRolePolicies",
};

async function find(planned: Planned, region: string, clients: AwsClients): Promise<There> {
  if (planned.type === "aws_secretsmanager_secret")
    return findSecret(planned, await clients.secretsManager(region));
  if (planned.type === "aws_kms_alias") return findKey(planned, await clients.kms(region));
  return findRole(planned, await clients.iam(region));
}
