/** A card is the same, whichever form of the registration it is made from. */
import * as fc from "fast-check";
import { cardAddressOf, cardOf, pageCodeOf } from "../../registration/card";
import { readRegistration } from "../../registration/read";
import { forAll } from "../support/for-all";
import { type Sample, sample } from "../support/page-users";

const SAMPLES = Array.from({ length: 6 }, (_, index) =>
  sample(`bot ${index}`, {
    workspace: `acme-${index % 2}`,
    role: index % 3 === 0 ? "administrator" : "operator",
  }),
);

const entriesOf = (samples: readonly Sample[]) =>
  Object.fromEntries(samples.map(({ entry }) => [entry.username, entry]));

/** As `npm start` writes it. */
const withStacks = (stacks: ReadonlyMap<string, Sample[]>) =>
  JSON.stringify(Object.fromEntries([...stacks].map(([name, samples]) => [name, entriesOf(samples)])));

/** As a loop of `terraform output -json` over the stacks prints it. */
const fromTerraform = (stacks: ReadonlyMap<string, Sample[]>) =>
  [...stacks.values()]
    .map((samples) => ({
      registration: { sensitive: false, type: ["object", {}], value: entriesOf(samples) },
    }))
    .map((output) => JSON.stringify(output, undefined, 2))
    .join("\n");

const valuesFromTerraform = (stacks: ReadonlyMap<string, Sample[]>) =>
  [...stacks.values()].map((samples) => JSON.stringify(entriesOf(samples))).join("\n");

/** Each user in a stack of its workspace, in any order. */
const fleets = fc
  .tuple(
    fc.subarray(SAMPLES, { minLength: 1 }),
    fc.array(fc.constantFrom("treasury", "staking", "ops"), { minLength: 6, maxLength: 6 }),
  )
  .map(([samples, files]) => {
    const stacks = new Map<string, Sample[]>();
    for (const [index, each] of samples.entries()) {
      const name = `${each.entry["workspace"]}-${files[index]}`;
      stacks.set(name, [...(stacks.get(name) ?? []), each]);
    }
    return stacks;
  });

test("page code, seals and the names that proofs are found by do not depend on the form", () => {
  forAll(fleets, 100, (stacks) => {
    const [one, ...others] = [withStacks, fromTerraform, valuesFromTerraform].map((form) => {
      const users = readRegistration(form(stacks));
      const cards = users.map((user) => cardOf(user));
      return JSON.stringify([pageCodeOf(cards), cards, users.map(cardAddressOf)]);
    });
    return others.every((other) => other === one);
  });
});

test("an entry without a workspace, of an old version, is named by its stack", () => {
  const { workspace: _, ...entry } = SAMPLES[0]?.entry as Sample["entry"];
  const [user] = readRegistration(JSON.stringify({ "acme-treasury": { [entry.username]: entry } }));
  expect(user && cardAddressOf(user)).toBe("acme-treasury/bot 0");
});

test("practice is true or absent, and changes no page code", () => {
  const codeOf = (more: object) => {
    const entry = { ...SAMPLES[1]?.entry, ...more };
    return pageCodeOf(readRegistration(JSON.stringify({ "bot 1": entry })).map((user) => cardOf(user)));
  };
  expect(codeOf({ practice: true })).toBe(codeOf({}));
  expect(() => codeOf({ practice: "no" })).toThrow("practice is not true");
});
