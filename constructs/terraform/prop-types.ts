import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { shown, visible } from "../../messages/safe-text";

/** What a prop must be, for those whom no compiler tells, and what to give instead. */
export interface PropType {
  readonly is: (value: unknown) => boolean;
  readonly give: string;
  readonly optional?: boolean;
}

export const TEXT: PropType = { is: (value) => typeof value === "string", give: "text" };
export const TEXTS: PropType = {
  is: (value) => Array.isArray(value) && value.every(TEXT.is),
  give: "a list of texts",
};
export const TEXT_MAP: PropType = {
  is: (value) => isMap(value) && Object.values(value).every(TEXT.is),
  give: "an object whose values are texts",
};
export const FLAG: PropType = { is: (value) => typeof value === "boolean", give: "true or false" };
export const NUMBER: PropType = { is: (value) => typeof value === "number", give: "a number" };

/** An object of which each of some keys is a list of texts, if it is there. */
export function listsOfTexts(...keys: string[]): PropType {
  return {
    is: (value) => isMap(value) && keys.every((key) => value[key] === undefined || TEXTS.is(value[key])),
    give: `an object of lists of texts: ${keys.join(", ")}`,
  };
}

/** The same, with every one of the keys there. */
export function allListsOfTexts(...keys: string[]): PropType {
  const { is, give } = listsOfTexts(...keys);
  return {
    is: (value) => is(value) && keys.every((key) => (value as object)[key as never] !== undefined),
    give,
  };
}

/** An object of a class or interface, told by one of its members: packages may be installed twice. */
export function withMember(name: string, type: string, give: string): PropType {
  const is = (value: unknown) =>
    typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[name] === type;
  return { is, give };
}

export function optional(type: PropType): PropType {
  return { ...type, optional: true };
}

/**
 * Ends with one line that names every prop of another type than its own: what comes of it further down would name none.
 * @throws Error
 */
export function checkProps<Props extends object>(
  construct: Construct,
  props: Props,
  types: { readonly [Name in keyof Required<Props>]: PropType },
): void {
  const what = `${construct.constructor.name} ${construct.node.path}`;
  if (!isMap(props)) throw new Error(visible(`${what}: its props are ${typeName(props)}; give an object`));
  const problems = Object.entries<PropType>(types).flatMap(([name, type]) => {
    const value = (props as Record<string, unknown>)[name];
    if ((value === undefined && type.optional) || type.is(value)) return [];
    return [`${name}: is ${typeName(value)}; give ${type.give}${type.optional ? ", or leave it out" : ""}`];
  });
  if (!isNamable(construct)) {
    problems.unshift(
      `its id: ${shown(construct.node.id)} would begin names in Terraform; begin it with a letter`,
    );
  }
  if (problems.length > 0) throw new Error(visible(`${what}: ${problems.join(". ")}`));
}

/** Whether the names that cdktf makes of ids, from below the stack and less what Terraform takes nowhere, begin as they must. */
function isNamable(construct: Construct): boolean {
  const below = construct.node.path.slice(TerraformStack.of(construct).node.path.length);
  return /^[A-Za-z_]/.test(below.replace(/[^A-Za-z0-9_-]/g, ""));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value of a wrong type is, as messages call it. An object is not shown: a Buffer, say, may be the file of a key. */
export function typeName(value: unknown): string {
  if (typeof value === "string") return shown(value);
  if (Array.isArray(value)) return "a list that is not so";
  if (typeof value === "object" && value !== null) return "an object that is not so";
  return typeof value === "function" ? "a function" : String(value);
}
