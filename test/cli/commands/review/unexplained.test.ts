/** review: what it cannot explain closes its gate. Each line is an edit of a plan that is clean before it. */
import { INVOCATIONS, LOOKS } from "../../../support/review/edits/generator";
import { MADE } from "../../../support/review/edits/made";
import { CONFIGURATION, PARTS } from "../../../support/review/edits/parts";
import { first, type Stack, second } from "../../../support/review/edits/plan";
import { EDITED, USERS } from "../../../support/review/edits/users";
import { judgedPlan } from "../../../support/review/plan-of";

describe("plans of this package's stacks", () => {
  test.each<Stack>(["workspace", "users", "trail"])("the first of %s closes no gate", (stack) => {
    const { code, loud } = judgedPlan(first[stack]);
    expect({ code, loud }).toEqual({ code: 0, loud: [] });
  });

  test.each<Stack>(["workspace", "users", "trail"])("one of %s that changes nothing is one line", (stack) => {
    expect(judgedPlan(second[stack]).markdown).toBe("**API users**: nothing changes (the plan).\n");
  });
});

describe("closes the gate, and names it: a plan in which somebody put", () => {
  test.each([
    ...PARTS,
    ...CONFIGURATION,
    ...LOOKS,
    ...INVOCATIONS,
    ...MADE,
    ...USERS,
    ...EDITED,
  ])("%s", (_, stack, edit, named) => {
    const plan = structuredClone(first[stack]);
    edit(plan);
    const { code, loud } = judgedPlan(plan);
    expect(loud.join("\n")).toMatch(named);
    expect(code).toBe(1);
  });

  // What is read, and what runs, is not among the changes.
  test.each(
    [...PARTS, ...CONFIGURATION].filter(([, stack]) => stack === "users"),
  )("%s, where nothing changes", (_, stack, edit) => {
    const plan = structuredClone(second[stack]);
    edit(plan);
    expect(judgedPlan(plan).code).toBe(1);
  });
});
