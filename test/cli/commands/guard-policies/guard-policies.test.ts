import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { PROJECT } from "../../../support/project";

const EXAMPLE = join(PROJECT, "api-users");
const ORGANIZATION = "o-exampleorgid";
const PLATFORM = "arn:aws:iam::210987654321:role/platform";

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guard-policies-"));
  out = join(folder, "policies");
});
afterEach(() => rmSync(folder, { recursive: true }));

const guard = (...args: string[]) =>
  ledgerApiUser([
    "guard-policies",
    "--users",
    EXAMPLE,
    "--organization",
    ORGANIZATION,
    "--out",
    out,
    ...args,
  ]);
const written = () =>
  Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), "utf8")]));

/** A fleet of workspaces, each with a workspace.yaml and one user. */
function fleet(workspaces: Record<string, string>): string {
  const users = join(folder, "fleet");
  for (const [name, yaml] of Object.entries(workspaces)) {
    mkdirSync(join(users, name), { recursive: true });
    writeFileSync(join(users, name, "workspace.yaml"), yaml);
    writeFileSync(
      join(users, name, "team.yaml"),
      "users: [{ username: bot, role: operator, custody: kms, signers: [] }]\n",
    );
  }
  return users;
}
const workspace = (region: string, more = "") =>
  `account: "123456789012"\nregion: ${region}\n${more || `deployers: [arn:aws:iam::123456789012:role/ci]`}\n`;

test("writes the policies, and says where to attach each", async () => {
  const { code, stdout, stderr } = await guard("--role-admin", PLATFORM);
  const policies = written();
  expect(Object.keys(policies).sort()).toEqual(["rcp.json", "scp-signer-accounts.json", "scp.json"]);
  const line = (file: string, type: string, account: string) =>
    `${join(out, file)}: attach this ${type} of ${policies[file]?.length} characters to ${account}\n`;
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout:
      line("scp.json", "SCP", "123456789012") +
      line("rcp.json", "RCP", "123456789012") +
      line("scp-signer-accounts.json", "SCP", "210987654321"),
    stderr: "",
  });
  for (const text of Object.values(policies)) {
    const { Version, Statement } = JSON.parse(text);
    expect(Version).toBe("2012-10-17");
    for (const statement of Statement) expect(statement.Effect).toBe("Deny");
  }
  expect(policies["rcp.json"]).toContain(ORGANIZATION);
  expect(policies["scp-signer-accounts.json"]).toContain(PLATFORM);
  expect(policies["scp.json"]).not.toContain(PLATFORM);
});

test("gives the same bytes for the same fleet", async () => {
  const other = "arn:aws:iam::123456789012:role/other";
  await guard("--role-admin", PLATFORM, other);
  const first = written();
  await guard("--role-admin", other, PLATFORM, other);
  expect(written()).toEqual(first);
});

test("prints the same for programs", async () => {
  const { code, stdout } = await guard("--role-admin", PLATFORM, "--json");
  expect(code).toBe(0);
  const { policies, removed } = JSON.parse(stdout);
  expect(removed).toEqual([]);
  expect(policies).toHaveLength(3);
  expect(policies[1]).toEqual({
    file: join(out, "rcp.json"),
    type: "RESOURCE_CONTROL_POLICY",
    accounts: ["123456789012"],
    characters: written()["rcp.json"]?.length,
  });
});

test("warns of an account in which nobody could change the protected roles", async () => {
  const { code, stderr } = await guard();
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: nobody can change .* of account 210987654321 .*--role-admin\n$/);
});

test("removes policies of an earlier run that are not among these, and nothing else", async () => {
  mkdirSync(out);
  for (const name of ["scp-1.json", "scp-2.json", "scp-own.json", "notes.md"])
    writeFileSync(join(out, name), "");
  const { stderr } = await guard("--role-admin", PLATFORM);
  expect(readdirSync(out).sort()).toEqual([
    ...["notes.md", "rcp.json", "scp-own.json", "scp-signer-accounts.json", "scp.json"],
  ]);
  expect(stderr).toContain(`removed ${join(out, "scp-2.json")}`);
});

test("takes one partition of a fleet in several, and asks for it", async () => {
  const users = fleet({
    a: workspace("eu-west-1"),
    b: workspace("cn-north-1", "deployers: [arn:aws-cn:iam::123456789012:role/ci]"),
  });
  expect(await guard("--users", users)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /partitions aws and aws-cn, and an organization is of one; name one with --partition\n/,
    ),
  });
  expect(await guard("--users", users, "--partition", "aws-iso")).toMatchObject({ code: 2 });
  expect(await guard("--users", users, "--partition", "aws-cn")).toMatchObject({ code: 0 });
  expect(written()["scp.json"]).not.toContain("arn:aws:");
  expect(Object.keys(written()).sort()).toEqual(["rcp.json", "scp.json"]);
});

const REFUSED: readonly (readonly [why: string, args: string[], message: RegExp])[] = [
  [
    "an organization that is none",
    ["--organization", "o-1"],
    /^error: --organization: "o-1" is not an organization's id; /,
  ],
  ["an organizational unit", ["--organization", "ou-ab12-cdef3456"], /is not an organization's id/],
  ["an organization with a wildcard", ["--organization", "o-exampleorg*"], /is not an organization's id/],
  ["an organization in capitals", ["--organization", "O-EXAMPLEORGID"], /is not an organization's id/],
  ["a role with a wildcard", ["--role-admin", "arn:aws:iam::123456789012:role/*"], /has a wildcard/],
  ["a user", ["--role-admin", "arn:aws:iam::123456789012:user/alice"], /is an IAM user/],
  [
    "a role of an account without a policy",
    ["--role-admin", "arn:aws:iam::999999999999:role/x"],
    /is of no account that a policy is for; name a role of 123456789012 or 210987654321/,
  ],
  ["a fleet that is not there", ["--users", "/nonexistent"], /has mistakes, so nothing was written/],
  ["a folder that is a file", ["--out", join(PROJECT, "package.json")], /cannot write .*; name a folder/],
];

test.each(REFUSED)("refuses %s", async (_, args, message) => {
  const { code, stdout, stderr } = await guard(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.split("\n").find((line) => line.startsWith("error: "))).toMatch(message);
});

test("refuses a workspace without deployers, since nobody could deploy it", async () => {
  const users = fleet({ a: workspace("eu-west-1", "custodians: []") });
  expect(await guard("--users", users)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /declares no deployers, .*; list the role that runs Terraform in deployers\n$/,
    ),
  });
});

test("names the organization's option where it is missing", async () => {
  expect(await ledgerApiUser(["guard-policies", "--users", EXAMPLE, "--out", out])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("the option --organization <ID> is missing"),
  });
});
