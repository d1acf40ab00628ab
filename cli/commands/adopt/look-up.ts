import type { AwsClients } from "../../../aws/clients";
import { generalFailure, nameOf, saidOf } from "../../../aws/failure";
import { Failure } from "../../../messages/failure";
import { findRule, findTarget, findTopic } from "./look/alerts";
import { Absent, type Found, type Import } from "./look/found";
import { findFunction } from "./look/generator";
import { findKey } from "./look/kms-key";
import { findLogGroup, findLogPolicy, findQuery } from "./look/logs";
import { findRole, findRolePolicy } from "./look/role";
import { findSecret } from "./look/secret";
import { findTrail } from "./look/trail";
import type { Planned } from "./plan";
import type { AdoptedType } from "./types";

/** Where AWS is asked. */
export interface Where {
  readonly region: string;
  /** The accounts that the plan's provider is pinned to, if any. */
  readonly accounts: readonly string[];
  readonly clients: AwsClients;
}

interface Look {
  readonly find: (planned: Planned, where: Where) => Promise<Found>;
  /** The actions that it calls. */
  readonly needs: string;
}

const LOOKS: Readonly<Record<AdoptedType, Look>> = {
  aws_cloudtrail: {
    find: async (planned, { clients, region }) => findTrail(planned, await clients.cloudTrail(region)),
    needs: "cloudtrail:GetTrail",
  },
  aws_cloudwatch_event_rule: {
    find: async (planned, { clients, region }) => findRule(planned, await clients.eventBridge(region)),
    needs: "events:DescribeRule",
  },
  aws_cloudwatch_event_target: {
    find: async (planned, { clients, region }) => findTarget(planned, await clients.eventBridge(region)),
    needs: "events:ListTargetsByRule",
  },
  aws_cloudwatch_log_group: {
    find: async (planned, { clients, region }) => findLogGroup(planned, await clients.cloudWatchLogs(region)),
    needs: "logs:DescribeLogGroups",
  },
  aws_cloudwatch_log_resource_policy: {
    find: async (planned, { clients, region }) =>
      findLogPolicy(planned, await clients.cloudWatchLogs(region)),
    needs: "logs:DescribeResourcePolicies",
  },
  aws_cloudwatch_query_definition: {
    find: async (planned, { clients, region, accounts }) =>
      findQuery(planned, region, accounts, await clients.cloudWatchLogs(region)),
    needs: "logs:DescribeQueryDefinitions",
  },
  aws_iam_role: {
    find: async (planned, { clients, region }) => findRole(planned, await clients.iam(region)),
    needs: "iam:GetRole, ListAttachedRolePolicies and ListRolePolicies",
  },
  aws_iam_role_policy: {
    find: async (planned, { clients, region }) => findRolePolicy(planned, await clients.iam(region)),
    needs: "iam:ListRolePolicies",
  },
  aws_kms_alias: {
    find: async (planned, { clients, region }) => findKey(planned, await clients.kms(region)),
    needs: "kms:DescribeKey and kms:GetPublicKey",
  },
  aws_lambda_function: {
    find: async (planned, { clients, region }) => findFunction(planned, await clients.lambda(region)),
    needs: "lambda:GetFunction",
  },
  aws_secretsmanager_secret: {
    find: (planned, { clients, region }) => findSecret(planned, region, clients),
    needs: "secretsmanager:DescribeSecret, and kms:DescribeKey on its KMS key",
  },
  aws_sns_topic: {
    find: async (planned, { clients, region, accounts }) =>
      findTopic(planned, region, accounts, await clients.sns(region)),
    needs: "sns:GetTopicAttributes",
  },
};

const ABSENT =
  /^(ResourceNotFoundException|NotFoundException|NoSuchEntity(Exception)?|TrailNotFoundException)$/;

/**
 * Asks AWS whether it has what a plan creates.
 *
 * @returns the imports for it, none if AWS does not have it
 * @throws Failure with exit code 1 if it exists and must not be imported as it is, 2 if AWS cannot be asked
 */
export async function lookUp(planned: Planned, where: Where): Promise<readonly Import[]> {
  const { address, name, type } = planned;
  const { find, needs } = LOOKS[type];
  try {
    const { arn, imports } = await find(planned, where);
    const account = arn?.split(":")[4] ?? "";
    if (arn !== undefined && where.accounts.length > 0 && !where.accounts.includes(account))
      throw new Failure(
        `${name} was looked for in account ${account}, but the stack belongs to ${where.accounts.join(" or ")}`,
        "use credentials of that account",
      );
    return imports;
  } catch (error) {
    if (error instanceof Absent || ABSENT.test(nameOf(error))) return [];
    throw (
      generalFailure(error, where.region) ??
      new Failure(
        `AWS did not answer whether it has ${name} (${saidOf(error)})`,
        `give this role ${needs}, to adopt ${address}`,
      )
    );
  }
}
