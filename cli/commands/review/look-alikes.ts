/** Users who are added under a name that looks like another user's of the same workspace, in any of the plans. */
import { LookAlikes, ownCharacters } from "../../../rules/confusables/skeleton";
import type { Plan } from "../../shared/terraform-plan";
import { type Finding, ownerOf } from "./finding";
import { isRegistration, type PlannedUser, usersOf } from "./owners";

/** @param beside the other plans that are reviewed with it */
export function lookAlikeFindings(plan: Plan, beside: readonly Plan[]): Finding[] {
  const { added, kept } = usersIn(plan);
  const names = new Map<string | undefined, LookAlikes<undefined>>();
  const namesOf = ({ workspace }: PlannedUser) => {
    const found = names.get(workspace) ?? new LookAlikes<undefined>();
    names.set(workspace, found);
    return found;
  };
  const others = beside.map(usersIn).flatMap((each) => [...each.kept, ...each.added]);
  for (const user of [...kept, ...others]) namesOf(user).add(user.username, undefined);
  return added.flatMap((user): Finding[] => {
    const other = namesOf(user).add(user.username, undefined)?.text;
    if (other === undefined) return [];
    const fact = { fact: "looks like", other, characters: ownCharacters(user.username, other) } as const;
    return [{ kind: "notice", subject: ownerOf(user), fact }];
  });
}

function usersIn(plan: Plan): { readonly added: PlannedUser[]; readonly kept: PlannedUser[] } {
  const outputs = plan.outputs.filter(isRegistration);
  const before = new Set(outputs.flatMap((output) => [...usersOf(output.before).keys()]));
  const after = outputs.flatMap((output) => [...usersOf(output.after)]);
  const of = (isKept: boolean) => after.filter(([key]) => before.has(key) === isKept).map(([, user]) => user);
  return { added: of(false), kept: of(true) };
}
