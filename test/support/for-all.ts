import * as fc from "fast-check";

/** The same values at every run, so that a test fails for what was changed; `SEED=2 npx jest` tries others. */
const seed = Number(process.env["SEED"] ?? 1);

/** How many times as many values `npm run soak` tries. */
const soak = Number(process.env["SOAK"] ?? 1);

/** Whether something holds for many made-up values; shrinks and shows the first for which it does not, with the seed. */
export function forAll<T>(
  values: fc.Arbitrary<T>,
  numRuns: number,
  holds: (value: T) => boolean | undefined,
): void {
  // Synchronous, so there is no promise to await.
  void fc.assert(fc.property(values, holds), { numRuns: numRuns * soak, seed });
}
