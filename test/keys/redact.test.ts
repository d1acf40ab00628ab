/** What is taken out of the texts of others before they are shown, and what must stay readable in them. */
import { createHash } from "node:crypto";
import { redacted } from "../../keys";
import { withoutKeys, withoutSecrets } from "../../keys/redact";
import { shown } from "../../messages/safe-text";
import { newKey } from "../support/keys/spellings";

const sha256 = (text: string) => createHash("sha256").update(text).digest();

test.each([
  "hex",
  "base64",
  "base64url",
] as const)("of 2,000 numbers of 32 bytes in %s at most two are shown, as names", (form) => {
  const numbers = Array.from({ length: 2000 }, (_, i) => sha256(String(i)).toString(form));
  const shown = numbers.filter((number) => redacted(`the value "${number}" is`) !== 'the value "…" is');
  expect(shown.length).toBeLessThanOrEqual(2);
});

test.each([
  "User: arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0a1b2c3d4e5f6789/jane@acme.example",
  "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_PlatformEngineers_9f3A1b",
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme-prod/settlement-bot/generation-1/private-key-AbC123",
  "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  "arn:aws:iam::123456789012:role/ledger-enterprise-acme-prod-key-generator-ap-southeast-1",
])("%s stays readable", (name) => {
  expect(redacted(name)).toBe(name);
});

const functions = { redacted, withoutKeys, withoutSecrets, shown };

test.each(
  Object.entries(functions),
)("%s leaves no 12 characters of a key, however it is spelled", (_, without) => {
  const other = newKey().spellings;
  for (let i = 0; i < 5; i++) {
    for (const [name, spelling] of Object.entries(newKey().spellings)) {
      // Half of a JWK is cut within its public part.
      const half = name === "JWK" ? spelling : spelling.slice(0, spelling.length / 2);
      const texts = [
        spelling,
        half,
        `the value '${spelling}' is`,
        `--key=${spelling} x`,
        JSON.stringify(spelling),
      ];
      const left = texts.map(without).join("\n");
      for (let at = 0; at + 12 <= spelling.length; at++) {
        const part = spelling.slice(at, at + 12);
        if (left.includes(part) && !other[name]?.includes(part)) throw new Error(`${name}: ${part} is left`);
      }
    }
  }
});

test("what was typed in a wrong place loses every long run and the values of options", () => {
  expect(withoutSecrets("unknown option '--apikey=short'")).toBe("unknown option '--apikey=…");
  expect(withoutSecrets("unknown command 'q8Zr-4kLm_0aXyW2-vB7nTt1uPc5sD9eF'")).toBe("unknown command '…'");
  expect(withoutSecrets("unknown command 'correcthorsebatterystaplecorrecthorse'")).toBe(
    "unknown command '…'",
  );
  expect(withoutSecrets("unknown option '--registration-of-the-settlement-bot'")).toContain("settlement-bot");
});

describe("PEM", () => {
  const block = (label: string) => `-----BEGIN ${label}-----\nab c\nde f\n-----END ${label}-----`;

  test.each([
    "EC PRIVATE KEY",
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "X",
  ])("of label %s goes, however short its words are", (label) => {
    expect(withoutKeys(`before ${block(label)} between ${block(label)} after`)).toBe(
      "before … between … after",
    );
  });

  test("that is cut off goes with all that follows", () => {
    for (const cut of [
      "-----BEGIN",
      "-----BEGIN EC PRI",
      "-----BEGIN EC PRIVATE KEY-----\nab c\nde",
      `${block("A").slice(0, -3)}`,
    ])
      expect(withoutKeys(`before ${cut}`)).toBe("before …");
  });

  test("goes line by line too, where line breaks are taken off", () => {
    expect(redacted(`a\n${block("EC PRIVATE KEY")}\nb`)).toBe("a … b");
    expect(withoutSecrets(`a ${block("EC PRIVATE KEY")} b`)).toBe("a … b");
    expect(shown(`a ${block("EC PRIVATE KEY")} b`)).toBe('"a … b"');
  });
});
