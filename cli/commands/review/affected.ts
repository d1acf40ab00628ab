/** What no plan shows: stacks of which there is none. `affected --json` says which stacks a change touches. */
import { basename } from "node:path";
import { Failure } from "../../../messages/failure";
import { jsonIn } from "../../shared/json-input";
import { isValues, type Values } from "../../shared/terraform-plan";
import type { Fact } from "./facts";
import type { Finding } from "./finding";

/** What a change touches, by the names of stacks. */
interface Affected {
  readonly stacks: readonly string[];
  /** No longer declared. */
  readonly gone: readonly string[];
  /** Whose state is to be elsewhere. */
  readonly moved: readonly string[];
  /** How much `affected` refused. */
  readonly refused: number;
}

const FIX = "give what affected --json printed";

/** @throws Failure where it is not what this version's `affected --json` prints */
export function readAffected(text: string, from: string): Affected {
  const [value, ...more] = jsonIn(text, from, FIX);
  const { ok, stacks, gone, moved, problems } = isValues(value) ? value : ({} as Values);
  const names = isList(stacks, isValues) ? stacks.map(({ name }) => name) : undefined;
  if (
    more.length > 0 ||
    !isList(names, isText) ||
    !isList(gone, isText) ||
    !isList(moved, isText) ||
    !isList(problems, isValues) ||
    ok !== (problems.length === 0)
  )
    throw new Failure(`${from} is not the answer of affected`, FIX);
  return { stacks: names, gone, moved, refused: problems.length };
}

const isText = (value: unknown): value is string => typeof value === "string";

const isList = <T>(value: unknown, is: (item: unknown) => item is T): value is T[] =>
  Array.isArray(value) && value.every(is);

/** The stack that a file has the plan of, by its name. Nothing in a plan says it. */
export const stackOf = (file: string): string => basename(file).replace(/\.json$/, "");

/**
 * What a reviewer does not see in the plans.
 *
 * @param planned the stack of each plan
 */
export function affectedFindings(affected: Affected, planned: readonly string[]): Finding[] {
  const wanted = new Set(affected.stacks);
  const found = (stack: string, fact: Fact): Finding => ({ kind: "weakened", subject: { stack }, fact });
  const once = (names: readonly string[]) => [...new Set(names)];
  return [
    ...once(affected.gone).map((stack) => found(stack, { fact: "stack gone" })),
    ...once(affected.stacks.filter((name) => !planned.includes(name))).map((stack) =>
      found(stack, { fact: "plan missing" }),
    ),
    ...once(planned.filter((name, index) => !wanted.has(name) || planned.indexOf(name) !== index)).map(
      (stack) => found(stack, { fact: "plan too many", isTwice: wanted.has(stack) }),
    ),
    ...once(affected.moved).map((stack) => found(stack, { fact: "state elsewhere" })),
    ...(affected.refused > 0
      ? [
          {
            kind: "weakened",
            subject: { whole: "change" },
            fact: { fact: "refused", problems: affected.refused },
          } as const,
        ]
      : []),
  ];
}
