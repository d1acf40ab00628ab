import { isValues, type Values } from "../../shared/terraform-plan";

/** A statement; always with lists, where IAM also takes a single text. */
export interface Statement {
  readonly sid: string;
  readonly effect: "Allow" | "Deny";
  /** `AWS arn:…`, `Service …`; `*` for everyone. Undefined in a role's own policy, which has none. */
  readonly principals?: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Roles that a condition excepts. */
  readonly except: readonly string[];
  /** Roles that a condition asks for; undefined without such a condition. */
  readonly only?: readonly string[];
  /** The other conditions: `operator key` to values. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
  /** Whether this comparison does not understand it: NotAction, NotPrincipal, NotResource, or a malformed statement. */
  readonly strange: boolean;
  /** As it was written. */
  readonly source: string;
}

export type Policy = readonly Statement[];

/** @returns undefined if it is not a policy */
export function parsePolicy(value: unknown): Policy | undefined {
  let document: unknown = value;
  if (typeof value === "string") {
    if (value === "") return [];
    try {
      document = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  if (document === null || document === undefined) return [];
  if (!isValues(document)) return undefined;
  const statements = document["Statement"];
  return (Array.isArray(statements) ? statements : [statements]).map(statementOf);
}

function statementOf(value: unknown): Statement {
  const fields: Values = isValues(value) ? value : {};
  const { Sid, Effect, Action, Resource, Principal, Condition } = fields;
  const conditions = new Map<string, readonly string[]>();
  let only: string[] | undefined;
  const except: string[] = [];
  let strange =
    !isValues(value) ||
    (Effect !== "Allow" && Effect !== "Deny") ||
    Action === undefined ||
    Object.keys(fields).some((key) => !KNOWN.has(key));
  for (const [operator, keys] of Object.entries(isValues(Condition) ? Condition : {})) {
    if (!isValues(keys)) strange = true;
    for (const [key, listed] of Object.entries(isValues(keys) ? keys : {})) {
      const values = texts(listed);
      const byPrincipal = key.toLowerCase() === "aws:principalarn";
      if (byPrincipal && /^(Arn|String)Not(Equals|Like)$/.test(operator)) except.push(...values);
      else if (byPrincipal && /^(Arn|String)(Equals|Like)$/.test(operator))
        only = only ? only.filter((one) => values.includes(one)) : values;
      else conditions.set(`${operator} ${key}`, values);
    }
  }
  if (Condition !== undefined && !isValues(Condition)) strange = true;
  return {
    sid: typeof Sid === "string" ? Sid : "",
    effect: Effect === "Deny" ? "Deny" : "Allow",
    principals: principalsOf(Principal),
    actions: texts(Action),
    resources: texts(Resource ?? "*"),
    except,
    only,
    conditions,
    strange,
    source: JSON.stringify(value) ?? "",
  };
}

const KNOWN = new Set(["Sid", "Effect", "Action", "Resource", "Principal", "Condition"]);

function principalsOf(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  if (!isValues(value)) return texts(value);
  return Object.entries(value).flatMap(([kind, names]) =>
    texts(names).map((name) => (kind === "AWS" && name === "*" ? "*" : `${kind} ${name}`)),
  );
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);
