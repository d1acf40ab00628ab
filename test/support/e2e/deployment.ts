import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { App } from "cdktf";
import { formatProblem, loadFleet } from "../../../fleet";
import { addStacks } from "../../../fleet/stacks";
import { type LocalAws, startLocalAws } from "../../../local-aws/emulator";
import { Terraform, type TerraformOutput } from "../../../local-aws/terraform/terraform";
import { bin } from "../cli/process";
import type { Outcome } from "../cli/run-cli";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** A line of `terraform plan -json`. */
interface PlanMessage {
  readonly type: string;
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

/** A fleet in a folder of its own, deployed by real Terraform to an embedded AWS of its own. */
export class Deployment {
  readonly directory: string;
  readonly users: string;
  aws!: LocalAws;
  terraform!: Terraform;
  private readonly initialized = new Set<string>();

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "ledger-e2e-"));
    this.users = join(this.directory, "api-users");
  }

  async start(): Promise<void> {
    [this.aws, this.terraform] = await Promise.all([
      startLocalAws({ directory: this.directory }),
      Terraform.find(this.directory),
    ]);
  }

  async end(): Promise<void> {
    await this.aws?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** For an AWS SDK's client in the account. */
  settings() {
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "local" };
    return { endpoint: this.aws.endpoint, region: REGION, credentials };
  }

  /** Writes a file of the fleet, such as `acme/treasury.yaml`. */
  write(path: string, yaml: string): void {
    const file = join(this.users, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, yaml);
  }

  /** Compiles the fleet as main.ts does, in this process, which is quicker; its states stay where they are. */
  synthesize(outdir = this.directory): void {
    const { workspaces, problems } = loadFleet(this.users);
    if (problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
    const app = new App({ outdir });
    for (const workspace of workspaces) addStacks(app, workspace);
    app.synth();
  }

  stack(name: string): string {
    return join(this.directory, "stacks", name);
  }

  run(stack: string, ...args: string[]): Promise<TerraformOutput> {
    const cwd = this.stack(stack);
    const backend = { terraform: { backend: { local: { path: "terraform.tfstate" } } } };
    writeFileSync(join(cwd, "backend_override.tf.json"), JSON.stringify(backend));
    return this.terraform.run(args, { cwd, env: this.aws.env(ACCOUNT, REGION) });
  }

  async apply(stack: string): Promise<void> {
    if (!this.initialized.has(stack)) await this.run(stack, "init");
    this.initialized.add(stack);
    await this.run(stack, "apply", "-auto-approve");
  }

  /** The changes that a plan has: each resource's address with its action, no-ops left out. */
  async plan(stack: string): Promise<Record<string, string>> {
    const { stdout } = await this.run(stack, "plan", "-json");
    const messages = stdout.split("\n").map((line) => JSON.parse(line) as PlanMessage);
    const changes = messages.flatMap(({ type, change }) =>
      type === "planned_change" && change ? [[change.resource.addr, change.action]] : [],
    );
    return Object.fromEntries(changes);
  }

  /** Runs `ledger-api-user` in the account, as people do. */
  async command(args: readonly string[], input = ""): Promise<Outcome> {
    const env = { PATH: process.env["PATH"] ?? "", ...this.aws.env(ACCOUNT, REGION) };
    const child = spawn(process.execPath, [bin(), ...args], { env, stdio: "pipe" });
    child.stdin.end(input);
    const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
    const [[stdout, stderr], [code]] = await Promise.all([outputs, once(child, "close")]);
    return { code, stdout, stderr };
  }

  /** Asks for the import blocks of what AWS has and a stack's state has not. */
  async adopt(stack: string): Promise<Outcome> {
    await this.run(stack, "plan", "-out=plan");
    const { stdout } = await this.run(stack, "show", "-json", "plan");
    return this.command(["adopt"], stdout);
  }

  /** Applies with such blocks, and deletes them. */
  async applyWith(stack: string, blocks: string): Promise<void> {
    const file = join(this.stack(stack), "adopt.tf");
    writeFileSync(file, blocks);
    await this.run(stack, "apply", "-auto-approve");
    rmSync(file);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the registration has the shape that the test asks it to have
  async registration(stack: string): Promise<Record<string, any>> {
    const { stdout } = await this.run(stack, "output", "-json");
    return JSON.parse(stdout).registration.value;
  }
}
