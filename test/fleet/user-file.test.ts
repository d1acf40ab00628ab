import workspaceSchema from "../../fleet/schemas/workspace.schema.json";
import { COMPLETE, lines, USERS, userProblems, WORKSPACE, writeFleet } from "../support/temporary-fleet";

/** A user file with one user, whose keys begin on line 2. */
const user = (...keys: string[]) => `users:\n  - ${keys.join("\n    ")}\n`;
const operator = (...keys: string[]) => user("username: bot", "role: operator", ...keys);
const administrator = (...keys: string[]) => user("username: bot", "role: administrator", ...keys);

/** The seed's public key, and one whose last digit was changed, so that it is no point of the curve. */
const PUBLIC_KEY =
  "0475c227819ed7ed7e6c8a99c8b8fdebb75c3a9a0dd5f4b404e2dc66e5cc74b6f683c689fe5ba2b1081b5332f3c24790fd6bd35a6f670d123bca78f5b2cce1ea32";
const OFF_THE_CURVE = PUBLIC_KEY.replace(/2$/, "3");

describe("a user file", () => {
  it("declares users", () => {
    expect(userProblems("region: eu-west-1\n")).toEqual(["1: users: is missing; add users: and a list"]);
  });

  it("declares at least one", () => {
    expect(userProblems("users:\n")).toEqual([expect.stringMatching(/^1: users: has no value/)]);
    expect(userProblems("users:\n")).toEqual(["1: users: has no value; write a list, or take the key out"]);
  });

  it("is no list itself", () => {
    expect(userProblems("- username: bot\n  role: operator\n")).toEqual([
      "1: is a list, not keys with values; write users: and a list of users under it",
    ]);
  });

  it("has users with keys of their own", () => {
    expect(userProblems("users:\n  - settlement bot\n")).toEqual([
      '2: users[0]: is "settlement bot"; write keys with values for each user, beginning with username',
    ]);
  });

  it("leaves the workspace's keys to workspace.yaml", () => {
    const message = "belongs in workspace.yaml; move it there, where it holds for every user";
    expect(userProblems(`account: "123456789012"\n${operator("custodians: []")}`)).toEqual([
      `1: account: ${message}`,
      `5: users[0].custodians: ${message}`,
    ]);
  });

  it.each(
    Object.keys(workspaceSchema.properties).filter(
      (key) => !["region", "removalProtection", "users", "publicKeys"].includes(key),
    ),
  )("leaves %s to workspace.yaml", (key) => {
    expect(userProblems(operator(`${key}: x`))).toEqual([
      `4: users[0].${key}: belongs in workspace.yaml; move it there, where it holds for every user`,
    ]);
  });

  it("has a region of the workspace's partition", () => {
    expect(userProblems(`region: us-gov-west-1\n${operator()}`)).toEqual([
      "1: region: us-gov-west-1 is in another AWS partition than the workspace's eu-west-1; name one of aws",
    ]);
  });
});

describe("a user", () => {
  it("has a name and a role", () => {
    expect(userProblems("users:\n  - groups: []\n")).toEqual([
      "2: users[0].username: is missing; add username: settlement bot",
      "2: users[0].role: is missing; add role: operator",
    ]);
  });

  it("has keys that are known", () => {
    expect(userProblems(operator("signer: []", "account-rules: []"))).toEqual([
      "4: users[0].signer: is an unknown key; did you mean signers?",
      "5: users[0].account-rules: is an unknown key; did you mean accountRules?",
    ]);
  });

  it.each([
    ["admin", "write operator or administrator"],
    ["Operator", "did you mean operator?"],
    ["adminstrator", "did you mean administrator?"],
    ["no", "write operator or administrator"],
    ["true", "write operator or administrator"],
  ])("is operator or administrator: not %s", (role, fix) => {
    expect(userProblems(user("username: bot", `role: ${role}`))).toEqual([
      `3: users[0].role: "${role}" is unknown; ${fix}`,
    ]);
  });
});

