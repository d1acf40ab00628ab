import fc from "fast-check";
import { renderChallenge } from "../../../cli/signing/display";
import { quoted } from "../../../messages/safe-text";
import { decodeChallenge } from "../../../signing";
import { anyCharacter } from "../../support/for-all";
import { TRANSACTION } from "../../support/workspace/requests";

const rendered = (text: string) =>
  renderChallenge(decodeChallenge(Buffer.from(text).toString("base64url")))
    .map((line) => `${line}\n`)
    .join("");

test("shows every value on a line of its own, in the challenge's order", () => {
  expect(rendered(JSON.stringify(TRANSACTION))).toBe(`\
  data:
    transaction_data:
      account_name: "ClientA COL TBTC 1"
      amount: "100"
      currency: "bitcoin testnet"
      max_fees: "211"
      recipient: "tb1q9wexw9pzjklj7yqld6g3lejxzr0wgvwhzx0nek"
    transaction_type: "BITCOIN_LIKE_SEND"
  type: "APPROVE_TRANSACTION"
`);
});

test("shows lists, empty things, and numbers with all their digits", () => {
  const text =
    '{"outputs":[{"amount":100000000000000000001},"x",[]],"fee":1.50,"none":null,"ok":true,"more":{},"":0}';
  expect(rendered(text)).toBe(`\
  outputs:
    [0]:
      amount: 100000000000000000001
    [1]: "x"
    [2]: []
  fee: 1.50
  none: null
  ok: true
  more: {}
  "": 0
`);
});

test("shortens nothing", () => {
  const long = "f".repeat(100_000);
  expect(rendered(JSON.stringify({ data: long }))).toBe(`  data: "${long}"\n`);
});

test.each([
  ["a line feed, which could forge a line", 'a"\n  amount: "1', '"a\\"\\n  amount: \\"1"'],
  ["an escape sequence, which could hide one", "\u001b[2K\u009b1A", '"\\u001b[2K\\u{9b}1A"'],
  ["right-to-left override", "abc\u202edef", '"abc\\u{202e}def"'],
  ["isolates and marks", "\u2066a\u2069\u200f\u061c", '"\\u{2066}a\\u{2069}\\u{200f}\\u{61c}"'],
  ["no width", "a\u200bb\u2060\ufeff\u00ad", '"a\\u{200b}b\\u{2060}\\u{feff}\\u{ad}"'],
  ["blanks that look like one", "a\u00a0b\u3000c d", '"a\\u{a0}b\\u{3000}c d"'],
  ["letters without a glyph", "a\u3164\u115f\u{e0041}", '"a\\u{3164}\\u{115f}\\u{e0041}"'],
  ["line separators", "a\u2028b\u2029", '"a\\u{2028}b\\u{2029}"'],
  ["half a surrogate pair", "\ud800", '"\\ud800"'],
  ["what only looks escaped", "\\u{202e}", '"\\\\u{202e}"'],
  ["letters, as they are", "Crédit ₿ 日本", '"Crédit ₿ 日本"'],
])("makes visible: %s", (_, text, shown) => {
  expect(quoted(text)).toBe(shown);
});

test("a name cannot pass for a value or a line of its own", () => {
  expect(rendered('{"a: \\"1\\"\\n  b":2,"amount: 5":"6"}')).toBe(
    '  "a: \\"1\\"\\n  b": 2\n  "amount: 5": "6"\n',
  );
});

test("whatever the challenge says, each value is there, in characters that every terminal shows where they stand", () => {
  const anything = fc.dictionary(
    fc.string({ unit: anyCharacter }),
    fc.jsonValue({ stringUnit: anyCharacter }),
  );
  fc.assert(
    fc.property(anything, (value) => {
      const shown = rendered(JSON.stringify(value));
      expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      expect(shown.match(/\n/g)).toHaveLength(linesOf(value) || 1); // {} has one too
    }),
    { numRuns: 200 },
  );
});

/** A line for each member or item, however deep. */
function linesOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, member) => sum + 1 + linesOf(member), 0);
}
