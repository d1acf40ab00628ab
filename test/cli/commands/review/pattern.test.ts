import { isNarrower } from "../../../../cli/commands/review/pattern";

const nested = (depth: number, blank = ""): string =>
  `${'{"a":'.repeat(depth)}${blank}["x"]${"}".repeat(depth)}`;
const json = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

test.each<[string, unknown, unknown]>([
  ["the same", { a: ["x"] }, { a: ["x"] }],
  ["the same, with blanks", '{"a":["x"]}', '{ "a" : [ "x" ] }'],
  ["fields in another order", { a: ["x"], b: ["y"] }, { b: ["y"], a: ["x"] }],
  ["a field less", { a: ["x"], b: ["y"] }, { a: ["x"] }],
  ["a value more", { a: ["x"] }, { a: ["y", "x"] }],
  ["a value more, further in", { detail: { a: ["x"] } }, { detail: { a: ["x", "y"] } }],
  ["fewer exceptions", { a: [{ "anything-but": ["x", "y"] }] }, { a: [{ "anything-but": ["y"] }] }],
  [
    "the same exception",
    { a: [{ "anything-but": { prefix: "x" } }] },
    '{"a":[{"anything-but":{"prefix":"x"}}] }',
  ],
  ["an alternative more", { $or: [{ a: ["x"] }] }, { $or: [{ b: ["y"] }, { a: ["x"] }] }],
  ["a wider alternative", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { $or: [{ a: ["x", "z"] }, { b: ["y"] }] }],
  ["a wider one, with objects", { $or: [{ a: { b: ["x"] } }] }, { $or: [{ a: { b: ["x", "z"] } }] }],
  ["an alternative for all", { $or: [{ a: ["x"] }] }, { $or: [{}] }],
  ["30 levels", nested(30), nested(30, " ")],
])("a pattern that matches no less: %s", (_, before, after) => {
  expect(isNarrower(json(before), json(after))).toBe(false);
});

test.each<[string, unknown, unknown]>([
  ["a field more", { a: ["x"] }, { a: ["x"], b: ["y"] }],
  ["a field that every object has", {}, '{"toString":["x"]}'],
  ["a value less", { a: ["x", "y"] }, { a: ["x"] }],
  ["another value", { a: ["x"] }, { a: ["y"] }],
  ["another value, further in", { detail: { a: ["x"] } }, { detail: { a: ["y"] } }],
  ["an object for a list", { a: ["x"] }, { a: { b: ["x"] } }],
  ["a list for an object", { a: { b: ["x"] } }, { a: ["x"] }],
  ["an empty list for an object", { a: { b: ["x"] } }, { a: [] }],
  ["more exceptions", { a: [{ "anything-but": ["x"] }] }, { a: [{ "anything-but": ["x", "y"] }] }],
  [
    "an exception with something beside it",
    { a: [{ "anything-but": ["x", "y"] }] },
    { a: [{ "anything-but": ["x"], prefix: ["z"] }] },
  ],
  ["an exception for a pattern", { a: [{ b: ["x"] }] }, { a: [{ "anything-but": ["x"] }] }],
  ["a pattern for an exception", { a: [{ "anything-but": ["x"] }] }, { a: [{ b: ["x"] }] }],
  [
    "another exception",
    { a: [{ "anything-but": { prefix: "x" } }] },
    { a: [{ "anything-but": { prefix: "y" } }] },
  ],
  [
    "exceptions by fewer fields",
    { a: [{ "anything-but": { prefix: ["x"], suffix: ["y"] } }] },
    { a: [{ "anything-but": { prefix: ["x"] } }] },
  ],
  ["another prefix", { a: [{ prefix: "x" }] }, { a: [{ prefix: "xy" }] }],
  ["absence for presence", { a: [{ exists: true }] }, { a: [{ exists: false }] }],
  ["a filter for a value", { a: ["xy"] }, { a: [{ prefix: "x" }] }],
  ["a value for a filter", { a: [{ prefix: "x" }] }, { a: ["x"] }],
  ["a filter with a pattern in it", { a: [{ b: ["x"], prefix: "x" }] }, { a: [{ b: ["x", "y"] }] }],
  [
    "a filter beside a pattern",
    { a: [{ b: ["x"], prefix: "x" }] },
    { a: [{ b: ["x"], prefix: "x", c: ["y"] }] },
  ],
  ["an alternative less", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { $or: [{ a: ["x"] }] }],
  ["a narrower alternative", { $or: [{ a: ["x"] }] }, { $or: [{ a: ["x"], b: ["y"] }] }],
  ["31 levels", nested(31), nested(31, " ")],
  ["no JSON", "{", { a: ["x"] }],
  ["no JSON any more", { a: ["x"] }, "{"],
])("a pattern that may match less: %s", (_, before, after) => {
  expect(isNarrower(json(before), json(after))).toBe(true);
});

test("what is no text can be compared with itself alone", () => {
  expect(isNarrower(undefined, undefined)).toBe(false);
  expect(isNarrower(null, undefined)).toBe(true);
  expect(isNarrower("{}", { a: ["x"] })).toBe(true);
  expect(isNarrower({ a: ["x"] }, "{}")).toBe(true);
  expect(isNarrower(5, "5")).toBe(true);
});
