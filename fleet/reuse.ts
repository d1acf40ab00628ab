import { shown } from "../messages/safe-text";
import type { DeclaredUser, Inventory } from "./inventory";
import type { Problem } from "./yaml/problems";

/** A user with keys that it did not have before. */
export interface NewKeys {
  readonly workspace: string;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly user: DeclaredUser;
  /** The numbers of the generations that are new. */
  readonly added: readonly number[];
}

/** The keys that a fleet has, and had not before. */
export function newKeys(base: Inventory, head: Inventory): NewKeys[] {
  const before = new Map<string, Set<number>>();
  for (const { workspace, users = [] } of base)
    for (const { awsName, generations } of users) {
      const key = `${workspace}/${awsName}`;
      before.set(key, new Set([...(before.get(key) ?? []), ...generations]));
    }
  return head.flatMap(({ workspace, account, region, users = [] }) =>
    users.flatMap((user): NewKeys[] => {
      const known = before.get(`${workspace}/${user.awsName}`);
      const added = user.generations.filter((generation) => !known?.has(generation));
      return added.length > 0 ? [{ workspace, account, region, user, added }] : [];
    }),
  );
}

/** A generation that a user of the same name in AWS had, and the last commit that declared it. */
export interface FormerKey {
  readonly generation: number;
  readonly commit: string;
}

/** Keys whose names were used before, though no name is used twice. */
export function reusedKeys({ user, added }: NewKeys, former: readonly FormerKey[]): Problem[] {
  let next = Math.max(0, ...user.generations, ...former.map(({ generation }) => generation));
  return added.flatMap((generation) => {
    const [use] = former.filter((each) => each.generation === generation);
    if (use === undefined) return [];
    next++;
    const { file, line, path } = user;
    const what = `${shown(user.text)} had a generation ${generation} already, which ${use.commit.slice(0, 12)} still declares: names in AWS hold the number, and a name is used once`;
    const alone = user.generations.length === 1;
    const fix = alone ? `write generations: { ${next}: current }` : `write ${next} in place of ${generation}`;
    return [{ file, line, path, what, fix }];
  });
}
