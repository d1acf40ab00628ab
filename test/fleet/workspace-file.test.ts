import { COMPLETE, lines, USERS, WORKSPACE, workspaceProblems, writeFleet } from "../support/temporary-fleet";

const also = (yaml: string) => workspaceProblems(WORKSPACE + yaml);

describe("the account", () => {
  it("is missing", () => {
    expect(workspaceProblems("region: eu-west-1\n")).toEqual([
      '1: account: is missing; add account: "123456789012"',
    ]);
  });

  it("is a number where the quotes were forgotten, and would lose its leading zero", () => {
    expect(workspaceProblems("region: eu-west-1\naccount: 012345678901\n")).toEqual([
      '2: account: is a number without quotes; write "012345678901"',
    ]);
  });

  it("lost its leading zero", () => {
    const message =
      '1: account: "12345678901" has 11 digits of an AWS account\'s 12; write them all in quotes, leading zeros too';
    expect(workspaceProblems("account: 12345678901\nregion: eu-west-1\n")).toEqual([message]);
    expect(workspaceProblems('account: "12345678901"\nregion: eu-west-1\n')).toEqual([message]);
  });

  it("is an alias of the account", () => {
    expect(workspaceProblems("account: acme-custody\nregion: eu-west-1\n")).toEqual([
      '1: account: "acme-custody" is not an AWS account; write its 12 digits in quotes',
    ]);
  });
});

describe("the region", () => {
  it.each(["eu-wst-1", "eu-west-1a", "Ireland", "eu-west"])("is none: %s", (region) => {
    expect(workspaceProblems(`account: "123456789012"\nregion: ${region}\n`)).toEqual([
      `2: region: "${region}" is not an AWS region; write one such as eu-west-1`,
    ]);
  });

  it.each([
    "us-east-1",
    "ap-southeast-7",
    "mx-central-1",
    "us-gov-west-1",
    "cn-northwest-1",
    "us-isob-east-1",
    "eusc-de-east-1",
  ])("is one: %s", (region) => {
    expect(workspaceProblems(`account: "123456789012"\nregion: ${region}\n`)).not.toContainEqual(
      expect.stringContaining("not an AWS region"),
    );
  });
});

describe("keys", () => {
  it("misspelt are told with the key that was meant", () => {
    expect(also("deployer: []\nsigner_accounts: []\nremovalprotection: true\n")).toEqual([
      "3: deployer: is an unknown key; did you mean deployers?",
      "4: signer_accounts: is an unknown key; did you mean signerAccounts?",
      "5: removalprotection: is an unknown key; did you mean removalProtection?",
    ]);
  });

  it("unlike any are told with those that there are", () => {
    expect(also("colour: blue\n")[0]).toMatch(
      /^3: colour: is an unknown key; the keys here are account, region, /,
    );
  });

  it("of a user file are sent there", () => {
    expect(also("users:\n  - username: bot\n")).toEqual([
      "3: users: belongs in a user file; move it to a file of its own beside this one, such as treasury.yaml",
    ]);
  });

  it("without a value are told so", () => {
    expect(also("deployers:\nrolePath:\nremovalProtection:\n")).toEqual([
      "3: deployers: has no value; write a list, or take the key out",
      "4: rolePath: has no value; write one such as /ledger/, or take the key out".replace(
        "/ledger/",
        '"/ledger/"',
      ),
      "5: removalProtection: has no value; write true or false, or take the key out",
    ]);
  });

  it("of the wrong type are told what belongs there", () => {
    const role = "arn:aws:iam::123456789012:role/x";
    expect(also(`deployers: ${role}\ntags: [a]\nremovalProtection: "yes"\nalertEmails: { a: b }\n`)).toEqual([
      `3: deployers: is not a list; write [${role}]`,
      "4: tags: is a list; write keys with values",
      '5: removalProtection: is "yes"; write true or false',
      "6: alertEmails: is keys with values; write a list",
    ]);
  });
});

