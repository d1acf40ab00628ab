/** What is called public holds no private key: a public key in every form, with its private key in every form beside it. */
import { createPublicKey } from "node:crypto";
import * as fc from "fast-check";
import { diagnose } from "../../keys";
import { forAll } from "../support/for-all";
import { type SeededKey, seededKey, seededKeys } from "../support/keys/grammar/key";
import { audited, converted } from "../support/keys/users";

const pairs = (hex: string) => (hex.match(/../g) ?? []).join(":");
const hex = ({ scalar }: SeededKey) => scalar.toString("hex");
const point = ({ publicKey }: SeededKey) => Buffer.from(publicKey, "hex");
const compressed = (key: SeededKey) =>
  Buffer.concat([Buffer.of(2 + ((point(key)[64] as number) & 1)), point(key).subarray(1, 33)]).toString(
    "hex",
  );
const spki = ({ sec1 }: SeededKey) => createPublicKey(sec1).export({ type: "spki", format: "pem" }) as string;
const der = ({ sec1 }: SeededKey) => createPublicKey(sec1).export({ type: "spki", format: "der" });

/** RFC 4251, section 5: a string behind its length. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function ssh(key: SeededKey): string {
  const fields = ["ecdsa-sha2-nistp256", "nistp256", point(key)].map(field);
  return `ecdsa-sha2-nistp256 ${Buffer.concat(fields).toString("base64")}`;
}

type Spell = (key: SeededKey) => string;

const PUBLIC: readonly Spell[] = [
  spki,
  (key) => Buffer.from(spki(key)).toString("hex"),
  (key) => der(key).toString("hex"),
  (key) => der(key).toString("base64"),
  ssh,
  ({ publicKey }) => publicKey,
  (key) => point(key).toString("base64"),
  ({ publicKey }) => pairs(publicKey),
  compressed,
  ({ jwk }) => JSON.stringify({ ...jwk, d: undefined }),
];

const PRIVATE: readonly Spell[] = [
  hex,
  ({ scalar }) => scalar.toString("base64"),
  ({ scalar }) => scalar.toString("base64url"),
  ({ scalar }) => JSON.stringify([...scalar]),
  (key) => BigInt(`0x${hex(key)}`).toString(),
  (key) => pairs(hex(key)),
  ({ sec1 }) => sec1,
  ({ pkcs8 }) => pkcs8,
  ({ sec1Der }) => sec1Der.toString("base64"),
  ({ sec1 }) => Buffer.from(sec1).toString("hex"),
];

const TOGETHER: readonly ((publicKey: string, privateKey: string) => string)[] = [
  (a, b) => `${a}\n${b}\n`,
  (a, b) => `${a} ${b}`,
  (a, b) => `${a}\nprivate_key=${b}\n`,
  (a, b) => JSON.stringify({ publicKey: a, other: b }),
  (a, b) => JSON.stringify({ other: b, publicKey: a }),
];

test("a public key in any form with its private key beside it is a private key, which converts", () => {
  const one = <T>(of: readonly T[]) => fc.constantFrom(...of);
  forAll(
    fc.tuple(one(PUBLIC), one(PRIVATE), one(TOGETHER), one(seededKeys)),
    150,
    ([spellPublic, spellPrivate, together, key]) => {
      const text = together(spellPublic(key), spellPrivate(key));
      return ["private", "pair"].includes(diagnose(text).kind) && converted(text) === key.publicKey;
    },
  );
});

const key = seededKey("beside");

test.each<[string, string]>([
  [
    "a public JWK with a member of another name",
    JSON.stringify({ ...key.jwk, d: undefined, privateKey: hex(key) }),
  ],
  ["a line of an SSH key file whose comment is the number", `${ssh(key)} ${hex(key)}`],
  ["a PEM with a list of bytes", `${spki(key)}[${[...key.scalar].join(", ")}]`],
])("%s is a private key, with a warning", (_, text) => {
  expect(diagnose(text)).toMatchObject({ publicKey: key.publicKey, warning: expect.any(String) });
  expect(["private", "pair"]).toContain(diagnose(text).kind);
});

test("a public key beside what is not its number stays one", () => {
  const number = seededKey("another").scalar.toString("base64url");
  for (const text of [`${ssh(key)} ops@acme.example`, `${ssh(key)} ${number}`, `${spki(key)}${number}`])
    expect(diagnose(text)).toMatchObject({ kind: "public", convertible: true, publicKey: key.publicKey });
});

test("audit knows a bare number by the line of an SSH key file beside it", () => {
  expect(audited(Buffer.from(`${hex(key)}\n${ssh(key)}\n`))).toEqual([key.publicKey]);
});
