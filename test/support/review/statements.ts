/** Statements of policies, to be written briefly. */
import { type Policy, parsePolicy } from "../../../cli/commands/review/statement";
import { role } from "../cli/plan";

export type Written = Record<string, unknown>;
export const [A, B, C] = [role("a"), role("b"), role("c")];
export const except = (...roles: string[]) => ({ ArnNotEquals: { "aws:PrincipalArn": roles } });
export const only = (...roles: string[]) => ({ ArnEquals: { "aws:PrincipalArn": roles } });
export const denies = (Action: string | string[], more: Written = {}): Written => ({
  ...{ Sid: "S", Effect: "Deny", Principal: "*", Action, Resource: "*" },
  ...more,
});
export const allows = (Action: string | string[], more: Written = {}) =>
  denies(Action, { Effect: "Allow", ...more });
export const policy = (...Statement: unknown[]): Policy => parsePolicy({ Statement }) ?? [];