describe("deployers and custodians", () => {
  it.each(["deployers", "custodians"])("%s are roles of the workspace's own account", (key) => {
    expect(also(`signerAccounts: ["999999999999"]\n${key}:\n  - arn:aws:iam::999999999999:role/x\n`)).toEqual(
      [
        `5: ${key}[0]: "arn:aws:iam::999999999999:role/x" is a role of account 999999999999; name one of the workspace's own, 123456789012`,
      ],
    );
  });

  it.each([
    ["*", "has a wildcard"],
    ["arn:aws:iam::123456789012:root", "is a whole account"],
    ["arn:aws:sts::123456789012:assumed-role/terraform/ci", "is a session, not a role"],
    ["arn:aws:iam::123456789012:user/eve", "is an IAM user"],
    ["terraform", "is not the ARN of an IAM role"],
  ])("are one role each: not %s", (arn, message) => {
    const problems = also(`deployers:\n  - "${arn}"\n`);
    expect(problems).toEqual([expect.stringContaining(`4: deployers[0]: "${arn}" ${message}`)]);
    expect(problems[0]).toContain("; ");
  });

  it("are of the region's partition", () => {
    expect(
      workspaceProblems(
        'account: "123456789012"\nregion: cn-north-1\ndeployers: [arn:aws:iam::123456789012:role/x]\n',
      ),
    ).toContain(
      "3: deployers[0]: is a role of the partition aws, and cn-north-1 is in another; write arn:aws-cn:iam::123456789012:role/x",
    );
  });

  it("stand in their list once", () => {
    const role = "arn:aws:iam::123456789012:role/x";
    expect(also(`deployers:\n  - ${role}\n  - ${role}\n`)).toEqual([
      `5: deployers[1]: "${role}" is in the list already, on line 4; take one out`,
    ]);
  });
});

describe("signerAccounts", () => {
  it("are accounts in quotes", () => {
    expect(also("signerAccounts: [210987654321]\n")).toEqual([
      '3: signerAccounts[0]: is a number without quotes; write "210987654321"',
    ]);
  });

  it("do not name the workspace's own account", () => {
    expect(also('signerAccounts: ["123456789012"]\n')).toEqual([
      "3: signerAccounts[0]: is the workspace's own account, whose roles may sign anyway; take it out",
    ]);
  });
});

it.each([
  "custody",
  "a b@acme.example",
  "a@acme",
  "a@@acme.example",
  "a@-acme.example",
])("an alert goes to an e-mail address: not %s", (email) => {
  expect(also(`alertEmails: ["${email}"]\n`)).toEqual([
    `3: alertEmails[0]: "${email}" is not an e-mail address; write one such as custody-security@acme.example`,
  ]);
});

describe("tags", () => {
  it("do not begin with aws:, in any case", () => {
    expect(also('tags:\n  "AWS:x": a\n')).toEqual([
      '4: tags["AWS:x"]: "AWS:x" is not a tag key; use letters, digits, spaces and _.:/=+@- that do not begin with aws:',
    ]);
  });

  it("keep to AWS's lengths and characters", () => {
    const problems = also(`tags:\n  ${"k".repeat(129)}: a\n  a: ${"v".repeat(257)}\n  b: "\${x}"\n`);
    expect(problems).toEqual([
      expect.stringMatching(/^4: tags\["k+\.\.\."\]: has 129 characters; 128 are the most, so shorten it$/),
      "5: tags.a: has 257 characters; 256 are the most, so shorten it",
      expect.stringMatching(/^6: tags\.b: "\$\{x\}" is not a tag value; /),
    ]);
  });

  it("are text, in quotes where YAML reads something else", () => {
    expect(also("tags:\n  cost-center: 0042\n  encrypted: yes\n  since: 2024-01-31\n")).toEqual([
      '4: tags.cost-center: is a number without quotes; write "0042"',
      '5: tags.encrypted: yes is true to other YAML readers; quote it: "yes"',
      '6: tags.since: 2024-01-31 is a date to other YAML readers; quote it: "2024-01-31"',
    ]);
  });

  it("do not differ in case only", () => {
    expect(also("tags:\n  Team: a\n  team: b\n")).toEqual([
      '5: tags.team: differs from "Team" in case only, which IAM refuses; keep one',
    ]);
  });

  it("are forty at most, which leaves room for our own", () => {
    const tags = Array.from({ length: 41 }, (_, n) => `  t${n}: a\n`).join("");
    expect(also(`tags:\n${tags}`)).toEqual(["3: tags: has 41 keys; take some out, 40 is the most"]);
  });
});

