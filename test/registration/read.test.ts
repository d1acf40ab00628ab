import * as fc from "fast-check";
import { fingerprint, generateKeyPair } from "../../keys";
import {
  addressOf,
  type ReadOptions,
  RegistrationError,
  readRegistration,
  userNamed,
} from "../../registration/read";
import { forAll } from "../support/for-all";

const publicKey = generateKeyPair().publicKey;
const other = generateKeyPair().publicKey;

const secretArn = (name: string) =>
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme-prod/${name}/generation-1/private-key-AbC123`;

function entry(username: string, more: Record<string, unknown> = {}) {
  return {
    workspace: "acme-prod",
    username,
    role: "operator",
    uiLabel: "Operator - Via Self Managed Key Pair",
    custody: "secrets-manager",
    generation: 1,
    publicKey,
    keyArn: secretArn(username.replace(/ /g, "-")),
    ...more,
  };
}

const of = (...entries: { username: string }[]) =>
  Object.fromEntries(entries.map((each) => [each.username, each]));
const output = (...entries: { username: string }[]) => ({
  registration: { sensitive: false, type: ["object", {}], value: of(...entries) },
});
const read = (value: unknown, options?: ReadOptions) => readRegistration(JSON.stringify(value), options);

function problemOf(json: string): string {
  try {
    readRegistration(json);
  } catch (error) {
    if (error instanceof RegistrationError) return error.message;
    throw error;
  }
  throw new Error("it was read");
}

describe("the forms of a registration", () => {
  test(".local/registration.json has stacks, each with users", () => {
    const users = read({ "acme-prod-treasury": of(entry("a")), "acme-prod-staking": of(entry("b")) });
    expect(users).toMatchObject([
      { stack: "acme-prod-treasury", username: "a", region: "eu-west-1", account: "123456789012" },
      { stack: "acme-prod-staking", username: "b" },
    ]);
    expect(users.map(addressOf)).toEqual(["acme-prod-treasury/a", "acme-prod-staking/b"]);
  });

  test("terraform output -json has the output among others", () => {
    const users = read({ bucket: { sensitive: false, type: "string", value: "x" }, ...output(entry("a")) });
    expect(users).toMatchObject([{ stack: undefined, workspace: "acme-prod", username: "a" }]);
    expect(users.map(addressOf)).toEqual(["acme-prod/a"]);
  });

  test("terraform output -json registration is the value alone", () => {
    expect(read(of(entry("a"), entry("b")))).toMatchObject([{ username: "a" }, { username: "b" }]);
  });

  test("several outputs stand after one another, as a loop over stacks prints them; stacks without users are passed over", () => {
    const documents = [
      {},
      output(entry("a")),
      { bucket: { sensitive: false, type: "string", value: "x" } },
      output(entry("b")),
    ];
    const json = documents.map((document) => JSON.stringify(document, null, 2)).join("\n");
    expect(readRegistration(json).map(({ username }) => username)).toEqual(["a", "b"]);
  });

  test("a byte order mark is no mistake", () => {
    expect(readRegistration(`\uFEFF${JSON.stringify(output(entry("a")))}`)).toHaveLength(1);
  });
});

describe("an entry", () => {
  test("gets its fingerprint where that is missing, and all else that it says is passed on", () => {
    const [user] = read(
      output(entry("a", { signerPolicy: { Version: "2012-10-17" }, groups: ["Treasury"] })),
    );
    expect(user).toMatchObject({ fingerprint: fingerprint(publicKey), groups: ["Treasury"], readers: [] });
    expect(user?.entry).toEqual({
      ...entry("a", { signerPolicy: { Version: "2012-10-17" }, groups: ["Treasury"] }),
      fingerprint: fingerprint(publicKey),
    });
  });

  test("has the secret of the credentials, of the key's account and region, and the API's address", () => {
    const credentialsArn = secretArn("a").replace("private-key", "credentials");
    const apiUrl = "https://api.vault.ledger.com";
    expect(read(output(entry("a", { credentialsArn, apiUrl })))).toMatchObject([{ credentialsArn, apiUrl }]);
    expect(read(output(entry("a")))[0]).toMatchObject({ credentialsArn: undefined, apiUrl: undefined });
    const problemWith = (more: Record<string, unknown>) =>
      problemOf(JSON.stringify(output(entry("a", more))));
    for (const wrong of ["credentials", "arn:aws:kms:eu-west-1:123456789012:key/1", 1, null])
      expect(problemWith({ credentialsArn: wrong })).toMatch(
        /credentialsArn is not the full ARN of a secret/,
      );
    for (const foreign of [
      credentialsArn.replace("123456789012", "210987654321"),
      credentialsArn.replace("eu-west-1", "eu-west-2"),
    ])
      expect(problemWith({ credentialsArn: foreign })).toMatch(/is of another account or region than keyArn/);
    for (const wrong of ["http://api.example", "https://a@b.example", "https://b.example/?q", ""])
      expect(problemWith({ apiUrl: wrong })).toMatch(/apiUrl is not an https address/);
  });

  test("may have upper-case hexadecimal digits", () => {
    const upper = { publicKey: publicKey.toUpperCase(), fingerprint: fingerprint(publicKey).toUpperCase() };
    expect(read(output(entry("a", upper)))).toMatchObject([{ publicKey, fingerprintDiffers: false }]);
  });

  test("with the fingerprint of another key is refused, unless verify asks to see it", () => {
    const swapped = output(entry("a", { fingerprint: fingerprint(other) }));
    expect(problemOf(JSON.stringify(swapped))).toMatch(/^registration.value.a.fingerprint is not that of /);
    const users = read(swapped, { letWrongFingerprintsThrough: true });
    expect(users).toMatchObject([{ fingerprint: fingerprint(publicKey), fingerprintDiffers: true }]);
  });

  test("of custody kms has a KMS key, also a multi-Region one, in any partition", () => {
    const arns = [
      "arn:aws:kms:eu-west-1:123456789012:key/65dc4c67-dade-4c3f-8a16-179e057d50e2",
      "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-65dc4c67dade4c3f8a16179e057d50e2",
    ];
    for (const keyArn of arns) expect(read(of(entry("a", { custody: "kms", keyArn })))).toHaveLength(1);
  });

  const kmsArn = "arn:aws:kms:eu-west-1:123456789012:key/65dc4c67-dade-4c3f-8a16-179e057d50e2";
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["no public key", { publicKey: undefined }, /a\.publicKey is missing/],
    [
      "a public key off the curve",
      { publicKey: `${publicKey.slice(0, -1)}${publicKey.endsWith("0") ? "1" : "0"}` },
      /a\.publicKey is not a public key: .*curve/,
    ],
    ["an unknown custody", { custody: "vault" }, /a\.custody is not secrets-manager or kms or imported/],
    ["an unknown role", { role: "admin" }, /a\.role is not operator or administrator/],
    [
      "the label of the other role",
      { uiLabel: "API Administrator - Via Self Managed Key Pair" },
      /a\.uiLabel/,
    ],
    ["generation 0", { generation: 0 }, /a\.generation is not a whole number/],
    ["a generation in quotes", { generation: "1" }, /a\.generation is not a whole number/],
    ["a KMS key for a secret", { keyArn: kmsArn }, /a\.keyArn is not the full ARN of a secret/],
    ["a secret for a KMS key", { custody: "kms" }, /a\.keyArn is not the full ARN of a KMS key/],
    ["an alias for a key", { custody: "kms", keyArn: kmsArn.replace("key/", "alias/") }, /a\.keyArn/],
    ["a partial ARN", { keyArn: secretArn("a").slice(0, -7) }, /a\.keyArn/],
    [
      "a region that is a host",
      { keyArn: secretArn("a").replace("eu-west-1", "evil.example/x") },
      /a\.keyArn/,
    ],
    ["a region of another partition", { keyArn: secretArn("a").replace("eu-west", "cn-north") }, /a\.keyArn/],
    ["another name than it stands under", { username: "b" }, /a\.username is not the name/],
    ["signers that are no list", { signers: "arn:aws:iam::1:role/x" }, /a\.signers is not a list/],
    ["an unknown status", { keyStatus: "lost" }, /a\.keyStatus is not in custody or awaiting key/],
  ])("with %s is refused in one line", (_, more, message) => {
    const problem = problemOf(JSON.stringify({ "acme-prod-treasury": { a: entry("a", more) } }));
    expect(problem).toMatch(message);
    expect(problem).toMatch(/^acme-prod-treasury\.a\.\S+ [^\n]+; take the registration afresh/);
  });

  test("whose name holds a line break or a reordering character is refused", () => {
    for (const name of ["a\nb", "a\u202eb", " a", ""]) {
      expect(problemOf(JSON.stringify({ "acme-prod-x": of(entry(name)) }))).toMatch(
        /username is not a user's name/,
      );
    }
  });
});

describe("what is no registration is refused, and never quoted", () => {
  test.each<[string, string, RegExp]>([
    ["nothing", "", /has no users/],
    ["an empty object", "{}", /has no users/],
    ["a stack without users", '{ "acme-prod-x": {} }', /has no users/],
    ["a list", "[]", /is not a registration/],
    ["a text", '"abc"', /is not a registration/],
    ["a JWK", '{ "kty": "EC", "d": "c2VjcmV0" }', /is not a registration/],
    ["an array of entries", '{ "acme-prod-x": [1] }', /is not a registration/],
    ["half a document", '{ "a": ', /is not JSON/],
    ["an open quote", '{ "a', /is not JSON/],
    ["a PEM", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n", /is not JSON \(what begins on line 1\)/],
    ["a second document that is broken", '{}\n{ "a": }', /what begins on line 2/],
    ["a state in place of an output", '{ "version": 4, "resources": [] }', /is not a registration/],
  ])("%s", (_, json, message) => {
    expect(problemOf(json)).toMatch(message);
    expect(problemOf(json)).not.toMatch(/c2VjcmV0|MHcCAQEE/);
    expect(problemOf(json)).toMatch(/^[^\n]+; [^\n]+$/);
  });

  test("a key that stands twice: a reviewer may see the one and the program takes the other", () => {
    const json = JSON.stringify(output(entry("a"))).replace(
      '"publicKey":',
      `"publicKey":"${other}","public\\u004bey":`,
    );
    expect(problemOf(json)).toMatch(/has the key "publicKey" twice/);
  });

  test("a user that stands twice, in one stack's output given twice or in two stacks of a workspace", () => {
    const one = JSON.stringify(output(entry("a")));
    expect(problemOf(one + one)).toMatch(/has "acme-prod\/a" twice; give each stack's output once/);
    const both = { "acme-prod-x": of(entry("a")), "acme-prod-y": of(entry("a")) };
    expect(problemOf(JSON.stringify(both))).toMatch(/in the stacks acme-prod-x and acme-prod-y/);
  });

  test("whatever the text is, a RegistrationError says so and nothing else is thrown", () => {
    const pieces = [
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"a"',
      '"',
      "\\",
      "1",
      "null",
      " ",
      "\n",
      '"registration":',
    ];
    const texts = fc.string({ unit: fc.constantFrom(...pieces), maxLength: 30 });
    forAll(texts, 500, (json) => problemOf(json) !== "");
  });
});

describe("a user is named", () => {
  const users = read({
    "acme-prod-treasury": of(entry("Settlement bot"), entry("sweep bot")),
    "acme-test-treasury": of(
      entry("settlement bot", { workspace: "acme-test" }),
      entry("sweep bot", { workspace: "acme-test" }),
    ),
  });

  test("by its very name before any other spelling of it", () => {
    expect(userNamed(users, "settlement bot").stack).toBe("acme-test-treasury");
    expect(userNamed(users, "Settlement bot").stack).toBe("acme-prod-treasury");
  });

  test.each([
    "acme-test-treasury/sweep bot",
    "acme-test/sweep bot",
    "ACME-test/Sweep  Bot",
  ])("as %s", (name) => {
    expect(userNamed(users, name).stack).toBe("acme-test-treasury");
  });

  test("of whom there are several is not guessed", () => {
    expect(() => userNamed(users, "sweep bot")).toThrow(
      'write "acme-prod-treasury/sweep bot" or "acme-test-treasury/sweep bot"',
    );
    expect(() => userNamed(users, "SETTLEMENT BOT")).toThrow(/2 users of the registration are called/);
  });

  test("nearly: the one that was meant is named", () => {
    expect(() => userNamed(users, "sweeper bot")).toThrow('no user "sweeper bot"; did you mean "sweep bot"?');
    expect(() => userNamed(users, "zzz")).toThrow(
      /no user "zzz"; it has "acme-prod-treasury\/Settlement bot", /,
    );
  });

  test("by a key that was put in the name's place, which is not repeated", () => {
    expect(() => userNamed(users, publicKey)).toThrow('the registration has no user "…"');
  });
});
