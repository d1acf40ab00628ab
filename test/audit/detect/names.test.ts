/** Private numbers that a name before them tells from digests, and keys in pieces, as files really have them. */
import { seededKey } from "../../support/keys/grammar/key";
import { scan } from "../../support/keys/spellings";

const key = seededKey("by its name", 0x5d);
const hex = key.scalar.toString("hex");
const base64 = key.scalar.toString("base64");
const found = (text: string) => scan(text).leaks.map(({ publicKey }) => publicKey);
const json = (value: unknown) => JSON.stringify(value, null, 2);

test.each<[string, string]>([
  ["Kubernetes", `env:\n  - name: PRIVATE_KEY\n    value: ${hex}\n`],
  ["Kubernetes, in quotes", `- name: "LEDGER_PRIVATE_KEY"\n  value: "${base64}"\n`],
  ["ECS", JSON.stringify({ environment: [{ name: "PRIVATE_KEY", value: hex }] })],
  ["ECS, on lines", json([{ name: "PRIVATE_KEY", value: hex }])],
  ["a JSON text in JSON", JSON.stringify(JSON.stringify([{ name: "PRIVATE_KEY", value: hex }]))],
  ["Terraform", `{ name = "PRIVATE_KEY", value = "${hex}" }`],
  ["CloudFormation", json({ Key: "PRIVATE_KEY", Value: hex })],
  ["value before name", json({ value: hex, name: "BOT_PRIVATE_KEY" })],
  ["a Secret of Kubernetes", `data:\n  private-key: ${Buffer.from(hex).toString("base64")}\n`],
  ["a Secret, with a line break", `  private_key: ${Buffer.from(`0x${hex}\n`).toString("base64")}\n`],
  ["YAML, a block", `private_key: |\n  ${hex}\n`],
  ["YAML, a folded block", `  private_key: >-\n        ${hex}\n`],
  ["a suffix", `PRIVATE_KEY_PROD=${hex}`],
  ["a suffix in camel case", `privateKeySettlementBot: "${hex}"`],
  ["several", JSON.stringify({ privateKeys: [hex] })],
  ["Go", `privateKey := "${hex}"`],
  ["Go, decoded", `privateKey, err := hex.DecodeString("${hex}")`],
  ["make", `PRIVATE_KEY := ${hex}`],
  ["Node.js", `const privateKey = Buffer.from("${hex}", "hex");`],
  ["Node.js, in two calls", `const privateKey = new Uint8Array(Buffer.from('${hex}', 'hex'))`],
  ["Python", `private_key = bytes.fromhex('${hex}')`],
  ["Python, with its type", `private_key: str = "${hex}"`],
  ["Java", `BigInteger privateKey = new BigInteger("${hex}", 16);`],
  ["TypeScript", `const PRIVATE_KEY: string = "${hex}";`],
  ["Rust", `const PRIVATE_KEY: &str = "${hex}";`],
])("%s", (_, text) => expect(found(`# before\n${text}\n# behind\n`)).toEqual([key.publicKey]));

test.each([
  "private_key_id",
  "privateKeyId",
  "private_key_fingerprint",
  "privateKeySha256",
  "PRIVATE_KEY_HASH",
  "private_key_path_digest",
  "private.key.checksum",
  "private_key_version",
  "privateKeyArn",
  "private_key_public",
  "private",
  "privacy",
  "privilege",
  "secret_key",
])("%s names no private key", (name) => {
  for (const text of [
    `${name}: ${hex}`,
    `${name}=${hex}`,
    `{"${name}": "${hex}"}`,
    `- name: ${name}\n  value: ${hex}`,
    `{"value": "${hex}", "name": "${name}"}`,
    `${name}: |\n  ${hex}`,
    `${name}: ${Buffer.from(hex).toString("base64")}`,
  ])
    expect(found(text)).toEqual([]);
});

test("a name belongs to the number behind it, not to the next one", () => {
  const other = seededKey("a digest").scalar.toString("hex");
  expect(found(`PRIVATE_KEY=\nDIGEST=${hex}\n`)).toEqual([]);
  expect(
    found(
      json([
        { name: "PRIVATE_KEY", valueFrom: "arn" },
        { name: "DIGEST", value: hex },
      ]),
    ),
  ).toEqual([]);
  expect(found(`private_key: ${hex}\ndigest: ${other}\n`)).toEqual([key.publicKey]);
  expect(found(`log: private key rotated\nrequest ${hex} done`)).toEqual([]);
});

const pieces = (text: string, size: number) => text.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
const hexPem = Buffer.from(key.sec1).toString("hex");
const base64Pem = Buffer.from(key.sec1).toString("base64");

test.each<[string, string]>([
  ["hex of PEM", hexPem],
  ["base64 of PEM", base64Pem],
  ["base64 of DER", key.sec1Der.toString("base64")],
])("%s that a program puts together", (_, text) => {
  for (const join of ['" + "', '" +\n    "', '" . "', '" & "', "' + '"]) {
    const quote = join[0] as string;
    for (const size of [40, 64]) {
      const source = `${quote}${pieces(text, size).join(join)}${quote}`;
      // Pieces that are shorter than a key's are put together where the beginning of one is known.
      expect(found(`const key = ${source};`)).toEqual([key.publicKey]);
    }
  }
});

/** RFC 2045, section 6.7. */
const quotedPrintable = (text: string, end: string) =>
  text
    .replace(/=/g, "=3D")
    .split("\n")
    .map((line) => pieces(line, 75).join(`=${end}`))
    .join(end);

test.each<[string, string]>([
  ["hex of PEM", hexPem],
  ["base64 of PEM", base64Pem],
  ["PEM", key.sec1],
  ["a line of an environment file", `PRIVATE_KEY=${hex}`],
  ["a long line of one", `LEDGER_ENTERPRISE_API_PRIVATE_KEY=${hexPem}`],
])("%s in quoted-printable", (_, text) => {
  for (const end of ["\r\n", "\n"])
    expect(found(quotedPrintable(`Here it is:\n\n${text}\n\nRegards`, end))).toEqual([key.publicKey]);
});

test("where a key in quoted-printable stands is counted in the mail as it is", () => {
  const mail = quotedPrintable(`${"a long line of text ".repeat(8)}\n${hexPem}\n`, "\r\n");
  const [leak] = scan(mail).leaks;
  expect(leak?.offset).toBe(mail.indexOf(hexPem.slice(0, 70)));
});