describe("roles made here", () => {
  it.each([
    "ledger",
    "/ledger",
    "ledger/",
    "/led ger/",
    "//",
  ])("have a path with a slash at both ends: not %s", (path) => {
    expect(also(`rolePath: ${path}\n`)).toEqual([
      `3: rolePath: "${path}" is not a role path; begin and end it with a slash, as in /ledger/`,
    ]);
  });

  it("are bounded by a policy", () => {
    expect(also("permissionsBoundary: arn:aws:iam::123456789012:role/x\n")).toEqual([
      '3: permissionsBoundary: "arn:aws:iam::123456789012:role/x" is not the ARN of an IAM policy; write arn:aws:iam::ACCOUNT:policy/NAME',
    ]);
  });

  it("are bounded by a policy of their own account, or one of AWS's", () => {
    expect(also("permissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess\n")).toEqual([]);
    expect(also("permissionsBoundary: arn:aws:iam::999999999999:policy/x\n")).toEqual([
      "3: permissionsBoundary: is of account 999999999999; name one of the workspace's own, 123456789012",
    ]);
  });

  it("are bounded by a policy of the region's partition", () => {
    expect(also("permissionsBoundary: arn:aws-cn:iam::123456789012:policy/x\n")).toEqual([
      "3: permissionsBoundary: is of the partition aws-cn, and eu-west-1 is in aws; correct one",
    ]);
  });
});

it("all mistakes are told in one go, in the order of their lines", () => {
  const problems = workspaceProblems("tags: { a: 1 }\nregion: here\nowner: me\nrolePath: x\naccount: 1\n");
  expect(problems.map((line) => line.split(": ").slice(0, 2).join(" "))).toEqual([
    "1 tags.a",
    "2 region",
    "3 owner",
    "4 rolePath",
    "5 account",
  ]);
});

describe("what a workspace had better not do without is a warning and no problem", () => {
  const warnings = (workspace: string) =>
    lines(writeFleet({ "acme/workspace.yaml": workspace, "acme/treasury.yaml": USERS }), "warnings");
  const without = (key: string) => COMPLETE.replace(new RegExp(`^${key}:.*\n`, "m"), "");

  it.each([
    ["deployers", "deployers is empty: any administrator of the account can change who reads a key"],
    ["custodians", "custodians is empty: no one can store the API credentials"],
    ["alertEmails", "alertEmails and alertTopic are both unset: no one will receive alerts; set one"],
  ])("%s", (key, message) => {
    expect(warnings(without(key))).toEqual([expect.stringContaining(`acme/workspace.yaml:1: ${message}`)]);
  });

  it("and none where all are there, alerts go to a topic or are off", () => {
    expect(warnings(COMPLETE)).toEqual([]);
    const quiet = without("alertEmails");
    expect(warnings(`${quiet}alertTopic: arn:aws:sns:eu-west-1:123456789012:security\n`)).toEqual([]);
    expect(warnings(`${quiet}alerts: false\n`)).toEqual([]);
    expect(workspaceProblems(WORKSPACE)).toEqual([]);
  });
});

test("a region that AWS does not list is a warning and no mistake, with the file and line that name it", () => {
  const fleet = writeFleet({
    "acme/workspace.yaml": COMPLETE.replace("region: eu-west-1", "region: eu-west-9"),
    "acme/treasury.yaml": USERS,
    "acme/tokyo.yaml": `region: ap-northeast-9\n${USERS.replace("settlement bot", "tokyo bot")}`,
  });
  expect(lines(fleet)).toEqual([]);
  const said = "is not among the regions that AWS listed when this version was made";
  expect(lines(fleet, "warnings")).toEqual([
    `acme/tokyo.yaml:1: region: "ap-northeast-9" ${said}; did you mean ap-northeast-1? A newer region is fine`,
    `acme/workspace.yaml:2: region: "eu-west-9" ${said}; did you mean eu-west-1? A newer region is fine`,
  ]);
});

describe("the recovery window", () => {
  it.each([
    ["recoveryWindowInDays: 7", []],
    ["recoveryWindowInDays: 30", []],
    ["recoveryWindowInDays: 0\nremovalProtection: false", []],
    ["recoveryWindowInDays: 6", ["is 6; write 7 to 30, or 0 for a sandbox"]],
    ["recoveryWindowInDays: 31", ["is 31; write 30 or less"]],
    ["recoveryWindowInDays: -1", ["is -1; write 0 or more"]],
    ["recoveryWindowInDays: 7.5", ["is 7.5; write a whole number"]],
    [
      "recoveryWindowInDays: 0",
      [
        "is 0, which deletes keys at once, and removal protection is on; write removalProtection: false beside it, in a sandbox, or 7 or more",
      ],
    ],
  ])("%s", (written, problems) => {
    const found = workspaceProblems(`account: "123456789012"\nregion: eu-west-1\n${written}\n`);
    expect(found).toEqual(problems.map((problem) => `3: recoveryWindowInDays: ${problem}`));
  });
});
