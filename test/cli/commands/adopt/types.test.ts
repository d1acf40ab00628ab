import { ADOPTED, BUCKET, CREATED_AGAIN, KEY } from "../../../../cli/commands/adopt/types";
import ours from "../../../../cli/commands/review/ours/ours.json";

test("of every resource that this package makes, with every option, adopt knows what becomes of it when a state is lost", () => {
  const made = Object.keys(ours).filter((type) => type.startsWith("aws_"));
  const known = [...Object.keys(ADOPTED), ...Object.keys(CREATED_AGAIN), KEY, BUCKET];
  expect(known.sort()).toEqual(made.sort());
});
