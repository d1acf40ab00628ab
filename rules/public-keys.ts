import type { Mistake } from "../messages/mistake";
import { type Generations, stagesOf } from "./generations";

/** The public keys that a user declares: one, where it has one generation, or one for each generation by its number. */
export interface DeclaredPublicKeys {
  readonly publicKey?: string;
  readonly publicKeys?: Readonly<Record<number, string>>;
}

/** What is wrong with the declared public keys, and where: `publicKey`, or `publicKeys` and perhaps a number in it. */
export interface PublicKeysMistake extends Mistake {
  readonly setting: keyof DeclaredPublicKeys;
  readonly generation?: string;
}

/** The public key that is declared for a generation. */
export const publicKeyOf = (
  { publicKey, publicKeys }: DeclaredPublicKeys,
  generation: number,
): string | undefined => publicKeys?.[generation] ?? publicKey;

/**
 * What is wrong with the public keys of a user, of generations that nothing is wrong with.
 * @param isNeeded whether each generation must have one, as a key that a custodian loads
 */
export function publicKeysProblems(
  generations: Generations,
  declared: DeclaredPublicKeys,
  isNeeded: boolean,
): PublicKeysMistake[] {
  const { publicKey, publicKeys } = declared;
  const numbers = stagesOf(generations).map(([number]) => number);
  const lineFor = (number: number) => `publicKeys: { ${number}: "04…" }`;
  if (publicKey !== undefined && publicKeys !== undefined)
    return [
      {
        setting: "publicKey",
        what: "is declared, and publicKeys too",
        fix: "take it out; publicKeys has all",
      },
    ];
  if (publicKey !== undefined && numbers.length > 1)
    return [
      {
        setting: "publicKey",
        what: `does not say which of the generations ${numbers.slice(0, 10).join(", ")} it is of`,
        fix: `write it as ${lineFor(numbers[0] ?? 1)}, with the number of its generation`,
      },
    ];
  if (publicKey !== undefined) return [];
  if (publicKeys === undefined) {
    if (!isNeeded) return [];
    const one = { setting: "publicKey", what: "is missing" } as const;
    if (numbers.length === 1)
      return [{ ...one, fix: 'add the public key that will be imported, publicKey: "04…"' }];
    return [
      {
        setting: "publicKeys",
        what: "is missing",
        fix: `add the public key of each generation, ${lineFor(numbers[0] ?? 1)} and so on`,
      },
    ];
  }
  const of = (generation: string, what: string, fix: string): PublicKeysMistake[] => [
    { setting: "publicKeys", generation, what, fix },
  ];
  const seen = new Map<string, string>();
  return [
    ...numbers
      .filter((number) => isNeeded && publicKeys[number] === undefined)
      .map(
        (number): PublicKeysMistake => ({
          setting: "publicKeys",
          what: `has no key for generation ${number}`,
          fix: `add the public key that will be imported, ${lineFor(number)}`,
        }),
      ),
    ...Object.entries(publicKeys).flatMap(([generation, key]) => {
      if (!(generation in generations))
        return of(
          generation,
          `generation ${generation} is not declared`,
          "take its key out, or add it to generations",
        );
      const same = key.toLowerCase().replace(/^0x/, "");
      const other = seen.get(same);
      seen.set(same, generation);
      if (other === undefined) return [];
      return of(
        generation,
        `is the key of generation ${other} too`,
        "write its own: each generation has a key of its own",
      );
    }),
  ];
}
