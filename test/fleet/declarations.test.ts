import { join } from "node:path";
import { formatProblem, loadFleet } from "../../fleet";
import { USERS, WORKSPACE, writeFleet } from "../support/temporary-fleet";

describe("a fleet that nothing is wrong with", () => {
  it("has its defaults filled in", () => {
    const directory = writeFleet({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": USERS });
    const { workspaces, problems, warnings } = loadFleet(directory);
    expect(problems).toEqual([]);
    expect(warnings.map(({ what }) => what.split(" ")[0])).toEqual([
      "deployers",
      "custodians",
      "alertEmails",
    ]);
    expect(workspaces).toEqual([
      {
        name: "acme",
        file: join(directory, "acme/workspace.yaml"),
        account: "123456789012",
        region: "eu-west-1",
        deployers: [],
        custodians: [],
        signerAccounts: [],
        lookedInto: [],
        alertEmails: [],
        tags: {},
        removalProtection: true,
        recoveryWindowInDays: 30,
        rolePath: "/",
        allowUsers: false,
        alerts: true,
        files: [
          {
            name: "treasury",
            stackName: "acme-treasury",
            file: join(directory, "acme/treasury.yaml"),
            region: "eu-west-1",
            users: [
              {
                username: "settlement bot",
                awsName: "settlement-bot",
                role: "operator",
                custody: "secrets-manager",
                generations: { 1: "current" },
                generation: 1,
                signers: ["arn:aws:iam::123456789012:role/settlement"],
                readers: [],
                groups: [],
                accountRules: [],
                adminRules: [],
                removalProtection: true,
                line: 2,
              },
            ],
          },
        ],
      },
    ]);
  });

  it("is read in full", () => {
    const directory = writeFleet({
      "acme/workspace.yaml": `
account: "123456789012"
region: eu-west-1
deployers: [arn:aws:iam::123456789012:role/ci/terraform]
custodians: [arn:aws:iam::123456789012:role/custody-admin]
signerAccounts: ["000000000001"]
alertEmails: [custody-security@acme.example]
tags: { cost-center: "0042" }
backend: { s3: { bucket: acme-state } }
permissionsBoundary: arn:aws:iam::123456789012:policy/boundary
rolePath: /ledger/
removalProtection: false
`,
      "acme/treasury.yaml": `
region: us-east-1
users:
  - username: account opener
    role: administrator
    custody: secrets-manager
    generations: { 2: current }
    signers: [arn:aws:iam::000000000001:role/opener]
    readers: [arn:aws:iam::123456789012:role/reporting]
    groups: [Treasury]
    adminRules: [Create client accounts]
    removalProtection: true
`,
    });
    const { workspaces, problems } = loadFleet(directory);
    expect(problems).toEqual([]);
    expect(workspaces[0]).toMatchObject({
      deployers: ["arn:aws:iam::123456789012:role/ci/terraform"],
      custodians: ["arn:aws:iam::123456789012:role/custody-admin"],
      signerAccounts: ["000000000001"],
      alertEmails: ["custody-security@acme.example"],
      tags: { "cost-center": "0042" },
      backend: { s3: { bucket: "acme-state" } },
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      rolePath: "/ledger/",
      removalProtection: false,
    });
    expect(workspaces[0]?.files[0]).toMatchObject({
      region: "us-east-1",
      users: [
        {
          role: "administrator",
          generations: { 2: "current" },
          generation: 2,
          signers: ["arn:aws:iam::000000000001:role/opener"],
          readers: ["arn:aws:iam::123456789012:role/reporting"],
          groups: ["Treasury"],
          adminRules: ["Create client accounts"],
          removalProtection: true,
        },
      ],
    });
  });

  it("passes text that looks like a Terraform template on as it is", () => {
    const users = "users:\n  - { username: '${path.cwd} %{if true}', role: operator, groups: ['${x}'] }\n";
    const directory = writeFleet({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": users });
    expect(loadFleet(directory).workspaces[0]?.files[0]?.users[0]).toMatchObject({
      username: "${path.cwd} %{if true}",
      groups: ["${x}"],
    });
  });

  it("has files and workspaces by name and users in the order of their file", () => {
    const users = (...names: string[]) =>
      `users:\n${names.map((name) => `  - { username: ${name}, role: operator }\n`).join("")}`;
    const directory = writeFleet({
      "zeta/workspace.yaml": WORKSPACE,
      "acme/workspace.yaml": WORKSPACE,
      "acme/treasury.yaml": users("zoe", "adam"),
      "acme/operations.yml": users("bot"),
    });
    const [acme, zeta] = loadFleet(directory).workspaces;
    expect([acme?.name, zeta?.name]).toEqual(["acme", "zeta"]);
    expect(acme?.files.map(({ name }) => name)).toEqual(["operations", "treasury"]);
    expect(acme?.files[1]?.users.map(({ username }) => username)).toEqual(["zoe", "adam"]);
  });

  it("may hold a thousand users", () => {
    const users = Array.from({ length: 1000 }, (_, n) => `  - { username: bot ${n}, role: operator }\n`);
    const directory = writeFleet({
      "acme/workspace.yaml": WORKSPACE,
      "acme/treasury.yaml": `users:\n${users.join("")}`,
    });
    expect(loadFleet(directory).problems).toEqual([]);
    expect(loadFleet(directory).workspaces[0]?.files[0]?.users).toHaveLength(1000);
  });
});

describe("the example fleet", () => {
  const { workspaces, problems, warnings } = loadFleet("api-users");
  const files = workspaces.flatMap((workspace) => workspace.files);
  const users = files.flatMap((file) => file.users);

  it("has no problems and no warnings", () => {
    expect([...problems, ...warnings].map(formatProblem)).toEqual([]);
  });

  it("names its files as a person in the project's folder would", () => {
    expect(files.map(({ file }) => file)).toEqual([
      "api-users/acme-prod/operations.yaml",
      "api-users/acme-prod/treasury.yaml",
    ]);
  });

  it("shows both roles, at least four users, in the local AWS's account", () => {
    expect(users.length).toBeGreaterThanOrEqual(4);
    expect(new Set(users.map(({ role }) => role))).toEqual(new Set(["operator", "administrator"]));
    expect(workspaces.map(({ account }) => account)).toEqual(["123456789012"]);
  });
});
