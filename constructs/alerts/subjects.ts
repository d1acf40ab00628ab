import { Fn } from "cdktf";
import {
  generatorFunctionName,
  generatorRoleName,
  NAME_PREFIX,
  workspaceKeyAlias,
} from "../../rules/aws-names";
import { arnIn } from "../terraform/aws-location";
import type { ILedgerWorkspace } from "../workspace/interface";
import { type EventPattern, type Filter, parameter } from "./pattern";

/** Patterns for records about a workspace's resources, each a list of alternatives: CloudTrail has several spellings. */

/**
 * The workspace's secrets. `secretId` is what the caller passed: a name, or an ARN with or without its six random
 * characters. Responses have `arn`, before February 2024 `aRN` (Secrets Manager guide, "CloudTrail entries"). The slash after
 * the workspace's name excludes `acme-prod2`.
 */
export function secretRecords({ name, location }: ILedgerWorkspace): EventPattern[] {
  const names: Filter = { prefix: `${NAME_PREFIX}/${name}/` };
  const arns: Filter = { prefix: arnIn(location, "secretsmanager", `secret:${NAME_PREFIX}/${name}/`) };
  return [
    parameter("secretId", names, arns),
    parameter("secretIdList", names, arns), // of BatchGetSecretValue
    parameter("name", names), // of CreateSecret
    { responseElements: { arn: [arns] } },
    { responseElements: { aRN: [arns] } },
  ];
}

/**
 * KMS keys. `keyId` is what the caller passed, and ends with the key's id unless the caller passed an alias; `resources` has
 * the key's ARN in either case. (An emulator may not look into `resources`, a list of objects.)
 */
export function keyRecords(keyIds: readonly string[], aliases: readonly string[] = []): EventPattern[] {
  const ids = keyIds.map((suffix) => ({ suffix }));
  return [parameter("keyId", ...ids, ...aliases.map((suffix) => ({ suffix }))), { resources: { ARN: ids } }];
}

/** The id in a KMS key's ARN, a token. */
export function keyIdOf(keyArn: string): string {
  return Fn.element(Fn.split("/", keyArn), 1);
}

/** The aliases of the workspace's own KMS key and of its users' keys. */
export function aliasRecords({ name }: ILedgerWorkspace): EventPattern {
  const alias = workspaceKeyAlias(name);
  return parameter("aliasName", alias, { prefix: `${alias}/` });
}

/**
 * The function, by every form of its name that Lambda accepts (Lambda API, `FunctionName`): name, partial ARN or ARN, each with
 * or without a version or alias.
 */
export function functionRecords({ location }: ILedgerWorkspace, functionName: string): EventPattern {
  const { partition, region, account } = location;
  const partial = `${account}:function:`;
  const beginnings = [
    ...["", "function:", `${account}:`, partial, `${region}:${partial}`],
    `arn:${partition}:lambda:${region}:${partial}`,
  ];
  return parameter(
    "functionName",
    functionName,
    { suffix: `:${functionName}` },
    ...beginnings.map((beginning) => ({ prefix: `${beginning}${functionName}:` })),
  );
}

/**
 * The ARN of the session in which the function has the generator's role. Lambda names the session like the function, so that
 * another function with the same role has another ARN.
 */
export function generatorSession({ name, location }: ILedgerWorkspace): string {
  const { partition, region, account } = location;
  return `arn:${partition}:sts::${account}:assumed-role/${generatorRoleName(name, region)}/${generatorFunctionName(name)}`;
}
