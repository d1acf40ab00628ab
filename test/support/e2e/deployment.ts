import { type ChildProcessByStdio, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { App } from "cdktf";
import { formatProblem, loadFleet } from "../../../fleet";
import { addStacks } from "../../../fleet/stacks";
import type { LocalAws } from "../../../local-aws/emulator";
import { environmentWithoutAws } from "../../../local-aws/emulator/environment";
import type { SharedProviders } from "../../../local-aws/terraform/shared-provider";
import { Terraform, type TerraformOutput } from "../../../local-aws/terraform/terraform";
import { ledgerApiUser, type Outcome } from "../cli/run-cli";
import { clientSettings } from "../embedded-aws";
import { startSharedAws } from "../shared-moto";
import { sharedProviders } from "./providers";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** A line of `terraform plan -json`. */
interface PlanMessage {
  readonly type: string;
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

/** A fleet in a folder of its own, deployed by real Terraform to an account of the embedded AWS of its own. */
export class Deployment {
  readonly directory: string;
  readonly users: string;
  aws!: LocalAws;
  terraform!: Terraform;
  private providers!: SharedProviders;
  /** What leads a run on a stack to its provider. */
  private readonly ways = new Map<string, Promise<Readonly<Record<string, string>>>>();
  private readonly initialized = new Set<string>();

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "ledger-e2e-"));
    this.users = join(this.directory, "api-users");
  }

  async start(): Promise<void> {
    [this.aws, this.terraform] = await Promise.all([
      startSharedAws(this.directory),
      Terraform.find(this.directory),
    ]);
    this.providers = sharedProviders(this.terraform);
  }

  async end(): Promise<void> {
    await this.providers?.stop();
    await this.aws?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Leads a process to the account. */
  env(): Record<string, string> {
    return this.aws.env(ACCOUNT, REGION);
  }

  /** For an AWS SDK's client in the account. */
  settings() {
    return clientSettings(this.env());
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

  /** Runs Terraform on a stack, whose state is kept in its folder, with a provider that all runs share. */
  run(stack: string, ...args: string[]): Promise<TerraformOutput> {
    this.keepStateIn(stack);
    return this.runAsSynthesized(stack, ...args);
  }

  /** With its state in its folder and a provider that runs, each stack is initialized like the first: the answer is copied. */
  private async init(stack: string): Promise<void> {
    const answer = join(this.directory, "initialized");
    if (existsSync(answer)) {
      this.keepStateIn(stack);
      cpSync(answer, join(this.stack(stack), ".terraform"), { recursive: true });
    } else {
      await this.run(stack, "init");
      cpSync(join(this.stack(stack), ".terraform"), answer, { recursive: true });
    }
  }

  /** Runs Terraform on a stack with the backend that it declares. */
  async runAsSynthesized(stack: string, ...args: string[]): Promise<TerraformOutput> {
    return this.terraform.run(args, { cwd: this.stack(stack), env: await this.envOf(stack) });
  }

  /** Starts Terraform on a stack, for a test that kills it. The provider goes on, but gives up what it was asked for. */
  async startRun(stack: string, ...args: string[]): Promise<ChildProcessByStdio<null, Readable, Readable>> {
    this.keepStateIn(stack);
    const { binary, settings } = this.terraform;
    const quickly = { CHECKPOINT_DISABLE: "1", GOGC: "400" };
    const env = { ...environmentWithoutAws(), ...quickly, ...settings, ...(await this.envOf(stack)) };
    return spawn(binary, [...args, "-input=false"], {
      cwd: this.stack(stack),
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  private async envOf(stack: string): Promise<Record<string, string>> {
    const env = this.env();
    const way = this.ways.get(stack) ?? this.providers.settings(this.stack(stack), env);
    this.ways.set(stack, way);
    return { ...env, ...(await way) };
  }

  /** Runs Terraform on a stack as people do, with a provider that it starts itself. */
  runAlone(stack: string, ...args: string[]): Promise<TerraformOutput> {
    this.keepStateIn(stack);
    return this.terraform.run(args, { cwd: this.stack(stack), env: this.env() });
  }

  private keepStateIn(stack: string): void {
    const backend = { terraform: { backend: { local: { path: "terraform.tfstate" } } } };
    writeFileSync(join(this.stack(stack), "backend_override.tf.json"), JSON.stringify(backend));
  }

  async apply(stack: string): Promise<void> {
    if (!this.initialized.has(stack)) await this.init(stack);
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

  /** Runs `ledger-api-user` in the account. */
  command(args: readonly string[], input = ""): Promise<Outcome> {
    return ledgerApiUser(args, { env: this.env(), input });
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

  /** The output `registration`, as the state has it. */
  // biome-ignore lint/suspicious/noExplicitAny: the registration has the shape that the test asks it to have
  async registration(stack: string): Promise<Record<string, any>> {
    const state = JSON.parse(readFileSync(join(this.stack(stack), "terraform.tfstate"), "utf8"));
    return state.outputs.registration.value;
  }
}
