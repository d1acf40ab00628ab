import { say } from "./phrase";
import type { Texts } from "./texts";

export const stackTexts = {
  "stack gone": () =>
    say`is **no longer declared**, and no plan shows what is left in its state: see that nothing is (${"terraform state list"})`,
  "plan missing": () => say`is changed, and **its plan is missing**: plan it, and give its plan too`,
  "plan too many": ({ isTwice }) =>
    isTwice
      ? say`has **more than one plan**: give the one that was made last`
      : say`is not changed, but **has a plan**: leave it out, or find out why ${"affected"} does not name it`,
  "state elsewhere": () =>
    say`has **its state elsewhere** after this change, and would make everything again: move the state first (${"terraform init -migrate-state"}), and plan again`,
  refused: ({ problems }) =>
    say`is **refused** by ${"affected"}, which says ${`${problems}`} times what to write: see there`,
} satisfies Partial<Texts>;
