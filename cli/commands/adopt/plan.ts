import { Failure } from "../../../messages/failure";
import { oneLine } from "../../../messages/safe-text";
import { isValues, readPlans, type Values } from "../../shared/terraform-plan";

/** Types whose making AWS refuses where there is one of the name, or, for a KMS key, doubles. All others are put anew over what is there. */
export const ADOPTED = [
  "aws_secretsmanager_secret",
  "aws_kms_alias",
  "aws_iam_role",
  "aws_lambda_function",
  "aws_cloudwatch_log_group",
] as const;

/** What may stand in a block: no more than names in AWS and Terraform have, so that no plan puts anything else there. */
const WRITABLE = /^[\w/+=.@-]{1,512}$/;

/** What a plan makes and AWS may have already. */
export interface Planned {
  /** In Terraform. */
  readonly address: string;
  readonly type: (typeof ADOPTED)[number];
  /** In AWS. */
  readonly name: string;
  /** Of an alias: the KMS key that it is to lead to. */
  readonly key?: PlannedKey;
  /** Of a secret: the KMS key that is to encrypt it, where the plan knows it. */
  readonly kmsKeyId?: string;
}

/** A KMS key as the plan has it: made by it, or by its id in the state already. */
export interface PlannedKey {
  readonly address: string;
  /** Undefined where the plan makes it. */
  readonly keyId?: string;
}

export interface Adoptable {
  readonly planned: readonly Planned[];
  /** The region of the plan's provider, where it is written out. */
  readonly region?: string;
  /** The accounts that the plan's provider is pinned to; empty if to none. */
  readonly accounts: readonly string[];
}

/**
 * Reads what a plan makes that AWS may have already.
 *
 * @throws Failure
 */
export function readAdoptable(text: string, from: string): Adoptable {
  const [plan, ...more] = readPlans(text, from);
  if (plan === undefined || more.length > 0)
    throw new Failure(`${from} has more than one plan`, "give the plans one by one, each for its own stack");
  const configuration = valuesOf(JSON.parse(text), "configuration");
  const provider = valuesOf(configuration, "provider_config", "aws", "expressions");
  const region = valuesOf(provider, "region")["constant_value"];
  const accounts = valuesOf(provider, "allowed_account_ids")["constant_value"];
  const references = aliasReferences(configuration);
  return {
    region: typeof region === "string" ? region : undefined,
    accounts: Array.isArray(accounts) ? accounts.map(String) : [],
    planned: plan.changes.flatMap(({ address, type, actions, after }) => {
      const adopted = ADOPTED.find((each) => each === type);
      const name = after?.[type === "aws_lambda_function" ? "function_name" : "name"];
      if (adopted === undefined || actions.join() !== "create" || typeof name !== "string") return [];
      if (![address, name].every((text) => WRITABLE.test(text)))
        throw new Failure(
          `${from} makes what no stack of ours does: ${oneLine(address)}`,
          "look at who made it",
        );
      const key = references.get(address);
      const target = after?.["target_key_id"];
      const kmsKeyId = type === "aws_secretsmanager_secret" ? after?.["kms_key_id"] : undefined;
      return [
        {
          ...{ address, type: adopted, name },
          ...(typeof kmsKeyId === "string" && { kmsKeyId }),
          ...(key && { key: { address: key, ...(typeof target === "string" && { keyId: target }) } }),
        },
      ];
    }),
  };
}

/** The address of each alias, with that of the KMS key that its configuration refers to. */
function aliasReferences(configuration: Values): Map<string, string> {
  const resources = valuesOf(configuration, "root_module")["resources"];
  const found = new Map<string, string>();
  for (const resource of Array.isArray(resources) ? resources.filter(isValues) : []) {
    const { references } = valuesOf(resource, "expressions", "target_key_id");
    const key =
      Array.isArray(references) && references.find((each) => /^aws_kms_key\.[\w-]+$/.test(String(each)));
    if (key) found.set(String(resource["address"]), String(key));
  }
  return found;
}

function valuesOf(from: unknown, ...path: string[]): Values {
  let at = from;
  for (const step of path) at = isValues(at) ? at[step] : undefined;
  return isValues(at) ? at : {};
}