describe("a user's name", () => {
  const named = (written: string) => userProblems(user(`username: ${written}`, "role: operator"));

  it("is not empty", () => {
    expect(named('""')).toEqual(["2: users[0].username: is empty; write one such as settlement bot"]);
  });

  it("is in quotes where YAML reads a number, a date or a yes", () => {
    expect(named("007")).toEqual(['2: users[0].username: is a number without quotes; write "007"']);
    expect(named("0x1F")).toEqual(['2: users[0].username: is a number without quotes; write "0x1F"']);
    expect(named("1e3")).toEqual(['2: users[0].username: is a number without quotes; write "1e3"']);
    expect(named("true")).toEqual(['2: users[0].username: is true or false without quotes; write "true"']);
    expect(named("no")).toEqual(['2: users[0].username: no is false to other YAML readers; quote it: "no"']);
    expect(named("12:30")).toEqual([
      '2: users[0].username: 12:30 is a number to other YAML readers; quote it: "12:30"',
    ]);
    expect(named('"007"')).toEqual([]);
  });

  it.each([
    '" bot"',
    '"bot "',
    '"bot\\t"',
    '"b\\u0007ot"',
    '"b\\not"',
    '"b\\u200bot"',
    '"b\\u202eot"',
  ])("has no blanks at its ends and nothing invisible: %s", (written) => {
    const [problem, ...others] = named(written);
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^2: users\[0\]\.username: ".*" is not a user name; take out blanks at its ends, line breaks and invisible characters$/,
    );
    expect(problem).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("has letters with their accents, as Terraform would put them together and its registration not be found", () => {
    expect(named('"Zu\\u0308rich"')).toEqual([
      expect.stringMatching(
        /^2: users\[0\]\.username: ".*" has letters separate from their accents, .*; type it again/,
      ),
    ]);
    expect(named('"Z\\u00fcrich"')).toEqual([]);
  });

  it("is the key of a map in JavaScript too", () => {
    expect(named("__proto__")).toEqual([
      '2: users[0].username: "__proto__" cannot be the key of a map in JavaScript; rename it',
    ]);
  });

  it("has 128 characters at most, however many bytes they take", () => {
    expect(named("取".repeat(128))).toEqual([]);
    expect(named("x".repeat(129))).toEqual([
      "2: users[0].username: has 129 characters; 128 are the most, so shorten it",
    ]);
  });

  it("past 20 characters gets a warning, as Ledger publishes no limit", () => {
    const warningsOf = (length: number) =>
      lines(
        writeFleet({
          "acme/workspace.yaml": COMPLETE,
          "acme/treasury.yaml": USERS.replace("settlement bot", "x".repeat(length)),
        }),
        "warnings",
      );
    expect(warningsOf(20)).toEqual([]);
    expect(warningsOf(21)).toEqual([
      "acme/treasury.yaml:2: users[0].username: has 21 characters, and Ledger Enterprise may take only 20; try it in the workspace first, or shorten it",
    ]);
  });
});

describe("signers and readers", () => {
  it.each(["signers", "readers"])("%s are roles of the account or of signerAccounts", (key) => {
    const yaml = operator(
      `${key}:`,
      "  - arn:aws:iam::123456789012:role/own",
      "  - arn:aws:iam::210987654321:role/listed",
      "  - arn:aws:iam::999999999999:role/foreign",
    );
    expect(userProblems(yaml, `${WORKSPACE}signerAccounts: ["210987654321"]\n`)).toEqual([
      `7: users[0].${key}[2]: "arn:aws:iam::999999999999:role/foreign" is a role of account 999999999999, not of 123456789012 or 210987654321; add the account to signerAccounts if that is meant`,
    ]);
  });

  it.each([
    ["*", "has a wildcard"],
    ["arn:aws:iam::123456789012:role/*", "has a wildcard"],
    ["123456789012", "is a whole account"],
    ["arn:aws:iam::123456789012:root", "is a whole account"],
    ["arn:aws:sts::123456789012:assumed-role/batch/s", "is a session, not a role"],
    ["arn:aws:iam::123456789012:user/eve", "is an IAM user"],
    ["arn:aws:iam::123456789012:role/", "is not the ARN of an IAM role"],
  ])("are one role each: not %s", (arn, message) => {
    expect(userProblems(operator(`signers: ["${arn}"]`))).toEqual([
      expect.stringContaining(`4: users[0].signers[0]: "${arn}" ${message}`),
    ]);
  });

  it("may be IAM users where the workspace allows them", () => {
    const yaml = operator("signers: [arn:aws:iam::123456789012:user/ops/eve]");
    expect(userProblems(yaml, `${WORKSPACE}allowUsers: true\n`)).toEqual([]);
    expect(userProblems(yaml, `${WORKSPACE}allowUsers: false\n`)).toEqual([
      expect.stringContaining("is an IAM user, whose access keys do not expire"),
    ]);
  });

  it("are of the region's partition", () => {
    expect(userProblems(operator("signers: [arn:aws-cn:iam::123456789012:role/x]"))).toEqual([
      "4: users[0].signers[0]: is a role of the partition aws-cn, and eu-west-1 is in another; write arn:aws:iam::123456789012:role/x",
    ]);
  });

  it("stand in their list once", () => {
    const role = "arn:aws:iam::123456789012:role/x";
    expect(userProblems(operator("signers:", `  - ${role}`, `  - ${role}`))).toEqual([
      `6: users[0].signers[1]: "${role}" is in the list already, on line 5; take one out`,
    ]);
  });

  it("are missed by a warning: nobody could sign", () => {
    const files = { "acme/workspace.yaml": COMPLETE, "acme/treasury.yaml": operator() };
    expect(lines(writeFleet(files), "warnings")).toEqual([
      "acme/treasury.yaml:2: users[0]: has no signers, so nobody can sign as this user; add signers: with the ARN of a role",
    ]);
  });
});

describe("rules", () => {
  it("of administrators are not for operators", () => {
    expect(userProblems(operator("adminRules: [Create accounts]"))).toEqual([
      "4: users[0].adminRules: are for administrators, and this user is an operator; take the key out, or change the role",
    ]);
  });

  it("of operators are not for administrators", () => {
    expect(userProblems(administrator("accountRules: [EUR]"))).toEqual([
      "4: users[0].accountRules: are for operators, and this user is an administrator; take the key out, or change the role",
    ]);
  });

  it.each([
    "Master Administration",
    "master administration",
    "Master Administration Rule",
  ])("never put an administrator in %s", (rule) => {
    expect(userProblems(administrator(`adminRules: [Create accounts, ${rule}]`))).toEqual([
      "4: users[0].adminRules[1]: an API Administrator can never be in the rule Master Administration; name an API Admin rule",
    ]);
  });

  it("stand in their list once, and are text", () => {
    expect(userProblems(operator("groups: [A, A]", "accountRules: [1, '']"))).toEqual([
      '4: users[0].groups[1]: "A" is in the list already, on line 4; take one out',
      '5: users[0].accountRules[0]: is a number without quotes; write "1"',
      "5: users[0].accountRules[1]: is empty; write one such as Treasury Operations",
    ]);
  });
});

describe("custody", () => {
  it("is one of three", () => {
    expect(userProblems(operator("custody: secretsmanager"))).toEqual([
      '4: users[0].custody: "secretsmanager" is unknown; did you mean secrets-manager?',
    ]);
  });

  it("secrets-manager takes no public key", () => {
    expect(userProblems(operator(`publicKey: "${PUBLIC_KEY}"`))).toEqual([
      "4: users[0].publicKey: cannot be declared for custody secrets-manager, which makes the key itself; take it out",
    ]);
  });

  it("imported needs a public key", () => {
    expect(userProblems(operator("custody: imported"))).toContain(
      '2: users[0].publicKey: is missing; add the public key that will be imported, publicKey: "04…"',
    );
  });

  it.each(["kms", "imported"])("%s takes a public key in the spellings of its digits", (custody) => {
    for (const key of [PUBLIC_KEY, PUBLIC_KEY.toUpperCase(), `0x${PUBLIC_KEY}`]) {
      expect(userProblems(operator(`custody: ${custody}`, `publicKey: "${key}"`))).not.toContainEqual(
        expect.stringContaining("publicKey"),
      );
    }
  });

  it.each([
    ["off the curve", OFF_THE_CURVE],
    ["compressed", `02${PUBLIC_KEY.slice(2, 66)}`],
    ["cut short", PUBLIC_KEY.slice(0, -2)],
    ["no key", "settlement"],
  ])("takes no public key that is %s", (_, key) => {
    const problems = userProblems(operator("custody: kms", `publicKey: "${key}"`));
    const about = problems.filter((line) => line.startsWith("5: users[0].publicKey: "));
    expect(about).toHaveLength(1);
    expect(about[0]).toContain("; ");
    expect(about[0]).not.toContain(key);
  });

  it("imported needs custodians who load the key", () => {
    const file = operator("custody: imported", `publicKey: "${PUBLIC_KEY}"`);
    expect(userProblems(file)).toEqual([
      "4: users[0].custody: imported needs a custodian, who loads the key; name a role under custodians in workspace.yaml",
    ]);
  });
});

describe("generations", () => {
  it.each(["1", "2", "9999"])("take the number %s", (number) => {
    expect(userProblems(operator(`generations: { ${number}: current }`))).toEqual([]);
  });

  it.each([
    [
      "{ 0: current }",
      'generations.0: "0" is not the number of a generation; write a whole number from 1 to 9999',
    ],
    ["{ 10000: current }", 'generations.10000: "10000" is not the number of a generation;'],
    ["{ 1.5: current }", 'generations["1.5"]: "1.5" is not the number of a generation;'],
    ["{ two: current }", 'generations.two: "two" is not the number of a generation;'],
    ["{}", 'generations: is empty; write one such as {"1":"previous","2":"current","3":"pending"}'],
    ["2", "generations: is 2; write keys with values"],
    [
      "{ 1: primary }",
      'generations.1: "primary" is unknown; write pending or current or previous or retired',
    ],
    ["{ 1: previous }", 'generations: has no generation that is current; write { 1: "current" }'],
    [
      "{ 1: current, 2: current }",
      'generations: has several generations that are current: 1, 2; write { 1: "previous", 2: "current" }',
    ],
    [
      "{ 1: pending, 2: current }",
      'generations: generation 1 is pending, and generation 2, which is newer, is current; write { 1: "previous", 2: "current" }',
    ],
  ])("are refused as %s", (written, problem) => {
    expect(userProblems(operator(`generations: ${written}`))).toEqual([
      expect.stringContaining(`4: users[0].${problem}`),
    ]);
  });

  it("have each number once", () => {
    expect(userProblems(operator("generations: { 1: previous, 1: current }"))).toContainEqual(
      expect.stringMatching(/^4: users\[0\]\.generations\.1: /),
    );
  });
});

const OTHER_KEY = `04${PUBLIC_KEY.slice(66)}${PUBLIC_KEY.slice(2, 66)}`;

describe("names that keys are registered under", () => {
  const two = "generations: { 1: previous, 2: current }";

  it("are declared for generations that are", () => {
    expect(userProblems(operator(two, "registeredAs: { 2: settlement bot B }"))).toEqual([]);
    expect(userProblems(operator(two, "registeredAs: { 3: settlement bot B }"))).toEqual([
      "5: users[0].registeredAs.3: generation 3 is not declared; take its name out, or add it to generations",
    ]);
  });

  it("differ from one another", () => {
    expect(userProblems(operator(two, "registeredAs: { 2: BOT }"))).toEqual([
      '5: users[0].registeredAs.2: "BOT" is the name of generation 1 too, and the workspace takes one key for each name; name another',
    ]);
  });

  it("fit, the usual ones too", () => {
    const longest = "x".repeat(128);
    expect(userProblems(`users:\n  - username: ${longest}\n    role: operator\n    ${two}\n`)).toEqual([
      `4: users[0].generations: the usual name of generation 2, the user's name and the number, has 130 characters; declare another, as in registeredAs: { 2: "NAME" }`,
    ]);
  });
});

describe("public keys of several generations", () => {
  const two = "generations: { 1: current, 2: pending }";
  const of = (...settings: string[]) => userProblems(operator("custody: kms", two, ...settings));

  it("are declared by number", () => {
    expect(of(`publicKeys: { 1: "${PUBLIC_KEY}" }`)).toEqual([]);
    expect(of(`publicKey: "${PUBLIC_KEY}"`)).toEqual([
      '6: users[0].publicKey: does not say which of the generations 1, 2 it is of; write it as publicKeys: { 1: "04…" }, with the number of its generation',
    ]);
    expect(of(`publicKeys: { 3: "${PUBLIC_KEY}" }`)).toEqual([
      "6: users[0].publicKeys.3: generation 3 is not declared; take its key out, or add it to generations",
    ]);
    expect(of(`publicKeys: { 1: "${PUBLIC_KEY}", 2: "0x${PUBLIC_KEY.toUpperCase()}" }`)).toEqual([
      "6: users[0].publicKeys.2: is the key of generation 1 too; write its own: each generation has a key of its own",
    ]);
    const [both, none] = of(`publicKey: "${PUBLIC_KEY}"`, `publicKeys: { 2: "${PUBLIC_KEY}" }`);
    expect([both, none]).toEqual([
      "6: users[0].publicKey: is declared, and publicKeys too; take it out; publicKeys has all",
      undefined,
    ]);
  });

  it("are checked, and never shown", () => {
    const [problem, none] = of(`publicKeys: { 1: "${OTHER_KEY}" }`);
    expect(problem).toMatch(/^6: users\[0\]\.publicKeys\.1: /);
    expect(problem).not.toContain(OTHER_KEY.slice(2, 20));
    expect(none).toBeUndefined();
  });
});
