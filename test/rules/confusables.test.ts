import * as fc from "fast-check";
import { LookAlikes, ownCharacters, skeletonOf } from "../../rules/confusables/skeleton";
import { CONFUSABLES } from "../../rules/confusables/table";
import { looksOf } from "../../rules/looks";
import { forAll } from "../support/for-all";

const alike = (one: string, other: string) => skeletonOf(one) === skeletonOf(other);

/** The table by hand: each class of characters that are drawn alike, the first being their prototype. */
const CLASSES = CONFUSABLES.trim()
  .split(/\s+(?=[0-9a-f+]+:)/)
  .map((line) => {
    const [prototype = "", ...ranges] = line.split(/:?\s+/);
    const members = ranges.flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map((digits) => Number.parseInt(digits, 16));
      return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
    });
    const own = String.fromCodePoint(...prototype.split("+").map((digits) => Number.parseInt(digits, 16)));
    return { prototype: own, members };
  });

test("the table is Unicode's, without what NFD takes apart and what is left out before", () => {
  const members = CLASSES.flatMap((each) => each.members);
  // confusables.txt, version 17.0.0, has 6,565 characters.
  expect(members).toHaveLength(6565 - 1066);
  expect(new Set(members).size).toBe(members.length);
  for (const member of members) expect([member, member.normalize("NFD")]).toEqual([member, member]);
  expect(CONFUSABLES).toMatch(/^[0-9a-f:+\s-]+$/);
});

test.each([
  ["paypal", "p\u0430yp\u0430l"], // Cyrillic
  ["paypal", "\ud835\udd2d\ud835\udcb6\u1eff\ud835\udd61\ud835\udd52\u2113"], // the example of UTS 39
  ["pay bot", "pay\u00a0bot"],
  ["pay bot", "\u03c1ay bot"],
  ["modern", "modem"],
  ["bot 1", "bot l"],
  ["bot I", "bot l"],
  ["B0T", "BOT"],
  ["Z\u00fcrich", "Zu\u0308rich"],
  ["pay-bot", "pay\u2010bot"],
  ["pay bot", "pay bot\ufe0f"],
])("%s and %s are drawn alike", (one, other) => {
  expect(one).not.toBe(other);
  expect(alike(one, other)).toBe(true);
});

test.each([
  ["settlement bot", "settlement-bot"],
  ["treasury", "treasurer"],
  ["bot 1", "bot 2"],
  ["Z\u00fcrich", "Zurich"],
  ["\u53d6\u5f15", "\u53d6\u6d88"],
])("%s and %s are not", (one, other) => {
  expect(alike(one, other)).toBe(false);
});

test("any name with a character for one that is drawn alike is found, and one without is not", () => {
  const swap = fc
    .constantFrom(...CLASSES)
    .chain(({ prototype, members }) => fc.tuple(fc.constant(prototype), fc.constantFrom(...members)));
  const around = fc.stringMatching(/^[a-hj-ln-z ]{0,6}$/);
  forAll(fc.tuple(around, swap, around), 2000, ([before, [prototype, member], after]) => {
    const [one, other] = [`${before}${prototype}${after}`, `${before}${member}${after}`];
    const names = new LookAlikes<string>();
    names.add("something else", "first");
    expect(names.add(one, "second")).toBeUndefined();
    const found = names.add(other, "third");
    // Names that look the same but for case, blanks and widths are refused by another rule.
    if (looksOf(one) === looksOf(other)) return found === undefined;
    return found?.place === "second" && found.text === one;
  });
});

test("and so is a name that is drawn alike once it is in capitals, or in lower case", () => {
  // Unicode's list has 0 with O and 1 with I, and neither with o or i.
  const pairs = fc.constantFrom(["o", "0"], ["i", "1"], ["\u03c1", "p"]);
  const around = fc.stringMatching(/^[a-z ]{0,6}$/);
  const inCase = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.toUpperCase(),
  );
  forAll(
    fc.tuple(around, pairs, around, inCase, inCase),
    300,
    ([before, [one, other], after, first, second]) => {
      const names = new LookAlikes<string>();
      names.add(first(`${before}${one}${after}`), "here");
      return names.add(second(`${before}${other}${after}`), "there")?.place === "here";
    },
  );
});

test("the characters that one has and the other has not are named", () => {
  expect(ownCharacters("p\u0430y bot", "pay bot")).toEqual(["U+0430"]);
  expect(ownCharacters("modem", "modern")).toEqual([]);
  expect(ownCharacters("\u0430\u0441\u0435\u043e", "aceo")).toHaveLength(3);
});
