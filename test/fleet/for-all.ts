import * as fc from "fast-check";

/** Whether something holds for many made-up values; shrinks and shows the first for which it does not. */
export function forAll<T>(
  values: fc.Arbitrary<T>,
  numRuns: number,
  holds: (value: T) => boolean | undefined,
): void {
  // Synchronous, so there is no promise to await.
  void fc.assert(fc.property(values, holds), { numRuns });
}
