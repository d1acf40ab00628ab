import * as fc from "fast-check";
import { Literals } from "../../keys/search/literals";
import { forAll } from "../support/for-all";

/** Every place of a text, one search for each. */
const places = (text: string, literal: string) =>
  [...text].map((_, at) => at).filter((at) => text.startsWith(literal, at));

test("finds what a search for each would, wherever it stands", () => {
  const letters = (minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom("a", "b", "\xff"), minLength, maxLength });
  const inputs = fc.tuple(fc.array(letters(2, 6), { minLength: 1, maxLength: 4 }), letters(0, 60));
  forAll(inputs, 300, ([texts, text]) => {
    const found = new Literals(texts).find(Buffer.from(text, "latin1"), text);
    return texts.every((literal, index) => (found[index] ?? []).join() === places(text, literal).join());
  });
});
