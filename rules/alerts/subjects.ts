import { arnIn } from "../aws-location";
import { generatorFunctionName, generatorRoleName, NAME_PREFIX, workspaceKeyAlias } from "../aws-names";
import { type EventPattern, type Filter, parameter } from "./pattern";
import type { WatchedWorkspace } from "./watched";

/** Patterns for records about a workspace's resources, each a list of alternatives: CloudTrail has several spellings. */

/**
 * The workspace's secrets. `secretId` is what the caller passed: a name, or an ARN with or without its six random
 * characters. Responses have `arn`, before February 2024 `aRN` (Secrets Manager guide, "CloudTrail entries"). The slash after
 * the workspace's name excludes `acme-prod2`.
 */
export function secretRecords({ name, location }: WatchedWorkspace): EventPattern[] {
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

/** The aliases of the workspace's own KMS key and of its users' keys. */
export function aliasRecords({ name }: WatchedWorkspace): EventPattern {
  const alias = workspaceKeyAlias(name);
  return parameter("aliasName", alias, { prefix: `${alias}/` });
}

/**
 * The function, by every form of its name that Lambda accepts (Lambda API, `FunctionName`): name, partial ARN or ARN, each with
 * or without a version or alias.
 */
export function functionRecords({ location }: WatchedWorkspace, functionName: string): EventPattern {
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
export function generatorSession({ name, location }: WatchedWorkspace): string {
  const { partition, region, account } = location;
  return `arn:${partition}:sts::${account}:assumed-role/${generatorRoleName(name, region)}/${generatorFunctionName(name)}`;
}
