import * as fc from "fast-check";
import {
  type Generations,
  generationsProblem,
  hasPointer,
  KEY_STAGES,
  type KeyStage,
  registeredAsProblems,
  registeredNameOf,
  stagesOf,
} from "../../rules/generations";
import { usernameProblem } from "../../rules/user-names";
import { forAll } from "../support/for-all";

const generations = fc.dictionary(
  fc.integer({ min: 1, max: 9999 }).map(String),
  fc.constantFrom<KeyStage>(...KEY_STAGES),
  { maxKeys: 8, noNullPrototype: true },
) as fc.Arbitrary<Generations>;

/** The rule in other words: as a text in the order of the numbers. */
const isInOrder = (of: Generations) =>
  /^r*p*Cn*$/.test(
    stagesOf(of)
      .map(([, stage]) => ({ retired: "r", previous: "p", current: "C", pending: "n" })[stage])
      .join(""),
  );

test("generations are right if and only if one is current and their stages are in order", () => {
  forAll(generations, 2000, (of) => isInOrder(of) === (generationsProblem(of) === undefined));
});

test("the line to write is right, has the same generations, and takes no key from its signers", () => {
  forAll(generations, 2000, (of) => {
    const { fix } = generationsProblem(of) ?? { fix: `write ${JSON.stringify(of)}` };
    const written = JSON.parse(
      fix
        .replace("write ", "")
        .replace(/(\d+):/g, '"$1":')
        .replaceAll('""', '"'),
    ) as Generations;
    expect(isInOrder(written)).toBe(true);
    if (Object.keys(of).length === 0) return undefined;
    expect(Object.keys(written)).toEqual(Object.keys(of));
    for (const [number, stage] of stagesOf(written))
      if (stage === "retired") expect(of[number]).toBe("retired");
    return undefined;
  });
});

test("of many generations no line is written", () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [i + 1, "current"])) as Generations;
  const { what, fix } = generationsProblem(many) ?? { what: "", fix: "" };
  expect(`${what}; ${fix}`).toBe(
    "has several generations that are current: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 30 more; write one as current, those before it as retired or previous, and those after it as pending",
  );
});

test("a user has a pointer if it has any generation but the first, so that giving up a standby takes it away", () => {
  expect(hasPointer({ 1: "current" })).toBe(false);
  expect(hasPointer({ 1: "current", 2: "pending" })).toBe(true);
  expect(hasPointer({ 2: "current" })).toBe(true);
});

test("a key is registered as its user, with the number of its generation from the second on", () => {
  expect([1, 2, 3].map((each) => registeredNameOf("bot", each, { 3: "bot B" }))).toEqual([
    "bot",
    "bot 2",
    "bot B",
  ]);
});

test("of the names that nothing is wrong with, each is a user's name and none is another's", () => {
  const name = fc.constantFrom(
    "bot",
    "bot 2",
    "BOT 3",
    "x",
    "",
    " x",
    "\u3164",
    "x".repeat(127),
    "x".repeat(128),
  );
  const right = generations.filter(isInOrder);
  forAll(
    fc.tuple(
      name.filter((each) => !usernameProblem(each)),
      right,
      fc.dictionary(fc.constantFrom("1", "2", "3"), name),
    ),
    1000,
    ([username, of, registeredAs]) => {
      const problems = registeredAsProblems(username, of, registeredAs);
      const names = stagesOf(of).map(([number]) => registeredNameOf(username, number, registeredAs));
      const isRight =
        names.every((each) => !usernameProblem(each)) &&
        new Set(names.map((each) => each.toLowerCase())).size === names.length &&
        Object.keys(registeredAs).every((number) => number in of);
      return isRight === (problems.length === 0);
    },
  );
});
