import { backendOf, loadFleet, type WorkspaceDeclaration } from "../../fleet";
import { USERS, WORKSPACE, workspaceProblems, writeFleet } from "../support/temporary-fleet";

const problems = (backend: string) => workspaceProblems(`${WORKSPACE}backend:\n${backend}`);

function workspaceWith(backend: string): WorkspaceDeclaration {
  const directory = writeFleet({
    "acme/workspace.yaml": `${WORKSPACE}${backend}`,
    "acme/treasury.yaml": USERS,
  });
  const [workspace] = loadFleet(directory).workspaces;
  if (!workspace) throw new Error("the workspace was refused");
  return workspace;
}

describe("the backend of a stack", () => {
  it("is none where none is declared", () => {
    expect(backendOf(workspaceWith(""), "acme-treasury")).toBeUndefined();
  });

  it.each([
    ["s3", { key: "acme-treasury.tfstate" }],
    ["azurerm", { key: "acme-treasury.tfstate" }],
    ["gcs", { prefix: "acme-treasury" }],
    ["consul", { path: "acme-treasury" }],
    ["pg", { schema_name: "acme-treasury" }],
    ["kubernetes", { secret_suffix: "acme-treasury" }],
  ])("%s keeps each stack's state under the stack's name", (type, named) => {
    const workspace = workspaceWith(`backend: { ${type}: { encrypt: true } }\n`);
    expect(backendOf(workspace, "acme-treasury")).toEqual({ [type]: { ...named, encrypt: true } });
  });

  it("has the stack's name wherever STACK stands", () => {
    const workspace = workspaceWith(`
backend:
  http:
    address: https://state.acme.example/STACK
    lock_address: https://state.acme.example/STACK/lock
    headers: { X-Stack: [STACK] }
`);
    expect(backendOf(workspace, "acme-treasury")).toEqual({
      http: {
        address: "https://state.acme.example/acme-treasury",
        lock_address: "https://state.acme.example/acme-treasury/lock",
        headers: { "X-Stack": ["acme-treasury"] },
      },
    });
  });

  it("takes what looks like a Terraform template as text", () => {
    const workspace = workspaceWith('backend: { s3: { bucket: "${x}" } }\n');
    expect(backendOf(workspace, "acme-treasury")).toMatchObject({ s3: { bucket: "$${x}" } });
  });
});

describe("a backend", () => {
  it("is of a known type", () => {
    expect(problems("  S3: {}\n")).toEqual(["4: backend.S3: is an unknown key; did you mean s3?"]);
  });

  it("is one", () => {
    expect(problems("  s3: {}\n  gcs: {}\n")).toEqual([
      "3: backend: has 2 keys; take some out, 1 is the most",
    ]);
    expect(workspaceProblems(`${WORKSPACE}backend: {}\n`)).toEqual([
      expect.stringMatching(/^3: backend: is empty; write one of s3, /),
    ]);
  });

  it("gives each stack a state of its own: two stacks in one would destroy each other's resources", () => {
    expect(problems("  s3:\n    key: ledger.tfstate\n")).toEqual([
      '5: backend.s3.key: "ledger.tfstate" would be the state of every stack; write STACK where the stack\'s name belongs, or take the key out',
    ]);
    expect(problems("  http:\n    username: x\n")).toEqual([
      "4: backend.http.address: is missing; add address with STACK in it, so that each stack has its own state",
    ]);
  });
});
