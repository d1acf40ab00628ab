import { createHash } from "node:crypto";
import { Suspects } from "../../../audit/detect/suspects";
import { newKey, scan } from "../../support/keys/spellings";

const key = newKey();
const { publicKey, scalar } = key;
const knownPublicKeys = new Map([[publicKey.toUpperCase(), "settlement bot"]]);

const spellings = {
  hex: scalar.toString("hex"),
  "upper-case hex": scalar.toString("hex").toUpperCase(),
  "hex with 0x": `0x${scalar.toString("hex")}`,
  base64: scalar.toString("base64"),
  base64url: scalar.toString("base64url"),
};

describe.each(Object.entries(spellings))("a bare scalar in %s", (_, spelling) => {
  test("is found by a registered public key, and its user named", () => {
    const { leaks } = scan(`{"value":"${spelling}"}`, { knownPublicKeys });
    expect(leaks).toEqual([
      expect.objectContaining({ kind: "private-key", user: "settlement bot", publicKey, jsonPath: "value" }),
    ]);
  });

  const spki = Buffer.concat([
    Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex"),
    Buffer.from(publicKey, "hex"),
  ]);
  test.each([
    ["a point", publicKey],
    ["an upper-case point", publicKey.toUpperCase()],
    ["a version label", `public-key-${publicKey}`],
    ["base64 of SPKI", spki.toString("base64")],
    ["hex of SPKI", spki.toString("hex")],
    ["a public JWK", JSON.stringify({ ...key.jwk, d: undefined })],
  ])("is found by %s in the same input, before or behind", (_, point) => {
    for (const text of [`${spelling}\n${point}`, `${point}\n${"line\n".repeat(25_000)}${spelling}`])
      expect(scan(text).leaks).toEqual([expect.objectContaining({ publicKey })]);
  });
});

test("a bare scalar is found after a letter of an escape, and glued to a path", () => {
  const hex = spellings.hex;
  for (const text of [
    JSON.stringify(`\n${hex}`),
    `keys/x/${hex}`,
    `key-${hex}`,
    `k_${spellings.base64url}`.replace("_", "="),
    `\\t${hex}`,
  ])
    expect(scan(text, { knownPublicKeys }).leaks).toHaveLength(1);
});

test("among many digests, the scalar is found, wherever its public key stands", () => {
  const digests = Array.from({ length: 70_000 }, (_, i) => createHash("sha256").update(`${i}`).digest("hex"));
  const { leaks, uncompared } = scan([publicKey, ...digests, spellings.hex].join("\n"));
  expect(leaks).toEqual([expect.objectContaining({ line: 70_002, publicKey })]);
  expect(uncompared).toBeGreaterThan(0);
}, 30_000);

test("where nobody can know a public key, no time is spent on digests", () => {
  const suspects = new Suspects<number>(new Set(), 10);
  for (let i = 0; i < 100; i++) suspects.suspect(createHash("sha256").update(`${i}`).digest("hex"), () => i);
  suspects.suspect(spellings.hex, () => 100);
  suspects.point(publicKey.slice(2, 66));
  suspects.judge();
  expect(suspects.takeFound()).toEqual([{ publicKey, place: 100 }]);
  expect(suspects.uncompared).toBeGreaterThan(80);
});

test("each place is reported once the scalar is known to be one", () => {
  const text = `${spellings.hex}\n${"x\n".repeat(80_000)}${spellings.hex}`;
  const { leaks } = scan(text, { knownPublicKeys });
  expect(leaks.map(({ line }) => line)).toContain(1);
});
