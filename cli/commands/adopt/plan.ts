import { Failure } from "../../../messages/failure";
import { oneLine } from "../../../messages/safe-text";
import { isValues, readPlans, type Values } from "../../shared/terraform-plan";

/** Types that cannot be created a second time under a name, or, for KMS keys, would exist twice. All others replace what exists. */
const ADOPTED = [
  "aws_secretsmanager_secret",
  "aws_kms_alias",
  "aws_iam_role",
  "aws_lambda_function",
  "aws_cloudwatch_log_group",
] as const;

/** What a block may contain: only characters of names in AWS and Terraform, so that no plan can put anything else there. */
const WRITABLE = /^[\w/+=.@-]{1,512}$/;

/** What a plan creates and AWS may have already. */
export interface Planned {
  /** In Terraform. */
  readonly address: string;
  readonly type: (typeof ADOPTED)[number];
  /** In AWS. */
  readonly name: string;
  /** The KMS key that an alias is to point to; without an id if the plan creates it. */
  readonly key?: { readonly address: string; readonly keyId?: string };
  /** The KMS key that is to encrypt a secret, if the plan knows it. */
  readonly kmsKeyId?: string;
  /** The path of a role. */
  readonly path?: string;
}

export interface Adoptable {
  readonly planned: readonly Planned[];
  /** The region of the plan's provider, if it is a constant. */
  readonly region?: string;
  /** The accounts that the plan's provider is pinned to, if any. */
  readonly accounts: readonly string[];
}

/**
 * Reads what a plan creates and AWS may have already.
 *
 * @throws Failure
 */
export function readAdoptable(text: string, from: string): Adoptable {
  const [plan, ...more] = readPlans(text, from);
  if (plan === undefined || more.length > 0)
    throw new Failure(`${from} has more than one plan`, "give the plans one by one");
  const configuration = valuesOf(plan.document, "configuration");
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
          `${from} creates what no stack of this package does: ${oneLine(address)}`,
          "find out who made the plan",
        );
      const key = references.get(address);
      const target = after?.["target_key_id"];
      const kmsKeyId = type === "aws_secretsmanager_secret" ? after?.["kms_key_id"] : undefined;
      return [
        {
          ...{ address, type: adopted, name },
          ...(typeof kmsKeyId === "string" && { kmsKeyId }),
          ...(typeof after?.["path"] === "string" && { path: after["path"] }),
          ...(key && { key: { address: key, ...(typeof target === "string" && { keyId: target }) } }),
        },
      ];
    }),
  };
}

/** The addresses of aliases, and of the KMS key that each refers to. */
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
