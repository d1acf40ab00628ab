/** Texts with nothing but the beginnings of keys, and keys that follow each other closely: each ends where the next begins. */
import { seededKey } from "../../support/keys/grammar/key";
import { audited } from "../../support/keys/users";

const keys = Array.from({ length: 6 }, (_, index) => seededKey(`one of several ${index}`, 0x20 + index));
const KINDS: Readonly<Record<string, (key: (typeof keys)[number]) => string>> = {
  "base64 of SEC1 DER": ({ sec1Der }) => sec1Der.toString("base64"),
  "base64 of PKCS#8 DER": ({ pkcs8Der }) => pkcs8Der.toString("base64"),
  "hex of SEC1 DER": ({ sec1Der }) => sec1Der.toString("hex"),
  "hex of SEC1 PEM": ({ sec1 }) => Buffer.from(sec1).toString("hex"),
  "base64 of SEC1 PEM": ({ sec1 }) => Buffer.from(sec1).toString("base64"),
  "SEC1 PEM": ({ sec1 }) => sec1,
  "PKCS#8 PEM, its end lost": ({ pkcs8 }) => pkcs8.replace(/-----END.*\n/, ""),
};

/** How a program may write several, one after the other. */
const LAYOUTS: Readonly<Record<string, (texts: readonly string[]) => string>> = {
  "on lines": (texts) => texts.join("\n"),
  "each on lines of a log": (texts) =>
    texts
      .flatMap((text) => text.match(/[^\n]{1,64}/g)?.map((part) => `2026-01-01T10:00:00Z INFO ${part}`))
      .join("\n"),
  "each wrapped": (texts) => texts.map((text) => text.replace(/[^\n]{40}/g, "$&\n")).join("\n\n"),
};

describe.each(Object.keys(LAYOUTS))("keys %s", (layout) => {
  test.each(Object.keys(KINDS))("%s: each is found", (kind) => {
    const text = LAYOUTS[layout]?.(keys.map((key) => KINDS[kind]?.(key) ?? "")) ?? "";
    const found = audited(Buffer.from(text));
    expect(keys.map(({ publicKey }) => publicKey).filter((key) => !found.includes(key))).toEqual([]);
  });
});

test("openssl's texts, one after the other: each is found", () => {
  const lines = (digits: string) => digits.replace(/..(?=.)/g, "$&:").replace(/.{45}/g, "$&\n");
  const text = keys.map(
    ({ scalar, publicKey }) =>
      `priv:\n${lines(scalar.toString("hex"))}\npub:\n${lines(publicKey)}\nASN1 OID: prime256v1\n`,
  );
  const found = audited(Buffer.from(text.join("\n")));
  expect(keys.map(({ publicKey }) => publicKey).filter((key) => !found.includes(key))).toEqual([]);
});

test("beginnings alone take no longer than as many bytes of keys", () => {
  const SIZE = 98_000;
  const fill = (unit: string) => Buffer.from(unit.repeat(SIZE / unit.length));
  const seconds = (file: Buffer) => {
    const before = process.cpuUsage();
    audited(file);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const whole = fill(keys.map(({ sec1Der }) => `${sec1Der.toString("base64")}\n`).join(""));
  seconds(whole); // compiles
  const ofKeys = Math.min(seconds(whole), seconds(whole));
  const begun = ["MHcCAQEEI\n", "LS0tLS1CRUdJTi\n", "2d2d2d2d2d42\n", "30770201010420 ", "priv:\n ab:cd:"];
  // Where each beginning was followed as far as a key may reach, they took more than ten times as long.
  for (const unit of begun) expect(seconds(fill(unit)) / ofKeys).toBeLessThan(5);
});
