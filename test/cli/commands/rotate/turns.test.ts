import * as fc from "fast-check";
import { turnsOf } from "../../../../cli/commands/rotate/check";
import type { Generations } from "../../../../rules/generations";
import { forAll } from "../../../support/for-all";
import { generationsOf } from "../../../support/user-files";

const steps = (before: Generations, after: Generations) =>
  turnsOf(before, after).map(({ step, generation, replaced }) =>
    [step, generation, ...(replaced === undefined ? [] : [`for ${replaced}`])].join(" "),
  );

it.each<[string, Generations, Generations, string[]]>([
  ["nothing", { 1: "current" }, { 1: "current" }, []],
  ["a start", { 1: "current" }, { 1: "current", 2: "pending" }, []],
  ["a promotion", { 1: "current", 2: "pending" }, { 1: "previous", 2: "current" }, ["promote 2 for 1"]],
  ["a key that was never pending", { 1: "current" }, { 1: "previous", 2: "current" }, ["promote 2 for 1"]],
  ["a roll-back", { 1: "previous", 2: "current" }, { 1: "current", 2: "pending" }, ["promote 1 for 2"]],
  ["a retirement", { 1: "previous", 2: "current" }, { 1: "retired", 2: "current" }, ["retire 1"]],
  [
    "one at once with a promotion",
    { 1: "current", 2: "pending" },
    { 1: "retired", 2: "current" },
    ["retire 1", "promote 2 for 1"],
  ],
  ["a retirement undone", { 1: "retired", 2: "current" }, { 1: "previous", 2: "current" }, []],
  ["the end", { 1: "retired", 2: "current" }, { 2: "current" }, ["finish 1"]],
  ["the end before its time", { 1: "previous", 2: "current" }, { 2: "current" }, ["retire 1", "finish 1"]],
  [
    "another key in its place",
    { 1: "current" },
    { 2: "current" },
    ["retire 1", "finish 1", "promote 2 for 1"],
  ],
  ["a pending key that is given up", { 1: "current", 2: "pending" }, { 1: "current" }, []],
])("finds the steps in %s", (_what, before, after, expected) => {
  expect(steps(before, after)).toEqual(expected);
});

it("lets no key become current, unreadable or deleted without a step", () => {
  forAll(fc.tuple(generationsOf, generationsOf), 500, ([before, after]) => {
    const [was, is] = [before, after] as unknown as [Generations, Generations];
    const taken = turnsOf(was, is).map(({ step, generation }) => `${step} ${generation}`);
    for (const number of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const [from, to] = [was[Number(number)], is[Number(number)]];
      const used = from !== undefined && from !== "pending";
      expect(taken.includes(`promote ${number}`)).toBe(to === "current" && from !== "current");
      expect(taken.includes(`finish ${number}`)).toBe(used && to === undefined);
      const readable = used && from !== "retired";
      expect(taken.includes(`retire ${number}`)).toBe(readable && (to === undefined || to === "retired"));
    }
    return true;
  });
});
