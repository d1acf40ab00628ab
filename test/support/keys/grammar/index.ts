/**
 * Makes private keys as people bring them: a structure or a number, in containers nested to three, with a blemish, in an encoding of
 * text. Everything from a seed: the same case has the same text in each run.
 */
import { blemishes, encodedAs } from "./blemishes";
import { type Content, encodings, numbers, structures, wrappings } from "./containers";
import { type SeededKey, seededKeys } from "./key";
import { Random } from "./random";

export interface Case {
  /** What it is made of, the outermost first. */
  readonly name: string;
  readonly key: SeededKey;
  /** The number alone, without its point. */
  readonly isNumber: boolean;
  readonly text: string;
  readonly file: Buffer;
  /** The same made of another key: what both have in common is no part of a key. */
  readonly reference: string;
}

/** Case `index` of a seed. */
export function caseOf(seed: number, index: number): Case {
  const choose = new Random(seed * 1_000_003 + index);
  const isNumber = choose.below(4) === 0;
  const key = choose.of(seededKeys);
  const other = seededKeys[(seededKeys.indexOf(key) + 1) % seededKeys.length] as SeededKey;
  const at = choose.below(2 ** 31);
  const made = make(new Random(at), key, isNumber);
  const encoding = isSafe(made.blemish) ? choose.of(Object.keys(encodedAs)) : "UTF-8";
  const file = (encodedAs[encoding] as (text: string) => Buffer)(made.text);
  const name = `${encoding}, ${made.name}`;
  return {
    name,
    key,
    isNumber,
    text: made.text,
    file,
    reference: make(new Random(at), other, isNumber).text,
  };
}

/** Not two byte-order marks. */
const isSafe = (blemish: string) => blemish !== "a byte-order mark";

function make(random: Random, key: SeededKey, isNumber: boolean) {
  const kinds = isNumber ? numbers : structures;
  const kind = random.of(Object.keys(kinds));
  const names = [kind];
  let content: Content = (kinds[kind] as (typeof structures)[string])(key, random);
  const layers = 1 + random.below(3);
  for (let layer = 0; layer < layers; layer++) {
    const isText = typeof content === "string";
    // Text is encoded once at most above its innermost encoding: more is no mistake that people make.
    const encode = !isText || random.below(3) === 0;
    const table = encode ? encodings : wrappings;
    const name = random.of(Object.keys(table));
    content = (table[name] as (content: Content, random: Random) => string)(content, random);
    names.unshift(name);
  }
  const blemish = random.of(Object.keys(blemishes));
  const text = (blemishes[blemish] as (typeof blemishes)[string])(content as string, random);
  return { text, blemish, name: [blemish, ...names].join(" of ") };
}
