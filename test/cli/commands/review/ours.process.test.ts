/** What review takes for this package's own, in ours.json, is what the package makes. */
import ours from "../../../../cli/commands/review/ours/ours.json";
import { runs } from "../../../support/for-all";
import { firstPlans, judgedPlan, type PlanJson } from "../../../support/review/plan-of";
import { shapesOfSamples } from "../../../support/review/shapes";

test("is in ours.json as the samples have it (npm run shapes writes it)", () => {
  expect(ours).toEqual(shapesOfSamples());
});

/** What somebody chooses, and review cannot know without the YAML. Everything else that is edited closes the gate. */
const CHOSEN = new Set([
  // Whom alerts reach, and how long logs are kept: less than a year closes the gate.
  "aws_sns_topic_subscription endpoint",
  "aws_cloudwatch_log_group retention_in_days",
  // What an alert of KMS keys says, which names them.
  "aws_cloudwatch_event_target input_transformer",
]);

interface Place {
  readonly stack: "workspace" | "users" | "trail";
  readonly index: number;
  readonly key: string;
}

const first = firstPlans();

/** Every attribute of every resource and data source of three stacks, but tags. */
const places: Place[] = Object.entries(first).flatMap(([stack, plan]) =>
  plan.configuration.root_module.resources.flatMap(({ type, expressions }: PlanJson, index: number) =>
    Object.keys(expressions)
      .filter((key) => key !== "tags" && !CHOSEN.has(`${type} ${key}`))
      .map((key) => ({ stack, index, key }) as Place),
  ),
);

/** The plan with one of its attributes edited, in the configuration and in the change. */
function edited({ stack, index, key }: Place, to: (value: unknown) => unknown): PlanJson {
  const plan = structuredClone(first[stack]);
  const resource = plan.configuration.root_module.resources[index];
  const value = to(resource.expressions[key].constant_value);
  const change = plan.resource_changes.find(({ address }: PlanJson) => address === resource.address)?.change;
  if (value === undefined) delete resource.expressions[key];
  else resource.expressions[key] = { constant_value: value };
  if (change) {
    delete change.after_unknown[key];
    change.after[key] = value ?? null;
  }
  return plan;
}

const EDITS: readonly (readonly [string, (value: unknown) => unknown])[] = [
  ["taken out", () => undefined],
  ["a text of somebody's", () => "evil"],
  ["a reference to something else", () => "${aws_iam_user.evil.arn}"],
  [
    "a text with more at its end",
    (value) => (typeof value === "string" ? `${value} or evil` : [value, "evil"]),
  ],
];

test("has many places", () => expect(places.length).toBeGreaterThan(200));

// A usual run tries one of the edits at each place, `npm run soak` all of them.
test.each(EDITS)("no attribute passes that is %s", (name, to) => {
  const turn = EDITS.findIndex(([each]) => each === name);
  const tried = places.filter((_, at) => runs(1) > 1 || at % EDITS.length === turn);
  expect(tried.length).toBeGreaterThan(50);
  expect(tried.filter((place) => judgedPlan(edited(place, to)).code === 0)).toEqual([]);
});
