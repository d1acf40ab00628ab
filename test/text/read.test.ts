import * as fc from "fast-check";
import { readTextBytes, TextProblem } from "../../text/read";
import { anyCharacter, forAll } from "../support/for-all";
import { ENCODINGS } from "../support/text/encodings";

/** JSON, YAML and keys begin with ASCII; what follows may be anything but NUL, and the mark is not the text's. */
const texts = fc
  .tuple(
    fc.integer({ min: 1, max: 0x7f }).map((code) => String.fromCharCode(code)),
    fc.array(
      anyCharacter.filter((character) => character !== "\0"),
      { maxLength: 40 },
    ),
  )
  .map(([first, rest]) => first + rest.join(""))
  .filter((text) => !text.startsWith("PK\u0003\u0004"));

test.each(Object.entries(ENCODINGS))("text in %s is read as it was written", (name, encode) =>
  forAll(texts, 300, (text) => {
    expect(readTextBytes(encode(text))).toEqual({
      text,
      encoding: name.slice(0, name.startsWith("UTF-8") ? 5 : 6),
    });
    return true;
  }));

test.each(Object.entries(ENCODINGS))("nothing in %s is an empty text", (_, encode) => {
  expect(readTextBytes(encode("")).text).toBe("");
});

const bytes = (...values: number[]) => Uint8Array.from(values);

test.each<[string, Uint8Array, string]>([
  ["Latin-1", Buffer.from("a: b\u00f6t\n", "latin1"), "is not text in UTF-8 or UTF-16"],
  [
    "UTF-16 that is cut off",
    Buffer.from("\ufeff{}", "utf16le").subarray(0, 5),
    "is not text in UTF-8 or UTF-16",
  ],
  ["half a pair", bytes(0x7b, 0, 0, 0xd8, 0x7d, 0), "is not text in UTF-8 or UTF-16"],
  ["bytes with NUL", bytes(0x7b, 0x7d, 0), "is not text in UTF-8 or UTF-16"],
  ["UTF-32LE", bytes(0x7b, 0, 0, 0, 0x7d, 0, 0, 0), "is text in UTF-32"],
  ["UTF-32LE with a mark", bytes(0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0), "is text in UTF-32"],
  ["UTF-32BE", bytes(0, 0, 0, 0x7b, 0, 0, 0, 0x7d), "is text in UTF-32"],
  ["UTF-32BE with a mark", bytes(0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b), "is text in UTF-32"],
  [
    "a plan file",
    bytes(0x50, 0x4b, 3, 4, 20, 0, 8, 0),
    "is a zip archive, as terraform plan -out writes it, and not text",
  ],
  ["gzip", bytes(0x1f, 0x8b, 8, 0), "is compressed with gzip, and not text"],
])("%s is refused, with what it is", (_, input, what) => {
  expect(() => readTextBytes(input)).toThrow(
    expect.objectContaining({ what, fix: expect.stringMatching(/./) }),
  );
});

test("no bytes make it fail otherwise", () =>
  forAll(fc.uint8Array({ maxLength: 64 }), 2_000, (input) => {
    try {
      expect(readTextBytes(input).text).not.toContain("\0");
    } catch (error) {
      expect(error).toBeInstanceOf(TextProblem);
    }
    return true;
  }));
