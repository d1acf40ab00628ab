import { derivePublicKey, integer, P256, readPoint } from "../../keys/curve";
import { rfc6979 } from "../support/keys/vectors";

const hex = (text: string) => Buffer.from(text, "hex");
const scalar = (value: bigint) => hex(value.toString(16).padStart(64, "0"));
const { publicKey } = rfc6979;
const [x, y] = [publicKey.slice(2, 66), publicKey.slice(66)];
const parity = Number.parseInt(y.slice(-1), 16) % 2;

describe("the public key of a number", () => {
  test("is RFC 6979's of its number, and SEC 2's base point of 1", () => {
    expect(derivePublicKey(hex(rfc6979.scalar))).toBe(publicKey);
    expect(derivePublicKey(scalar(1n))).toBe(`04${P256.Gx.toString(16)}${P256.Gy.toString(16)}`);
    expect(derivePublicKey(scalar(P256.n - 1n))?.slice(2, 66)).toBe(P256.Gx.toString(16));
  });

  test.each<[string, Uint8Array]>([
    ["zero", scalar(0n)],
    ["n", scalar(P256.n)],
    ["31 bytes", hex(rfc6979.scalar).subarray(1)],
    ["33 bytes", Buffer.concat([Buffer.of(0), hex(rfc6979.scalar)])],
    ["nothing", Buffer.alloc(0)],
  ])("is none of %s", (_, bytes) => {
    expect(derivePublicKey(bytes)).toBeUndefined();
  });
});

describe("a point", () => {
  /** The same x with the other y. */
  const negative = `04${x}${(P256.p - BigInt(`0x${y}`)).toString(16).padStart(64, "0")}`;

  test.each<[string, string, object]>([
    ["uncompressed", publicKey, { encoding: "uncompressed", publicKey }],
    ["compressed", `0${2 + parity}${x}`, { encoding: "compressed", publicKey }],
    ["compressed, of the other y", `0${3 - parity}${x}`, { encoding: "compressed", publicKey: negative }],
    ["hybrid", `0${6 + parity}${x}${y}`, { encoding: "hybrid", publicKey }],
    [
      "hybrid, of the other y",
      `0${7 - parity}${negative.slice(2)}`,
      { encoding: "hybrid", publicKey: negative },
    ],
    ["hybrid with the wrong parity", `0${7 - parity}${x}${y}`, { encoding: "off-curve" }],
    ["at infinity", "00", { encoding: "infinity" }],
    ["off the curve", publicKey.replace(/.$/, "8"), { encoding: "off-curve" }],
    ["hybrid off the curve", `0${6 + parity}${x.replace(/^./, "0")}${y}`, { encoding: "off-curve" }],
    ["compressed off the curve", `02${"0".repeat(63)}1`, { encoding: "off-curve" }],
    ["all zeros", `04${"0".repeat(128)}`, { encoding: "off-curve" }],
    ["with coordinates that are not reduced", `04${"f".repeat(128)}`, { encoding: "off-curve" }],
  ])("%s", (_, bytes, expected) => {
    expect(readPoint(hex(bytes))).toEqual(expected);
  });

  /** Each curve's base point: SEC 2, RFC 5639, GB/T 32918.5. */
  const others = {
    secp256k1:
      "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
    brainpoolP256r1:
      "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
    SM2: "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
  };
  test.each(Object.entries(others))("of %s is known as that, uncompressed or hybrid", (otherCurve, point) => {
    const odd = Number.parseInt(point.slice(-1), 16) % 2;
    for (const prefix of ["04", `0${6 + odd}`])
      expect(readPoint(hex(prefix + point))).toEqual({ encoding: "off-curve", otherCurve });
  });

  test("whose coordinates are too large for the other curve is of none", () => {
    const p = 2n ** 256n - 2n ** 32n - 977n;
    // x = 1 and its y on secp256k1, and the same x and y with p added, as far as 32 bytes hold it.
    const y1 = 0x4218f20ae6c646b363db68605822fb14264ca8d2587fdd6fbc750d587e76a7een;
    const point = (a: bigint, b: bigint) => Buffer.concat([Buffer.of(4), scalar(a), scalar(b)]);
    expect(readPoint(point(1n, y1))).toEqual({ encoding: "off-curve", otherCurve: "secp256k1" });
    expect(readPoint(point(p + 1n, y1))).toEqual({ encoding: "off-curve" });
  });

  test.each([
    ["nothing", ""],
    ["one byte", "01"],
    ["two zeros", "0000"],
    ["33 bytes of an uncompressed one", `04${x}`],
    ["33 zeros", "00".repeat(33)],
    ["64 bytes", publicKey.slice(2)],
    ["66 bytes", `${publicKey}00`],
    ["34 bytes", `02${x}00`],
    ["32 bytes", x],
    ["65 bytes that begin with 2", `02${x}${y}`],
    ["65 bytes that begin with 5", `05${x}${y}`],
    ["65 bytes that begin with 8", `08${x}${y}`],
  ])("is none: %s", (_, bytes) => {
    expect(readPoint(hex(bytes))).toBeUndefined();
  });
});

test("bytes are a number, the first of them the largest", () => {
  expect(integer(Buffer.alloc(0))).toBe(0n);
  expect(integer(Uint8Array.of(1, 0))).toBe(256n);
});
