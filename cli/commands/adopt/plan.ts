import { ExitCode, Failure } from "../../../messages/failure";
import { oneLine } from "../../../messages/safe-text";
import { shellWord } from "../../../messages/shell";
import { isValues, type ResourceChange, readPlans, type Values } from "../../shared/terraform-plan";
import { ADOPTED, type AdoptedType, BUCKET } from "./types";

/** What a block may contain: only characters of names in AWS and Terraform, so that no plan can put anything else there. */
const WRITABLE = /^[\w/+=.@-]{1,512}$/;

/** Names of saved queries have blanks and commas too. */
const NAME = /^[\w/+=.@, -]{1,512}$/;

/** What a plan creates and AWS may have already. */
export interface Planned {
  /** In Terraform. */
  readonly address: string;
  readonly type: AdoptedType;
  /** In AWS. */
  readonly name: string;
  /** The KMS key that an alias is to point to; without an id if the plan creates it. */
  readonly key?: { readonly address: string; readonly keyId?: string };
  /** Its attributes as far as the plan knows them. */
  readonly after: Values;
}

export interface Adoptable {
  readonly planned: readonly Planned[];
  /** The buckets that the plan creates, by address. */
  readonly buckets: readonly { readonly address: string; readonly name: string }[];
  /** Everything else that the plan creates. */
  readonly others: readonly Pick<ResourceChange, "address" | "type">[];
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
  const planned: Planned[] = [];
  const buckets: { address: string; name: string }[] = [];
  const others: Pick<ResourceChange, "address" | "type">[] = [];
  for (const change of plan.changes.filter(({ actions }) => actions.join() === "create")) {
    const { address, type, after = {} } = change;
    const name = nameOf(change);
    if (name === undefined) {
      others.push({ address: oneLine(address), type });
      continue;
    }
    if (!WRITABLE.test(address) || !NAME.test(name))
      throw new Failure(
        `${from} creates what no stack of this package does: ${oneLine(address)}`,
        "find out who made the plan",
      );
    refuseToAdoptWhatIsDestroyed(change, name, plan.changes);
    const key = references.get(address);
    const target = after["target_key_id"];
    if (type === BUCKET) buckets.push({ address, name });
    else
      planned.push({
        ...{ address, type: type as AdoptedType, name, after },
        ...(key && { key: { address: key, ...(typeof target === "string" && { keyId: target }) } }),
      });
  }
  return {
    ...{ planned, buckets, others },
    region: typeof region === "string" ? region : undefined,
    accounts: Array.isArray(accounts) ? accounts.map(String) : [],
  };
}

/** The name in AWS of what is looked up by its name; undefined for everything else. */
function nameOf({ type, after, before }: ResourceChange): string | undefined {
  const attribute = type === BUCKET ? "bucket" : (ADOPTED as Readonly<Record<string, string>>)[type];
  const name = attribute === undefined ? undefined : (after ?? before)?.[attribute];
  return typeof name === "string" ? name : undefined;
}

/** An address that changed, such as by another version of an app: an import and the destruction of the same thing in one apply. */
function refuseToAdoptWhatIsDestroyed(
  { address, type, after }: ResourceChange,
  name: string,
  changes: readonly ResourceChange[],
): void {
  const destroyed = changes.find(
    (each) =>
      each.type === type &&
      each.actions.join() === "delete" &&
      nameOf(each) === name &&
      each.before?.["rule"] === after?.["rule"] &&
      each.before?.["role"] === after?.["role"],
  );
  if (destroyed)
    throw new Failure(
      `the plan destroys ${oneLine(destroyed.address)} and creates ${address}, which have the same name in AWS, ${name}`,
      `no state is lost here: move it within the state (terraform state mv ${shellWord(destroyed.address)} ${shellWord(address)}), and plan again`,
      ExitCode.NO,
    );
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
