import * as fc from "fast-check";
import { jsonText, oneLine, visible, visibleLines } from "../../messages/safe-text";
import { CONTROLS, hostileText } from "../bad-input/hostile";
import { anyCharacter, forAll } from "../support/for-all";

const UNSEEN = /[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]|\p{Default_Ignorable_Code_Point}/u;
const anything = fc.oneof(hostileText, fc.string({ unit: anyCharacter }), fc.constantFrom(...CONTROLS));

test("nothing unseen is left in any text", () =>
  forAll(anything, 500, (text) => {
    for (const shown of [visible(text), oneLine(text)]) expect(shown).not.toMatch(UNSEEN);
    expect(visible(visible(text))).toBe(visible(text));
    expect(visibleLines(text).split("\n")).toHaveLength(text.split("\n").length);
    return true;
  }));

test("what is seen stays as it is", () => {
  for (const text of ["settlement bot", "Zürich 取引 אב \u{1f600} Zu\u0308rich \u00a0|", "{\"a\": '$x`\\'}"])
    expect(visible(text)).toBe(text);
  expect(oneLine(" a \r\n  b\u0007 ")).toBe("a b\\u0007");
});

test("JSON is the same value, with nothing unseen in it but its own line breaks", () =>
  forAll(fc.jsonValue({ stringUnit: anyCharacter }), 300, (value) => {
    const text = jsonText(value);
    expect(text.replaceAll("\n", "")).not.toMatch(UNSEEN);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    return true;
  }));

test("characters above U+FFFF are escaped as JSON can", () => {
  expect(jsonText({ "\u{e0041}": "\u202e\u009b\u2028" })).toBe(
    '{\n  "\\udb40\\udc41": "\\u202e\\u009b\\u2028"\n}',
  );
});
