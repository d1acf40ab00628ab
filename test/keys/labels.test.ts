import { createHash } from "node:crypto";
import { generationLabel, LabelError, publicKeyLabel, readLabels, versionIdOf } from "../../keys";

const KEY = `04${"0123456789abcdef".repeat(8)}`;
const OTHER = `04${"f".repeat(128)}`;

test("labels are a generation's number and a public key, and are read back", () => {
  expect(generationLabel(12)).toBe("generation-12");
  expect(publicKeyLabel(KEY)).toBe(`public-key-${KEY}`);
  const versions = {
    a: ["AWSCURRENT", generationLabel(1), publicKeyLabel(KEY)],
    b: [publicKeyLabel(OTHER), generationLabel(9999)],
    c: ["AWSPENDING"],
    d: [],
  };
  expect(readLabels(versions)).toEqual(
    new Map([
      [1, KEY],
      [9999, OTHER],
    ]),
  );
  expect(readLabels({})).toEqual(new Map());
  expect(readLabels()).toEqual(new Map());
});

test.each([
  ["no public key", [generationLabel(1)], /has 1 generation and 0 public-key labels/],
  ["no generation", [publicKeyLabel(KEY)], /has 0 generation and 1 public-key labels/],
  [
    "two generations",
    [generationLabel(1), generationLabel(2), publicKeyLabel(KEY)],
    /2 generation and 1 public/,
  ],
  [
    "two public keys",
    [generationLabel(1), publicKeyLabel(KEY), publicKeyLabel(OTHER)],
    /1 generation and 2 public/,
  ],
  ["two of each", [1, 2].map(generationLabel).concat([KEY, OTHER].map(publicKeyLabel)), /2 generation and 2/],
])("a version with %s is refused", (_, labels, message) => {
  const act = () => readLabels({ a: [generationLabel(3), publicKeyLabel(KEY)], b: labels });
  expect(act).toThrow(LabelError);
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ name: "LabelError" }));
});

test.each([
  "generation-0",
  "generation-01",
  "generation-10000",
  "generation-",
  "generation-1x",
  "generation-x",
  "xgeneration-1",
  "generation-1\n",
  "public-key-",
  `public-key-${KEY}0`,
  `public-key-${KEY.slice(1)}`,
  `public-key-05${KEY.slice(2)}`,
  `public-key-${KEY.toUpperCase()}`,
  `xpublic-key-${KEY}`,
  `public-key-${KEY}\n`,
])("%j is somebody else's label", (label) => {
  expect(readLabels({ a: [label] })).toEqual(new Map());
});

test("a version's id follows from its secret, in UTF-8", () => {
  const id = createHash("sha256").update(Buffer.from("arn:é")).digest("hex");
  expect(versionIdOf("arn:é")).toBe(id);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
});
