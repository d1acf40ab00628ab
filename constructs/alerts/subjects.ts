import { Fn } from "cdktf";
import {
  generatorFunctionName,
  generatorRoleName,
  NAME_PREFIX,
  workspaceKeyAlias,
} from "../../rules/aws-names";
import type { ILedgerWorkspace } from "../workspace/interface";
import { type EventPattern, type Filter, parameter } from "./pattern";

/** Which records are about a workspace's things: each a list of alternatives, in every spelling that CloudTrail has. */

/**
 * The workspace's secrets. `secretId` is what the caller passed: a name, or an ARN with or without its six random
 * characters. Answers have `arn`, before February 2024 `aRN` (Secrets Manager guide, "CloudTrail entries"). The slash
 * behind the workspace's name keeps `acme-prod2` out.
 */
export function secretRecords({ name, location }: ILedgerWorkspace): EventPattern[] {
  const { partition, region, account } = location;
  const names: Filter = { prefix: `${NAME_PREFIX}/${name}/` };
  const arns: Filter = {
    prefix: `arn:${partition}:secretsmanager:${region}:${account}:secret:${NAME_PREFIX}/${name}/`,
  };
  return [
    parameter("secretId", names, arns),
    parameter("secretIdList", names, arns), // of BatchGetSecretValue
    parameter("name", names), // of CreateSecret
    { responseElements: { arn: [arns] } },
    { responseElements: { aRN: [arns] } },
  ];
}

/**
 * The key's record: `keyId` is what the caller passed, and ends in the key's id unless that was an alias; `resources` has
 * the key's ARN however it was called. (An emulator may not look into `resources`, a list of objects.)
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
 * The function by all that Lambda takes for its name (Lambda API, `FunctionName`): name, partial ARN or ARN, each with or
 * without a version or alias.
 */
export function functionRecords({ location }: ILedgerWorkspace, functionName: string): EventPattern[] {
  const { partition, region, account } = location;
  const partial = `${account}:function:`;
  const beginnings = [
    ...["", "function:", `${account}:`, partial, `${region}:${partial}`],
    `arn:${partition}:lambda:${region}:${partial}`,
  ];
  return [
    parameter(
      "functionName",
      functionName,
      { suffix: `:${functionName}` },
      ...beginnings.map((beginning) => ({ prefix: `${beginning}${functionName}:` })),
    ),
  ];
}

/**
 * A session of the generator's role that its function has: Lambda names it like the function. Another function with the same
 * role has another.
 */
export function generatorSession({ name, location }: ILedgerWorkspace): string {
  const { partition, region, account } = location;
  return `arn:${partition}:sts::${account}:assumed-role/${generatorRoleName(name, region)}/${generatorFunctionName(name)}`;
}
