/** What a slip could take out of a policy: one at a time. */
import type { Policy, Statement } from "./emitted";

export interface Mutant {
  /** What was taken out: `OnlySignersRead: secretsmanager:GetSecretValue`. */
  readonly name: string;
  /** The actions that it may change the answer for. */
  readonly actions: readonly string[];
  readonly policy: Policy;
}

const listed = <T>(value: T | readonly T[]): readonly T[] => [value].flat() as readonly T[];
const without = <T>(values: readonly T[], index: number) => values.filter((_, i) => i !== index);

/** Each statement, action, account, condition and value of one, taken out in turn; and each narrow resource widened. */
export function mutantsOf(policy: Policy): Mutant[] {
  return policy.Statement.flatMap((statement, index) => {
    const { Sid = `statement ${index}`, Action } = statement;
    const replaced = (name: string, by: Statement[], actions = listed(Action)): Mutant => ({
      name: `${Sid}: ${name}`,
      actions,
      policy: { ...policy, Statement: policy.Statement.toSpliced(index, 1, ...by) },
    });
    return [
      replaced("the statement", []),
      ...withoutAnAction(statement).map(([action, by]) => replaced(action, [by], [action])),
      ...withoutAnAccount(statement).map(([name, by]) => replaced(name, [by])),
      ...withoutACondition(statement).map(([name, by]) => replaced(name, [by])),
      ...(listed(statement.Resource).includes("*")
        ? []
        : [replaced("Resource", [{ ...statement, Resource: "*" }])]),
    ];
  });
}

type Replacement = readonly [name: string, by: Statement];

function withoutAnAction(statement: Statement): Replacement[] {
  const actions = listed(statement.Action);
  if (actions.length === 1) return [];
  return actions.map((action, i) => [action, { ...statement, Action: without(actions, i) }]);
}

function withoutAnAccount(statement: Statement): Replacement[] {
  const { AWS = [], ...others } = (statement.Principal ?? {}) as { AWS?: string | string[] };
  const accounts = listed(AWS);
  if (accounts.length < 2) return [];
  return accounts.map((account, i) => [
    `Principal ${account}`,
    { ...statement, Principal: { ...others, AWS: without(accounts, i) } },
  ]);
}

function withoutACondition(statement: Statement): Replacement[] {
  const found: Replacement[] = [];
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    for (const [key, value] of Object.entries(keys)) {
      const values = listed(value);
      const changed = (keep: readonly string[]) => {
        const { [key]: _, ...others } = keys;
        const { [operator]: __, ...operators } = statement.Condition ?? {};
        const kept = keep.length > 0 ? { ...others, [key]: [...keep] } : others;
        const Condition = Object.keys(kept).length > 0 ? { ...operators, [operator]: kept } : operators;
        return { ...statement, Condition };
      };
      found.push([`${operator} ${key}`, changed([])]);
      if (values.length < 2) continue;
      for (const [i, each] of values.entries())
        found.push([`${operator} ${key} ${each}`, changed(without(values, i))]);
    }
  }
  return found;
}
