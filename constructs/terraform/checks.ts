import { TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { inOneLine, type Mistake } from "../../messages/mistake";
import { shown, visible } from "../../messages/safe-text";
import { tokenProblem } from "../../rules/cdktf-tokens";
import { isObject } from "../../rules/is-object";
import { tagProblems } from "../../rules/tags";
import { engineMistake } from "./engine";

/** Runtime checks of props: their types, for plain-JavaScript callers, and what no type can express. */
export interface Check<Value, Props = unknown> {
  /** Whether a value has the prop's type. */
  readonly is: (value: unknown) => boolean;
  /** What to give instead, for the message. */
  readonly give: string;
  readonly optional?: boolean;
  /** What is wrong with a value of that type, each problem with its place. Tokens are left to Terraform. */
  readonly problems?: (value: Value, place: string, props: Props) => string[];
}

/** A check for each prop of its own type: the compiler refuses a table that misses one. */
export type Checks<Props extends object> = {
  readonly [Name in keyof Required<Props>]: Check<NonNullable<Props[Name]>, Props>;
};

/** Says what is wrong with a text, and the fix; `undefined` if nothing is. */
export type TextRule<Props> = (text: string, props: Props) => Mistake | undefined;

export const FLAG: Check<boolean> = { is: (value) => typeof value === "boolean", give: "true or false" };

/** A text that follows some rules; the first that it breaks is reported. */
export function text<Props>(...rules: TextRule<Props>[]): Check<string, Props> {
  const problems = (text: string, place: string, props: Props) => {
    if (Token.isUnresolved(text)) return [];
    const [problem] = [...rules, tokenProblem].flatMap((rule) => rule(text, props) ?? []);
    return placed(place, problem);
  };
  return { is: isText, give: "text", problems };
}

/**
 * A list of such texts. A token may be an element, not the list: synthesis could not check its elements. That is refused at once, since
 * an engine resolves such a list before it validates, and then reports it in words of its own.
 */
export function texts<Props>(...rules: TextRule<Props>[]): Check<readonly string[], Props> {
  const { problems } = text(...rules);
  return {
    is: (value) => Array.isArray(value) && !Token.isUnresolved(value) && value.every(isText),
    give: "a list of texts",
    problems: (list, place, props) =>
      list.flatMap((each, i) => problems?.(each, `${place}[${i}]`, props) ?? []),
  };
}

/** An object of lists of texts, each list with its own check. */
export function listsOfTexts<Value extends object, Props>(
  lists: {
    readonly [Name in keyof Required<Value>]: Check<readonly string[], Props>;
  },
): Check<Value, Props> {
  const checks = Object.entries<Check<readonly string[], Props>>(lists);
  return {
    is: (value) => isObject(value) && checks.every(([name, check]) => fits(value[name], check)),
    give: `an object of lists of texts: ${Object.keys(lists).join(", ")}`,
    problems: (value, place, props) => problemsIn(value, checks, props, `${place}.`),
  };
}

/** A number that follows a rule. Tokens are left to Terraform unless `takesTokens` is false. */
export function number(rule: (n: number) => Mistake | undefined, takesTokens = true): Check<number> {
  const problems = (n: number, place: string) =>
    takesTokens && Token.isUnresolved(n) ? [] : placed(place, rule(n));
  return { is: (value) => typeof value === "number", give: "a number", problems };
}

/**
 * A map of tags.
 * @param inherited the keys of the tags that the resource has as well
 */
export function tagMap<Props>(
  inherited?: (props: Props) => readonly string[],
): Check<Readonly<Record<string, string>>, Props> {
  return {
    is: (value) => isObject(value) && Object.values(value).every(isText),
    give: "an object whose values are texts",
    problems: (map, _, props) =>
      tagProblems(map, Token.isUnresolved, inherited?.(props)).flatMap(({ place, mistake }) =>
        placed(place, mistake),
      ),
  };
}

/** An object of a class or interface, recognised by one of its members, as packages may be installed twice. */
export function withMember<Value>(name: string, type: string, give: string): Check<Value> {
  return { is: (value) => isObject(value) && typeof value[name] === type, give };
}

export function optional<Value, Props>(check: Check<Value, Props>): Check<Value, Props> {
  return { ...check, optional: true };
}

/** @throws Error, one line, if a construct of the other engine is above, beside or in this one */
export function checkEngine(construct: Construct, what = nameOf(construct)): void {
  const mistake = engineMistake(construct);
  if (mistake) throw new Error(visible(`${what}: ${inOneLine(mistake)}`));
}

const nameOf = (construct: Construct) => `${construct.constructor.name} ${construct.node.path}`;

/**
 * Checks the engine and the types of props at once, and everything else when the app is synthesized.
 * @param atSynthesis the props as they are then
 * @throws Error, one line that names every prop of a wrong type: further down the error would name none
 */
export function checkProps<Props extends object>(
  construct: Construct,
  props: Props,
  checks: Checks<Props>,
  atSynthesis = () => props,
): void {
  const what = nameOf(construct);
  checkEngine(construct, what);
  if (!isObject(props)) throw new Error(visible(`${what}: its props are ${typeName(props)}; give an object`));
  const problems = Object.entries<Check<never, Props>>(checks).flatMap(([name, check]) => {
    const value = (props as Record<string, unknown>)[name];
    if (fits(value, check)) return [];
    return [`${name}: is ${typeName(value)}; give ${check.give}${check.optional ? ", or leave it out" : ""}`];
  });
  if (!isNamable(construct)) {
    problems.unshift(
      `its id: ${shown(construct.node.id)} would begin names in Terraform; begin it with a letter`,
    );
  }
  if (problems.length > 0) throw new Error(visible(`${what}: ${problems.join(". ")}`));
  construct.node.addValidation({ validate: () => propProblems(atSynthesis(), checks) });
}

/** What is wrong with props of the right types, each problem with its prop. */
export function propProblems<Props extends object>(props: Props, checks: Checks<Props>): string[] {
  return problemsIn(props, Object.entries<Check<never, Props>>(checks), props).map(visible);
}

function problemsIn<Props>(
  values: object,
  checks: readonly (readonly [string, Check<never, Props>])[],
  props: Props,
  place = "",
): string[] {
  return checks.flatMap(([name, check]) => {
    const value = (values as Record<string, unknown>)[name];
    return value === undefined ? [] : (check.problems?.(value as never, `${place}${name}`, props) ?? []);
  });
}

/** Whether the names that cdktf makes of ids, from below the stack and without what Terraform takes nowhere, begin as they must. */
function isNamable(construct: Construct): boolean {
  const below = construct.node.path.slice(TerraformStack.of(construct).node.path.length);
  return /^[A-Za-z_]/.test(below.replace(/[^A-Za-z0-9_-]/g, ""));
}

/** A mistake, if there is one, in one line behind its place. */
export function placed(place: string, mistake: Mistake | undefined): string[] {
  return mistake ? [`${place}: ${inOneLine(mistake)}`] : [];
}

function fits(value: unknown, { is, optional = false }: Check<never, never>): boolean {
  return value === undefined ? optional : is(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

/** What messages call a value of a wrong type. An object is not shown: a Buffer, for example, may hold a key file. */
export function typeName(value: unknown): string {
  if (typeof value === "string") return shown(value);
  if (Array.isArray(value) && Token.isUnresolved(value)) return "a token";
  if (Array.isArray(value)) return value.every(isText) ? "a list" : "a list with an element that is not text";
  if (isObject(value)) return "an object of another form";
  return typeof value === "function" ? "a function" : String(value);
}
