import { newKey, scan, wrap } from "../../support/keys/spellings";

const key = newKey();
const { publicKey, spellings } = key;
const timestamped = (text: string, prefix: (line: number) => string) =>
  text
    .split("\n")
    .map((line, index) => `${prefix(index)}${line}`)
    .join("\n");

/** What programs do to a text that they store or print. */
const wrappings: Record<string, (text: string) => string | Buffer> = {
  "as it is": (text) => text,
  "in a state": (text) =>
    JSON.stringify({
      version: 4,
      resources: [{ instances: [{ attributes: { id: "a", secret_string: text } }] }],
    }),
  "in JSON in a plan's JSON": (text) =>
    JSON.stringify({ resource_changes: [{ change: { after: { input: JSON.stringify({ key: text }) } } }] }),
  "in JSON in JSON in JSON": (text) =>
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ c: text }) }) }),
  "in .tfvars": (text) => `username = "settlement bot"\nprivate_key = ${JSON.stringify(text)}\n`,
  "in a heredoc": (text) => `private_key = <<-EOT\n${timestamped(text, () => "    ")}\n  EOT\n`,
  "in YAML": (text) => `data:\n  key: |-\n${timestamped(text, () => "    ")}\nkind: Secret\n`,
  "with CRLF": (text) => text.replace(/\n/g, "\r\n"),
  "in a plan's diff": (text) => `  ~ value = <<-EOT\n${timestamped(text, () => "      + ")}\n    EOT\n`,
  "in git's diff": (text) => `@@ -0,0 +1,5 @@\n${timestamped(text, () => "+")}\n`,
  "in a log with times": (text) =>
    timestamped(`key follows\n${text}\ndone`, (line) => `2026-01-01T10:00:0${line % 10}.123Z stdout F `),
  "in a log with prefixes of varying width": (text) =>
    timestamped(text, (line) => `[${"abcdefgh".repeat(1 + (line % 2))}] ${line} level=info msg=`),
  "in Docker's JSON log": (text) =>
    text
      .split("\n")
      .map((line) =>
        JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-01-01T10:00:00.123456789Z" }),
      )
      .join("\n"),
  "in a syslog's octal escapes": (text) => `Jan  1 10:00:00 host app[1]: ${text.replace(/\n/g, "#012")}`,
  "in a URL": (text) => `GET /login?key=${encodeURIComponent(text)}&x=1 HTTP/1.1`,
  "in XML": (text) => `<Key>${text.replace(/"/g, "&#34;").replace(/\n/g, "&#10;")}</Key>`,
  "in UTF-16, little-endian": (text) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  "in UTF-16, big-endian": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
  "in UTF-16 behind ASCII": (text) => Buffer.concat([Buffer.from("log\n\0"), Buffer.from(text, "utf16le")]),
  "in binary": (text) =>
    Buffer.concat([Buffer.from([0, 1, 2, 255, 254, 0]), Buffer.from(text), Buffer.alloc(99)]),
};

/** URLs escape characters of base64, which then is found by how a key begins: gzip's bytes are anything. */
const exempt = (wrapping: string, spelling: string) => wrapping === "in a URL" && /gzip/.test(spelling);

describe.each(Object.entries(wrappings))("a private key %s", (name, wrapping) => {
  test.each(
    Object.entries(spellings).filter(([form]) => !exempt(name, form)),
  )("is found as %s", (_, spelling) => {
    const { leaks } = scan(wrapping(spelling));
    expect(leaks).toEqual([
      expect.objectContaining({ kind: "private-key", publicKey, line: expect.any(Number) }),
    ]);
  });
});

describe.each([16, 57, 64, 76])("broken into lines of %i characters", (width) => {
  const oneLine = Object.entries(spellings).filter(([form]) => /^(upper-case )?(hex|base64)/.test(form));
  // Only what begins as a key does is found in lines as narrow as this, or behind prefixes.
  const direct = oneLine.filter(([form]) => !/gzip|JSON/.test(form));

  test.each(width < 43 ? direct : oneLine)("%s is found", (_, spelling) => {
    expect(scan(wrap(spelling, width)).leaks).toEqual([expect.objectContaining({ publicKey })]);
  });
  test.each(direct)("%s is found in a log", (_, spelling) => {
    const log = timestamped(wrap(spelling, width), (line) => `10:00:${10 + line} app[7]: `);
    expect(scan(log).leaks).toEqual([expect.objectContaining({ publicKey })]);
  });
});

test("the form says what was found, encodings first", () => {
  const form = (spelling: string) => scan(spellings[spelling] as string).leaks[0]?.form;
  for (const spelling of ["SEC1 PEM", "PKCS#8 PEM", "hex of SEC1 DER", "base64 of PKCS#8 PEM", "JWK"])
    expect(form(spelling)).toBe(spelling);
  expect(form("base64 of JSON that is a JWK")).toBe("base64 of JWK");
  expect(form("base64 of gzip of PEM")).toBe("base64 of gzip of SEC1 PEM");
});

test.each([
  ["SEC1", key.sec1Der],
  ["PKCS#8", key.pkcs8Der],
])("%s DER is found in binary", (structure, der) => {
  const { leaks } = scan(Buffer.concat([Buffer.from([7, 0, 9]), der, Buffer.from("more")]));
  expect(leaks).toEqual([expect.objectContaining({ form: `${structure} DER`, offset: 3, publicKey })]);
});

test("a PEM on one line, its line breaks turned to blanks, is found", () => {
  expect(scan(key.sec1.replace(/\n/g, " ")).leaks).toHaveLength(1);
});

test("a PEM whose lines stand between those of other programs is found", () => {
  const log = key.sec1.replace(
    /\n/g,
    "\nGET /health 200 in 3 ms, user agent kube-probe/1.30 over HTTP/1.1\n",
  );
  expect(scan(log).leaks).toEqual([expect.objectContaining({ publicKey })]);
});

test("a key cut off behind its scalar is a leak all the same", () => {
  const firstLines = key.sec1.split("\n").slice(0, 2).join("\n");
  expect(scan(firstLines).leaks).toEqual([expect.objectContaining({ form: "SEC1 PEM, cut off", publicKey })]);
  expect(scan(key.sec1Der.toString("hex").slice(0, 82)).leaks).toHaveLength(1);
  // With no more left than the scalar itself, it takes the registration to tell.
  const knownPublicKeys = new Map([[publicKey, "settlement bot"]]);
  expect(scan(key.sec1Der.toString("hex").slice(0, 78), { knownPublicKeys }).leaks).toHaveLength(1);
});

test("each place of a key is reported, each place once", () => {
  const { leaks } = scan(`${key.sec1}\n${spellings["hex of SEC1 PEM"]}\n${key.sec1}`);
  expect(leaks.map(({ line }) => line)).toEqual([1, 7, 8]);
});

test("a log that repeats a key a million times lists a thousand places and counts the others", () => {
  const { leaks, unlisted } = scan(`${spellings["hex of SEC1 DER"]}\n`.repeat(1200));
  expect([leaks.length, unlisted]).toEqual([1000, 200]);
});
