/** A workspace that takes the user files of another: what it has of them, and what is refused. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { loadFleet } from "../../fleet";
import { generateKeyPair } from "../../keys";
import { type Files, lines, problemsOf, writeFleet } from "../support/temporary-fleet";

const PROD = "123456789012";
const PARTNER = "210987654321";
const SANDBOX = "111111111111";
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const keyOf = () => {
  const pair = generateKeyPair();
  pair.wipe();
  return pair.publicKey;
};
const [ONE, TWO, THREE] = [keyOf(), keyOf(), keyOf()];

const custodian = (account: string) => `custodians: [${role(account, "custodian")}]\n`;
const BASE = `account: "${PROD}"\nregion: eu-west-1\n${custodian(PROD)}signerAccounts: ["${PARTNER}"]\n`;
const OTHER = `account: "${SANDBOX}"\nregion: eu-west-1\n${custodian(SANDBOX)}`;
const MAP = `accountMap: { "${PROD}": "${SANDBOX}", "${PARTNER}": "${SANDBOX}" }\n`;
const TAKES = `${OTHER}users: ../acme-prod\n${MAP}`;

const user = (name: string, more = "", account = PROD) =>
  `  - { username: ${name}, role: operator, signers: ["${role(account, name)}"]${more} }\n`;
const imported = (name: string, key: string, account = PROD) =>
  user(name, `, custody: imported, publicKey: "${key}"`, account);

const PRODUCTION: Files = {
  "acme-prod/workspace.yaml": BASE,
  "acme-prod/treasury.yaml": `users:\n${user("settlement")}`,
  "acme-prod/operations.yaml": `users:\n${user("staking", "", PARTNER)}${user("sweep", ", custody: kms")}`,
};
const fleet = (settings: string, more: Files = {}): Files => ({
  ...PRODUCTION,
  "acme-sandbox/workspace.yaml": settings,
  ...more,
});
const usersIn = (files: Files) => {
  const { workspaces, problems } = loadFleet(writeFleet(files));
  expect(problems).toEqual([]);
  const sandbox = workspaces.find(({ name }) => name === "acme-sandbox");
  return Object.fromEntries(sandbox?.files.map(({ stackName, users }) => [stackName, users] as const) ?? []);
};

test("its stacks have its own name, and roles the account that stands for theirs", () => {
  const users = usersIn(fleet(TAKES));
  expect(Object.keys(users)).toEqual(["acme-sandbox-operations", "acme-sandbox-treasury"]);
  expect(users["acme-sandbox-treasury"]?.map(({ signers }) => signers)).toEqual([
    [role(SANDBOX, "settlement")],
  ]);
  expect(users["acme-sandbox-operations"]?.[0]?.signers).toEqual([role(SANDBOX, "staking")]);
});

test("an account of its signerAccounts keeps its roles, and no account has to be mapped in the same one", () => {
  const settings = `${OTHER}users: ../acme-prod\nsignerAccounts: ["${PARTNER}"]\naccountMap: { "${PROD}": "${SANDBOX}" }\n`;
  expect(usersIn(fleet(settings))["acme-sandbox-operations"]?.[0]?.signers).toEqual([
    role(PARTNER, "staking"),
  ]);
  const same = `${BASE}users: ../acme-prod\n`;
  expect(usersIn(fleet(same))["acme-sandbox-operations"]?.[0]?.signers).toEqual([role(PARTNER, "staking")]);
});

test("the role in the other account is of the partition that the region is in", () => {
  const china = `account: "${SANDBOX}"\nregion: cn-north-1\nusers: ../acme-prod\n${MAP}`;
  expect(usersIn(fleet(china))["acme-sandbox-treasury"]?.[0]?.signers).toEqual([
    `arn:aws-cn:iam::${SANDBOX}:role/settlement`,
  ]);
});

test("a file of its own stands in place of the one of the same name, and its other files beside", () => {
  const users = usersIn(
    fleet(TAKES, {
      "acme-sandbox/operations.yaml": `users:\n${user("own", "", SANDBOX)}`,
      "acme-sandbox/more.yaml": `users:\n${user("more", "", SANDBOX)}`,
    }),
  );
  const names = Object.entries(users).map(([stack, all]) => [stack, all.map(({ username }) => username)]);
  expect(names).toEqual([
    ["acme-sandbox-more", ["more"]],
    ["acme-sandbox-operations", ["own"]],
    ["acme-sandbox-treasury", ["settlement"]],
  ]);
});

test("no public key is taken: each is declared, and custody kms does without", () => {
  const keyed = {
    "acme-prod/operations.yaml": `users:\n${imported("approver", ONE)}${user("sweep", `, custody: kms, publicKey: "${TWO}"`)}`,
  };
  const settings = `account: "${SANDBOX}"\nregion: eu-west-1\n${custodian(SANDBOX)}users: ../acme-prod\naccountMap: { "${PROD}": "${SANDBOX}" }\n`;
  const keys = (text: string) =>
    usersIn(fleet(`${settings}${text}`, keyed))["acme-sandbox-operations"]?.map(({ publicKey }) => publicKey);
  expect(keys(`publicKeys: { approver: "${THREE}" }\n`)).toEqual([THREE, undefined]);
  expect(keys(`publicKeys: { approver: "0x${THREE.toUpperCase()}", sweep: "${keyOf()}" }\n`)?.[0]).toBe(
    THREE,
  );
});

const AT = "acme-sandbox/workspace.yaml";
const SSO = "AWSReservedSSO_Admin_0123456789abcdef";

test.each<[string, Files, string[]]>([
  [
    "a folder that is not there",
    fleet(`${OTHER}users: ../acme-pord\n`),
    [`${AT}:4: users: ../acme-pord is not there; did you mean ../acme-prod?`],
  ],
  [
    "itself",
    fleet(`${OTHER}users: ../acme-sandbox\n`),
    [`${AT}:4: users: is this workspace itself; name another, or take it out`],
  ],
  ...["../../acme-prod", "/acme-prod", "acme-prod", "../acme-prod/", "../acme-prod/treasury.yaml", ".."].map(
    (path): [string, Files, string[]] => [
      `the path ${path}`,
      fleet(`${OTHER}users: ${path}\n`),
      [
        `${AT}:4: users: "${path}" is not the folder of a workspace beside this one; write ../ and its name, as in ../acme-prod`,
      ],
    ],
  ),
  [
    "one that takes another's itself",
    fleet(TAKES, { "acme-test/workspace.yaml": `${OTHER}users: ../acme-sandbox\n` }),
    [
      "acme-test/workspace.yaml:4: users: ../acme-sandbox takes the user files of ../acme-prod itself; write users: ../acme-prod",
    ],
  ],
  [
    "one that takes this one's",
    {
      "a/workspace.yaml": `${OTHER}users: ../b\n`,
      "b/workspace.yaml": `${OTHER}users: ../a\n`,
    },
    [
      "a/workspace.yaml:4: users: ../b takes the user files of ../a itself; take one of the two out",
      "b/workspace.yaml:4: users: ../a takes the user files of ../b itself; take one of the two out",
    ],
  ],
  [
    "a list of users",
    fleet(`${OTHER}users:\n${user("x")}`),
    [
      `${AT}:4: users: belongs in a user file; move it to a file of its own beside this one, such as treasury.yaml`,
    ],
  ],
  [
    "accounts that nobody says which they are here",
    fleet(`${OTHER}users: ../acme-prod\n`),
    [PARTNER, PROD].map(
      (account) =>
        `${AT}:4: users: takes roles of account ${account}, and which account that is here is not said; write accountMap: { "${account}": "${SANDBOX}" }, or, for those very roles, add it to signerAccounts`,
    ),
  ],
  [
    "an account that stands for one that may sign here itself",
    fleet(`${TAKES}signerAccounts: ["${PARTNER}"]\n`),
    [
      `${AT}:5: accountMap.${PARTNER}: is an account whose own roles may sign here, so that nobody could tell which is meant; take it out, here or under signerAccounts`,
    ],
  ],
  [
    "an account that may not sign here",
    fleet(
      `${OTHER}users: ../acme-prod\naccountMap: { "${PROD}": "333333333333", "${PARTNER}": "${SANDBOX}" }\n`,
    ),
    [
      `${AT}:5: accountMap.${PROD}: 333333333333 is neither this workspace's account nor one of its signerAccounts; write ${SANDBOX}, or add it there`,
    ],
  ],
  [
    "an account that has no roles there",
    fleet(
      `${OTHER}users: ../acme-prod\naccountMap: { "${PROD}": "${SANDBOX}", "${PARTNER}": "${SANDBOX}", "444444444444": "${SANDBOX}" }\n`,
    ),
    [
      `${AT}:5: accountMap.444444444444: acme-prod has no roles of this account; write one of ${PROD}, ${PARTNER}`,
    ],
  ],
  [
    "a role that IAM Identity Center names otherwise in each account",
    fleet(TAKES, {
      "acme-prod/treasury.yaml": `users:\n  - { username: a, role: operator, signers: ["arn:aws:iam::${PROD}:role/aws-reserved/sso.amazonaws.com/${SSO}"] }\n`,
    }),
    [
      `${AT}:4: users: "a" of acme-prod/treasury.yaml has the role "${SSO}", which has another name in each account; add a treasury.yaml beside this file, with the role that it is here`,
    ],
  ],
  [
    "two roles that are one here",
    fleet(TAKES, {
      "acme-prod/treasury.yaml": `users:\n  - { username: a, role: operator, signers: ["${role(PROD, "x")}", "${role(PARTNER, "x")}"] }\n`,
    }),
    [
      `acme-prod/treasury.yaml:2: users[0].signers[1]: "${role(SANDBOX, "x")}" is in the list already, on line 2 (as acme-sandbox takes this file); take one out`,
    ],
  ],
  [
    "a user whose key was made elsewhere, without a key here",
    fleet(TAKES, { "acme-prod/treasury.yaml": `users:\n${imported("approver", ONE)}` }),
    [
      `${AT}:4: users: "approver" of acme-prod/treasury.yaml has custody imported, and needs a key of its own here; write publicKeys: { "approver": "04…" } in this file`,
    ],
  ],
  [
    "the key that the user has there",
    fleet(`${TAKES}publicKeys: { approver: "${ONE}" }\n`, {
      "acme-prod/treasury.yaml": `users:\n${imported("approver", ONE)}`,
    }),
    [
      `${AT}:6: publicKeys.approver: "approver" has the public key of "approver" in acme-prod (acme-prod/treasury.yaml:2); a key belongs to one workspace: make one for acme-sandbox`,
    ],
  ],
  [
    "the key of another workspace, in a file of its own",
    fleet(OTHER, {
      "acme-prod/treasury.yaml": `users:\n${imported("approver", ONE)}`,
      "acme-sandbox/treasury.yaml": `users:\n${imported("else", ONE, SANDBOX)}`,
    }),
    [
      `acme-sandbox/treasury.yaml:2: users[0].username: "else" has the public key of "approver" in acme-prod (acme-prod/treasury.yaml:2); a key belongs to one workspace: make one for acme-sandbox`,
    ],
  ],
  [
    "a key of nobody",
    fleet(`${TAKES}publicKeys: { sweap: "${ONE}", settlement: "${TWO}" }\n`),
    [
      `${AT}:6: publicKeys.sweap: no user of custody imported or kms in the files that are taken has this name; did you mean "sweep"?`,
      `${AT}:6: publicKeys.settlement: no user of custody imported or kms in the files that are taken has this name; take it out`,
    ],
  ],
  [
    "keys and accounts where no files are taken",
    fleet(`${OTHER}${MAP}publicKeys: { sweep: "${ONE}" }\n`, { "acme-sandbox/x.yaml": "users: []\n" }),
    ["4: accountMap", "5: publicKeys"].map(
      (place) =>
        `${AT}:${place}: is for the user files of another workspace, and none are taken; write users: ../ and its folder beside it, or take it out`,
    ),
  ],
  [
    "a user in a file of its own that a file has that is taken",
    fleet(TAKES, { "acme-sandbox/zeta.yaml": `users:\n${user("settlement", "", SANDBOX)}` }),
    [
      'acme-sandbox/zeta.yaml:2: users[0].username: "settlement" is already declared at acme-prod/treasury.yaml:2',
    ].map((line) => `${line}; rename one`),
  ],
  [
    "a stack that is named as that of a file that is taken",
    fleet(TAKES, { "acme-sandbox/own.yaml": `stack: treasury\nusers: []\n` }),
    [
      "acme-sandbox/own.yaml:1: stack: makes the stack acme-sandbox-treasury, and so does acme-prod/treasury.yaml, which acme-sandbox takes; name another one in stack:",
    ],
  ],
  [
    "a state of the other workspace",
    fleet(`${TAKES}backend: { s3: { bucket: b, key: acme-prod-treasury/STACK } }\n`, {
      "acme-prod/workspace.yaml": `${BASE}backend: { s3: { bucket: b, key: STACK/acme-sandbox-treasury } }\n`,
    }),
    [
      "acme-prod/treasury.yaml:1: the state of acme-sandbox-treasury would be that of the stack acme-prod-treasury (acme-prod/treasury.yaml); give each stack a state of its own",
    ],
  ],
])("%s is refused with a line", (_, files, expected) => {
  expect(problemsOf(files)).toEqual(expected);
});

test("a link to the folder of a workspace is refused, as everywhere", () => {
  const directory = writeFleet(fleet(`${OTHER}users: ../linked\n`));
  symlinkSync("acme-prod", join(directory, "linked"));
  expect(lines(directory)).toEqual([
    `${AT}:4: users: ../linked is not there; name a workspace that has a folder beside this one`,
    "linked:1: is a symbolic link, whose target can change without review; put the file or folder itself here",
  ]);
});

test("what is wrong in a file is said once, with the names that its own workspace has", () => {
  const wrong = `users:\n  - { username: a, role: operater, signers: ["${role(PROD, "x")}*"] }\n${user("b")}${user("b")}`;
  const alone = problemsOf({ ...PRODUCTION, "acme-prod/treasury.yaml": wrong });
  expect(alone).toHaveLength(3);
  expect(problemsOf(fleet(TAKES, { "acme-prod/treasury.yaml": wrong }))).toEqual(alone);
});

test("where the settings of the other workspace are wrong, nothing is said of its files", () => {
  const problems = problemsOf(
    fleet(TAKES.replace(MAP, ""), { "acme-prod/workspace.yaml": "region: eu-west-1\n" }),
  );
  expect(problems).toEqual([expect.stringMatching(/^acme-prod\/workspace\.yaml:1: account: is missing; /)]);
});

test("a move between two files is one in each workspace, and refused in the one where it is none", () => {
  const moved: Files = {
    "acme-prod/treasury.yaml":
      "region: eu-west-1\nusers:\n  - { username: settlement, movedTo: operations }\n",
    "acme-prod/operations.yaml": `users:\n${user("settlement", ", movedFrom: treasury")}`,
  };
  expect(problemsOf(fleet(TAKES.replace(`, "${PARTNER}": "${SANDBOX}"`, ""), moved))).toEqual([]);
  const elsewhere = TAKES.replace("region: eu-west-1", "region: eu-central-1");
  expect(problemsOf(fleet(elsewhere, moved))).toEqual([
    'acme-prod/treasury.yaml:3: users[0].movedTo: "settlement" is in eu-west-1 here and in eu-central-1 in acme-prod/operations.yaml, and a key stays in its region (as acme-sandbox takes this file); declare a user of another name in eu-central-1, with a key of its own, and remove this one once the other is in use',
  ]);
});

test("warnings of a file are given once", () => {
  const files = { ...fleet(TAKES), "acme-prod/treasury.yaml": "users: []\n" };
  const warned = lines(writeFleet(files), "warnings").filter((line) => line.includes("treasury.yaml"));
  expect(warned).toHaveLength(1);
});
