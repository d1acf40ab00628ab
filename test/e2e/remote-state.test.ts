/** States in S3, with its lock; and that Terraform takes what is synthesized for every other kind of backend. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KINDS } from "../../fleet/backend/kinds";
import { TerraformError } from "../../local-aws/terraform/terraform";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";
import { callByHand, makeBucket } from "../support/embedded-aws";

jest.setTimeout(300_000);

const WORKSPACE = `account: "${ACCOUNT}"\nregion: ${REGION}\nalerts: false\n`;
const USERS = `users:\n  - username: settlement bot\n    role: operator\n    signers: [arn:aws:iam::${ACCOUNT}:role/settlement]\n`;
const BUCKET = "acme-terraform-state";

const deployment = new Deployment();
beforeAll(() => deployment.start());
afterAll(() => deployment.end());

describe("states in S3, with use_lockfile", () => {
  const stacks = ["acme-eu-west-1", "acme-treasury"] as const;

  /** What S3 has: the names in its list of a bucket (no client of S3 is among the dependencies). */
  async function objects(): Promise<string[]> {
    const answer = await callByHand(deployment.env(), "s3", `/${BUCKET}?list-type=2`);
    return [...(await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key).sort();
  }

  /** The fleet as it is with a backend. */
  function declare(backend: string): void {
    deployment.write("acme/workspace.yaml", `${WORKSPACE}backend: { ${backend} }\n`);
    deployment.write("acme/treasury.yaml", USERS);
    deployment.synthesize();
  }

  beforeAll(async () => {
    await makeBucket(deployment.env(), BUCKET);
    const [workspace, users] = stacks;
    declare("local: { path: ../../states/STACK.tfstate }");
    await deployment.runAsSynthesized(workspace, "init");
    await deployment.runAsSynthesized(workspace, "apply", "-auto-approve");
    declare(`s3: { bucket: ${BUCKET}, region: ${REGION}, use_lockfile: true }`);
    await deployment.runAsSynthesized(workspace, "init", "-migrate-state", "-force-copy");
    await deployment.runAsSynthesized(users, "init");
    await deployment.runAsSynthesized(users, "apply", "-auto-approve");
  });

  it("each stack has its own, and no lock is left", async () => {
    expect(await objects()).toEqual(stacks.map((stack) => `${stack}.tfstate`));
  });

  it("a later run finds it, one that was moved there too: nothing is to be done", async () => {
    const plans = await Promise.all(
      stacks.map((stack) => deployment.runAsSynthesized(stack, "plan", "-detailed-exitcode")),
    );
    expect(plans.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  });

  it("of two runs at a time, the second ends while the first has the lock", async () => {
    const [stack] = stacks;
    // The first run has the lock once its object is there, and keeps it while its calls wait.
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stop = deployment.aws.intercept(async ({ service }) => {
      if (service === "kms") await held;
      return undefined;
    });
    const first = deployment.runAsSynthesized(stack, "plan");
    while (!(await objects()).includes(`${stack}.tfstate.tflock`))
      await new Promise((next) => setTimeout(next, 100));
    await expect(deployment.runAsSynthesized(stack, "plan", "-lock-timeout=0s")).rejects.toThrow(
      /Error acquiring the state lock/,
    );
    release();
    stop();
    await first;
    expect(await objects()).toEqual(stacks.map((name) => `${name}.tfstate`));
  });
});

/** Settings of each other kind that lead nowhere, and what Terraform then says: of a connection or credentials, never of a setting. */
const NOWHERE = "127.0.0.1:1";
const KINDS_NOWHERE: Readonly<Record<string, readonly [settings: string, says: RegExp]>> = {
  azurerm: [
    "{ storage_account_name: acme, container_name: state, resource_group_name: acme, subscription_id: 00000000-0000-0000-0000-000000000000, tenant_id: 00000000-0000-0000-0000-000000000000 }",
    /unable to build authorizer/,
  ],
  gcs: ["{ bucket: acme }", /could not find default credentials|dialing/],
  consul: [`{ address: '${NOWHERE}' }`, /connection refused/],
  cos: ["{ bucket: acme-1250000000, region: ap-guangzhou }", /Failed to get existing workspaces/],
  oss: ["{ bucket: acme, region: cn-beijing }", /Failed to get existing workspaces/],
  pg: [`{ conn_str: 'postgres://terraform@${NOWHERE}/state' }`, /connection refused/],
  kubernetes: [
    "{ config_path: ../../kubeconfig, namespace: terraform, labels: { team: custody } }",
    /connection refused/,
  ],
  http: [`{ address: 'http://${NOWHERE}/STACK', retry_max: 0 }`, /connection refused/],
  remote: [`{ hostname: 'localhost:1', organization: acme }`, /discovery document/],
  cloud: [
    `{ hostname: 'localhost:1', organization: acme, workspaces: { project: ledger } }`,
    /discovery document/,
  ],
};

describe("terraform init fails only on the way to a", () => {
  const init = (stack: string) =>
    deployment.terraform.run(["init"], {
      cwd: deployment.stack(stack),
      env: deployment.env(),
    });

  beforeAll(() => {
    const cluster = { name: "c", cluster: { server: `https://${NOWHERE}` } };
    const context = { name: "c", context: { cluster: "c", user: "u" } };
    const config = {
      "current-context": "c",
      clusters: [cluster],
      contexts: [context],
      users: [{ name: "u", user: {} }],
    };
    mkdirSync(deployment.directory, { recursive: true });
    writeFileSync(
      join(deployment.directory, "kubeconfig"),
      JSON.stringify({ apiVersion: "v1", kind: "Config", ...config }),
    );
  });

  it.each(Object.entries(KINDS_NOWHERE))("%s backend", async (kind, [settings, says]) => {
    deployment.write(`${kind}/workspace.yaml`, `${WORKSPACE}backend: { ${kind}: ${settings} }\n`);
    deployment.write(`${kind}/treasury.yaml`, USERS);
    deployment.synthesize();
    const error = await init(`${kind}-treasury`).catch((each) => each);
    expect(error).toBeInstanceOf(TerraformError);
    expect(error.stderr).toMatch(says);
    expect(error.stderr).not.toMatch(/Unsupported|Missing required|Invalid|Duplicate/);
  });

  test("oci backend from Terraform 1.12 on, which alone has it", async () => {
    deployment.write(
      "oci/workspace.yaml",
      `${WORKSPACE}backend: { oci: { bucket: acme, namespace: acme } }\n`,
    );
    deployment.write("oci/treasury.yaml", USERS);
    deployment.synthesize();
    const error = await init("oci-treasury").catch((each) => each);
    expect(error.stderr).toMatch(
      /There is no backend type named "oci"|did not find a proper configuration|can not create client/,
    );
  });

  test("backend of any kind: all of them are tried", () => {
    expect(Object.keys({ ...KINDS_NOWHERE, s3: 0, local: 0, oci: 0 }).sort()).toEqual(
      Object.keys(KINDS).sort(),
    );
  });
});
