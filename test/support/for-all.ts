import * as fc from "fast-check";

/** The same values at every run, so that a test fails for what was changed; `SEED=2 npx jest` tries others. */
const seed = Number(process.env["SEED"] ?? 1);

/** How many times as many values are tried: 0.1 in `npm run fast`, 20 in `npm run soak`. */
const factor = Number(process.env["RUNS"] ?? 1);

/** How many values a test of this many tries in this run. */
export const runs = (usual: number): number => Math.ceil(usual * factor);

/** Whether something holds for many made-up values; shrinks and shows the first for which it does not, with the seed. */
export function forAll<T>(
  values: fc.Arbitrary<T>,
  numRuns: number,
  holds: (value: T) => boolean | undefined,
): void {
  // Synchronous, so there is no promise to await.
  void fc.assert(fc.property(values, holds), { numRuns: runs(numRuns), seed });
}

/** The same for what takes its time. */
export async function forAllAsync<T>(
  values: fc.Arbitrary<T>,
  numRuns: number,
  holds: (value: T) => Promise<boolean>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(values, holds), { numRuns: runs(numRuns), seed });
}

const SURROGATES = 0xd800;
const MANY_SURROGATES = 0x800;

/**
 * Any character that Unicode has room for, but no half of a pair: what fast-check calls `unit: "binary"`, without its table of a
 * million entries, which costs every test file a second.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.integer({ min: 0, max: 0x10ffff - MANY_SURROGATES }).map(
  (n) => String.fromCodePoint(n < SURROGATES ? n : n + MANY_SURROGATES),
  (character) => {
    const [first, ...more] = typeof character === "string" ? [...character] : [];
    const code = first?.codePointAt(0);
    if (code === undefined || more.length > 0) throw new Error("not a character");
    return code < SURROGATES ? code : code - MANY_SURROGATES;
  },
);
