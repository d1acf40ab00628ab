import { recoveryProblems } from "../../../../cli/commands/status/recovery";
import { COMMERCIAL } from "../../../permissions/emitted";
import { declaration } from "../../../permissions/organization";

test("a workspace without a recovery window is an alarm, and one with a short window is not", () => {
  const of = (recoveryWindowInDays: number) =>
    recoveryProblems([declaration(COMMERCIAL, { recoveryWindowInDays, removalProtection: false })]);
  expect(of(0)).toEqual([
    {
      level: "alarm",
      subject: "workspace acme-prod",
      problem: expect.stringContaining("is lost at once, and Ledger Enterprise still trusts it"),
      fix: expect.stringContaining("revoke the user of each lost key"),
    },
  ]);
  expect([...of(7), ...of(30)]).toEqual([]);
});
