/** Every kind of backend that Terraform has: what is synthesized, what is refused, and that no two stacks share a state. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import * as fc from "fast-check";
import { loadFleet } from "../../../fleet";
import { stateNameOf } from "../../../fleet/backend/backend";
import { KINDS } from "../../../fleet/backend/kinds";
import { addStacks } from "../../../fleet/stacks";
import { DOCUMENTS } from "../../../fleet/yaml/schema";
import { forAll, runs } from "../../support/for-all";
import { PROJECT } from "../../support/project";
import { problemsOf, USERS, WORKSPACE, workspaceProblems, writeFleet } from "../../support/temporary-fleet";

const problems = (backend: string) => workspaceProblems(`${WORKSPACE}backend: ${backend}\n`);

/** The text of every file that synthesis of a workspace with a backend makes, by its stack. */
function synthesized(backend: string): Map<string, string> {
  const users = writeFleet({
    "acme/workspace.yaml": `${WORKSPACE}${backend && `backend: ${backend}\n`}`,
    "acme/treasury.yaml": USERS,
  });
  const { workspaces, problems: wrong } = loadFleet(users);
  expect(wrong).toEqual([]);
  const outdir = mkdtempSync(join(tmpdir(), "backend-"));
  try {
    const app = new App({ outdir });
    for (const workspace of workspaces) addStacks(app, workspace);
    app.synth();
    const stacks = readdirSync(join(outdir, "stacks"));
    return new Map(
      stacks.map((name) => [name, readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")]),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const STACKS = ["acme-eu-west-1", "acme-treasury"] as const;

/** For each kind, settings as declared and Terraform's block for the stack `acme-treasury`. */
const BLOCKS: readonly (readonly [declared: string, block: object])[] = [
  ["", { backend: { local: { path: "../../../terraform.acme-treasury.tfstate" } } }],
  [
    "{ local: { path: states/STACK.tfstate } }",
    { backend: { local: { path: "states/acme-treasury.tfstate" } } },
  ],
  [
    "{ s3: { bucket: acme-state, region: eu-west-1, use_lockfile: true, assume_role: { role_arn: 'arn:aws:iam::123456789012:role/state' } } }",
    {
      backend: {
        s3: {
          assume_role: { role_arn: "arn:aws:iam::123456789012:role/state" },
          bucket: "acme-state",
          key: "acme-treasury.tfstate",
          region: "eu-west-1",
          use_lockfile: true,
        },
      },
    },
  ],
  [
    "{ azurerm: { storage_account_name: acme, container_name: state, use_azuread_auth: true } }",
    {
      backend: {
        azurerm: {
          container_name: "state",
          key: "acme-treasury.tfstate",
          storage_account_name: "acme",
          use_azuread_auth: true,
        },
      },
    },
  ],
  ["{ gcs: { bucket: acme } }", { backend: { gcs: { bucket: "acme", prefix: "acme-treasury" } } }],
  [
    "{ consul: { address: consul.acme.example:8500, path: tf/STACK } }",
    { backend: { consul: { address: "consul.acme.example:8500", path: "tf/acme-treasury" } } },
  ],
  [
    "{ cos: { bucket: acme-1250000000, region: ap-guangzhou, prefix: ledger } }",
    {
      backend: {
        cos: {
          bucket: "acme-1250000000",
          key: "acme-treasury.tfstate",
          prefix: "ledger",
          region: "ap-guangzhou",
        },
      },
    },
  ],
  [
    "{ oss: { bucket: acme, region: cn-beijing } }",
    { backend: { oss: { bucket: "acme", key: "acme-treasury.tfstate", region: "cn-beijing" } } },
  ],
  [
    "{ oci: { bucket: acme, namespace: tenant, auth: InstancePrincipal } }",
    {
      backend: {
        oci: { auth: "InstancePrincipal", bucket: "acme", key: "acme-treasury.tfstate", namespace: "tenant" },
      },
    },
  ],
  [
    "{ pg: { conn_str: postgres://terraform@db.acme.example/state } }",
    {
      backend: {
        pg: { conn_str: "postgres://terraform@db.acme.example/state", schema_name: "acme-treasury" },
      },
    },
  ],
  [
    "{ kubernetes: { namespace: terraform, labels: { team: custody } } }",
    {
      backend: {
        kubernetes: {
          labels: { team: "custody" },
          namespace: "terraform",
          secret_suffix: "acme-treasury-state",
        },
      },
    },
  ],
  [
    "{ http: { address: https://state.acme.example/STACK, lock_address: https://state.acme.example/STACK/lock } }",
    {
      backend: {
        http: {
          address: "https://state.acme.example/acme-treasury",
          lock_address: "https://state.acme.example/acme-treasury/lock",
        },
      },
    },
  ],
  [
    "{ remote: { organization: acme } }",
    { backend: { remote: { organization: "acme", workspaces: { name: "acme-treasury" } } } },
  ],
  [
    "{ cloud: { organization: acme, workspaces: { project: ledger, name: ledger-STACK } } }",
    { cloud: { organization: "acme", workspaces: { name: "ledger-acme-treasury", project: "ledger" } } },
  ],
];

describe("the only backend of a stack", () => {
  it.each(BLOCKS)("%s", (declared, block) => {
    const { required_providers: _, ...rest } = JSON.parse(
      synthesized(declared).get(STACKS[1]) ?? "",
    ).terraform;
    expect(rest).toEqual(block);
  });

  test("is tried for every kind that Terraform has", () => {
    const tried = BLOCKS.map(([declared]) => /\w+/.exec(declared)?.[0] ?? "local");
    expect(new Set(tried)).toEqual(new Set(Object.keys(KINDS)));
    const schema = DOCUMENTS["backend.schema.json"].definitions["backend"]?.properties;
    expect(Object.keys(schema ?? {}).sort()).toEqual(Object.keys(KINDS).sort());
  });

  test("the table of docs/state.md is that of the code", () => {
    const page = readFileSync(join(PROJECT, "docs/state.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, kind = "", rest = ""]) => {
      const [name, unlessDeclared, credentials] = rest.split("|").map((cell) => cell.replace(/[`\s]/g, ""));
      return [kind, { name, unlessDeclared, credentials: credentials?.split(",").filter(Boolean).sort() }];
    });
    const known = Object.entries(KINDS).map(([kind, { name, unlessDeclared = "", credentials }]) => [
      kind,
      { name: name.join("."), unlessDeclared, credentials: credentials.map(([setting]) => setting).sort() },
    ]);
    expect(rows).toEqual(known);
  });

  it.each(BLOCKS)("holds no path of this machine: %s", (declared) => {
    for (const [stack, text] of synthesized(declared)) {
      expect(text).not.toContain(tmpdir());
      expect(text).not.toContain(process.cwd());
      expect(STACKS).toContain(stack);
    }
  });

  it("takes what looks like a Terraform template as text", () => {
    const text = synthesized('{ s3: { bucket: "${x}" } }').get(STACKS[1]) ?? "";
    expect(JSON.parse(text).terraform.backend.s3.bucket).toBe("$${x}");
  });
});

describe("a backend", () => {
  it("is of a known kind, with settings that it has", () => {
    expect(problems("{ S3: {} }")).toEqual(["3: backend.S3: is an unknown key; did you mean s3?"]);
    expect(problems("{ s3: { buckt: x } }")).toEqual([
      "3: backend.s3.buckt: is an unknown key; did you mean bucket?",
    ]);
  });

  it("is one", () => {
    expect(problems("{ s3: {}, gcs: {} }")).toEqual(["3: backend: has 2 keys; take some out, 1 is the most"]);
    expect(problems("{}")).toEqual([expect.stringMatching(/^3: backend: is empty; write one of s3, /)]);
  });

  const credentials = Object.entries(KINDS).flatMap(([kind, { credentials: of }]) =>
    of.map(([setting]) => [kind, setting] as const),
  );

  it.each(credentials)("holds no credential: %s %s", (kind, setting) => {
    const [last = "", ...outer] = setting.split(".").reverse();
    const inner = outer.reduce((value, step) => `{ ${step}: ${value} }`, `{ ${last}: hunter2-hunter2 }`);
    const message = problems(`{ ${kind}: ${inner} }`).find((line) =>
      line.includes(`backend.${kind}.${setting}:`),
    );
    expect(message).toMatch(
      /is a credential, which would be in Git and in every plan; take it out and use ./,
    );
    expect(message).not.toContain("hunter2");
  });

  it.each([
    ["{ pg: { conn_str: 'postgres://me:hunter2@db/x' } }", "pg.conn_str"],
    ["{ pg: { conn_str: 'host=db user=me password=hunter2' } }", "pg.conn_str"],
    ["{ pg: { conn_str: 'postgres://db/x?sslpassword=hunter2' } }", "pg.conn_str"],
    ["{ http: { address: 'https://me:hunter2@state.example/STACK' } }", "http.address"],
    ["{ http: { address: 'https://hunter2@state.example/STACK' } }", "http.address"],
    ["{ http: { address: 'https://state.example/STACK?private_token=hunter2' } }", "http.address"],
    ["{ s3: { https_proxy: 'http://me:hunter2@proxy:3128' } }", "s3.https_proxy"],
    [`{ gcs: { credentials: '{"private_key": "hunter2"}' } }`, "gcs.credentials"],
  ])("holds no credential in another setting: %s", (backend, path) => {
    const found = problems(backend);
    expect(found).toEqual([
      `3: backend.${path}: holds a credential, which would be in Git and in every plan; take it out and give it to Terraform in its environment`,
    ]);
  });

  it.each(["remote", "cloud"])("%s names one workspace for each stack", (kind) => {
    for (const [setting, value] of [
      ["prefix", "x-"],
      ["tags", "[x]"],
    ])
      expect(problems(`{ ${kind}: { workspaces: { ${setting}: ${value} } } }`)).toEqual([
        `3: backend.${kind}.workspaces.${setting}: leaves the workspace to whoever runs Terraform; write name, with STACK in it, so that each stack has its own state`,
      ]);
    expect(problems(`{ ${kind}: { workspaces: { name: ledger } } }`)).toEqual([
      `3: backend.${kind}.workspaces.name: "ledger" would be the state of every stack; write STACK where the stack's name belongs, or take the key out`,
    ]);
  });

  it("local is the same on every machine", () => {
    for (const path of ["/var/state/STACK", "~/STACK", "C:\\\\state\\\\STACK"])
      expect(problems(`{ local: { path: "${path}" } }`)).toEqual([
        expect.stringMatching(
          /^3: backend\.local\.path: ".*" is a path of one machine; write a relative one/,
        ),
      ]);
  });

  it("is one that terraform init takes", () => {
    expect(problems("{ s3: { key: /STACK } }")).toEqual([expect.stringContaining("which Terraform refuses")]);
    expect(problems("{ kubernetes: { secret_suffix: STACK } }")).toEqual([
      expect.stringContaining("which Terraform refuses"),
    ]);
    expect(problems("{ http: { address: state.example/STACK } }")).toEqual([
      expect.stringContaining("is not an address"),
    ]);
    expect(problems("{ http: { username: x } }")).toEqual([
      "3: backend.http.address: is missing; add address with STACK in it, so that each stack has its own state",
    ]);
  });
});

describe("each stack has a state of its own", () => {
  it.each([
    "{ local: { path: STACK/../shared.tfstate } }",
    "{ local: { path: shared.tfstate } }",
    "{ s3: { key: ledger.tfstate } }",
    "{ s3: { bucket: STACK, key: ledger.tfstate } }",
    "{ s3: { key: STACK/../x } }",
    "{ azurerm: { key: x/STACK/%2e%2e/y } }",
    "{ gcs: { prefix: STACK/%252e%252e } }",
    "{ consul: { path: 'x/STACK/../' } }",
    "{ cos: { prefix: STACK, key: ../x } }",
    "{ http: { address: 'https://state.example/x#STACK' } }",
    "{ http: { address: 'https://state.example/x?for=STACK' } }",
    "{ http: { address: 'https://state.example/STACK/%2e%2e/x' } }",
    "{ http: { address: 'https://state.example/STACK\\..\\x' } }",
  ])("%s is refused", (backend) => {
    expect(problems(backend)).toEqual([
      expect.stringMatching(/ would be the state of every stack|the same state for every stack/),
    ]);
  });

  it("also where PostgreSQL cuts a name after 63 bytes", () => {
    const long = "x".repeat(60);
    expect(problems(`{ pg: { schema_name: ${long}STACK } }`)).toEqual([
      expect.stringMatching(/its state would be that of the stack/),
    ]);
  });

  it("in different workspaces too", () => {
    const backend = (key: string) => `backend: { s3: { bucket: acme, key: ${key} } }\n`;
    const files = (second: string) => ({
      "acme/workspace.yaml": `${WORKSPACE}${backend("x-STACK")}`,
      "acme/treasury.yaml": USERS,
      "beta/workspace.yaml": `${WORKSPACE}${second}`,
      "beta/x.yaml": USERS,
    });
    expect(problemsOf(files(backend("STACK")))).toEqual([]);
    const names = {
      "beta/x.yaml": USERS,
      "x-acme/workspace.yaml": `${WORKSPACE}${backend("STACK")}`,
      "x-acme/treasury.yaml": USERS,
    };
    expect(problemsOf({ ...files(backend("STACK")), ...names })).toEqual([
      "x-acme/treasury.yaml:1: its state would be that of the stack acme-treasury (acme/treasury.yaml); give each stack a state of its own",
      "x-acme/workspace.yaml:1: its state would be that of the stack acme-eu-west-1 (acme/workspace.yaml); give each stack a state of its own",
    ]);
  });

  it("though one workspace says cloud and the other remote: both mean a workspace of HCP Terraform", () => {
    const backend = (kind: string, name: string) =>
      `backend: { ${kind}: { organization: acme, workspaces: { name: ${name} } } }\n`;
    const files = {
      "acme/workspace.yaml": `${WORKSPACE}${backend("cloud", "x-STACK")}`,
      "acme/treasury.yaml": USERS,
      "x-acme/workspace.yaml": `${WORKSPACE}${backend("remote", "STACK")}`,
      "x-acme/treasury.yaml": USERS,
    };
    expect(problemsOf(files)).toEqual([
      expect.stringContaining("its state would be that of the stack acme-treasury"),
      expect.stringContaining("its state would be that of the stack acme-eu-west-1"),
    ]);
  });

  it.each([
    ["remote", "organization: acme, workspaces: { name", "}", "hostname: app.terraform.io"],
    ["kubernetes", "secret_suffix", "", "namespace: default"],
  ])("though one workspace declares what %s has by default, and the other does not", (kind, name, end, more) => {
    const backend = (text: string, place = "") =>
      `backend: { ${kind}: { ${place}${name}: ${text} ${end} } }\n`;
    const files = {
      "acme/workspace.yaml": `${WORKSPACE}${backend("x-STACK-s")}`,
      "acme/treasury.yaml": USERS,
      "x-acme/workspace.yaml": `${WORKSPACE}${backend("STACK-s", `${more}, `)}`,
      "x-acme/treasury.yaml": USERS,
    };
    expect(problemsOf(files)).toHaveLength(2);
  });

  const PIECES = [
    "STACK",
    "STACK",
    "..",
    ".",
    "/",
    "//",
    "\\",
    "%2e%2e",
    "%2F",
    "#",
    "?",
    "x",
    "state",
    "%25",
  ];
  const templates = fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 })
    .map((all) => all.join(""));

  it("whatever its name is made of: what a server makes of two accepted names differs", () => {
    // WHATWG's URL parser resolves dots, escaped ones too, and takes a backslash for a slash.
    const served = (text: string) => {
      const { pathname } = new URL(`https://state.example/${text}`);
      return new URL(
        `https://state.example/${decodeURIComponent(pathname.replace(/%(?![0-9a-f]{2})/gi, "%25")).replace(/^\/+/, "")}`,
      ).pathname;
    };
    let accepted = 0;
    forAll(templates, 2_000, (template) => {
      const name = (stack: string) =>
        stateNameOf("http", { address: `https://state.example/${template}` }, stack);
      if (name("a") === name("b")) return true;
      accepted += 1;
      return served(template.replaceAll("STACK", "a")) !== served(template.replaceAll("STACK", "b"));
    });
    expect(accepted).toBeGreaterThan(runs(200));
  });
});
