/** The plans that are edited, and how. */
import { firstPlans, type PlanJson, secondPlan } from "../plan-of";

export const first = firstPlans();
export const second = {
  workspace: secondPlan(first.workspace),
  users: secondPlan(first.users),
  trail: secondPlan(first.trail),
};

export type Stack = keyof typeof first;

export const configured = (plan: PlanJson, type: string, mode = "managed", name = "") =>
  plan.configuration.root_module.resources.find(
    (each: PlanJson) =>
      each.type === type && each.mode === mode && each.name.includes(name) && isMeant(each, name),
  );
export const changing = (plan: PlanJson, type: string, name = "") =>
  plan.resource_changes.find(
    (each: PlanJson) => each.type === type && each.name.includes(name) && isMeant(each, name),
  );
/** What says which generation is current is edited only by its name: it holds no key. */
const isMeant = (each: PlanJson, name: string) => name !== "" || !each.name.includes("_Current_");
export const add = (plan: PlanJson, type: string, after: PlanJson, name = "Added", expressions = after) => {
  plan.configuration.root_module.resources.push({
    ...{ address: `${type}.${name}`, mode: "managed", type, name, provider_config_key: "aws" },
    expressions: Object.fromEntries(
      Object.entries(expressions).map(([key, value]) => [key, { constant_value: value }]),
    ),
  });
  plan.resource_changes.push({
    ...{ address: `${type}.${name}`, mode: "managed", type, name },
    change: { actions: ["create"], before: null, after, after_unknown: {} },
  });
};
export const read =
  (type: string, expressions: PlanJson = {}) =>
  (plan: PlanJson) => {
    plan.configuration.root_module.resources.push({
      ...{
        address: `data.${type}.X`,
        mode: "data",
        type,
        name: "X",
        provider_config_key: "aws",
        expressions,
      },
    });
  };
export const write = (plan: PlanJson, resource: PlanJson, key: string, value: PlanJson) => {
  resource.expressions[key] = { constant_value: value };
  const { change } =
    plan.resource_changes.find(({ address }: PlanJson) => address === resource.address) ?? {};
  if (change && JSON.stringify(value)?.includes("${") === false) change.after[key] = value;
};

/** What is edited, of which stack, and what the review names. */
export type Edit = readonly [what: string, stack: Stack, edit: (plan: PlanJson) => void, named: RegExp];

export const INVOCATION = "aws_lambda_invocation";
