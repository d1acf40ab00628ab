import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { Mistake } from "../../messages/mistake";

/** Where a construct of each engine is imported from. */
const IMPORTED_FROM: Readonly<Record<string, string>> = {
  cdktf: "cdktf-ledger-api-user",
  cdktn: "cdktf-ledger-api-user/cdktn",
};

/** jsii writes into each class what it is, such as `cdktf.App` or `@cdktf/provider-aws.kmsKey.KmsKey`. */
const NAMED_BY_JSII = Symbol.for("jsii.rtti");

/**
 * Finds constructs of the other engine: above a construct, in it, and beside it, where the AWS provider is. cdktf and cdktn take each
 * other's constructs for their own, because both mark them by the same symbols. One then crashes, the other writes JSON all the same.
 */
export function engineMistake(construct: IConstruct): Mistake | undefined {
  const own = engineOf(TerraformStack);
  if (own === undefined) return undefined;
  const { scopes, children } = construct.node;
  const stacks = scopes.filter(TerraformStack.isStack);
  const inside = children.flatMap((child) => child.node.findAll());
  for (const each of [...scopes, ...stacks.flatMap(notLookedAt), ...inside]) {
    const other = engineOf(each.constructor);
    if (other !== undefined && other !== own)
      return {
        what: `${each.node.path || "the app"} is made with ${other}, and this is made for ${own}`,
        fix: `import this from ${IMPORTED_FROM[other]}, or make everything with ${own}`,
      };
  }
  for (const stack of stacks) lookedAt.set(stack, stack.node.children.length);
  return undefined;
}

/** How many constructs of a stack are known to be good: in one of thousands of users, each would look at all others. */
const lookedAt = new WeakMap<IConstruct, number>();

const notLookedAt = (stack: IConstruct) => stack.node.children.slice(lookedAt.get(stack));

/** Whose classes a class is built on; `undefined` if it is built on neither's. */
function engineOf(type: object | null): string | undefined {
  if (type === null) return undefined;
  const { fqn = "" } = ((type as Record<symbol, unknown>)[NAMED_BY_JSII] ?? {}) as { fqn?: string };
  const [engine = ""] = fqn.split(".");
  return Object.hasOwn(IMPORTED_FROM, engine) ? engine : engineOf(Object.getPrototypeOf(type));
}
