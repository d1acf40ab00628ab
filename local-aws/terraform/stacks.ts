/** The stacks of a fleet, and what Terraform does with each on the embedded AWS. */
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { WorkspaceDeclaration } from "../../fleet";
import { fingerprint } from "../../keys";
import type { AwsEndpoint } from "../emulator/index";
import type { Progress } from "../trial-run/progress";
import { asStep } from "../trial-run/step-error";
import { SharedProviders } from "./shared-provider";
import type { Terraform } from "./terraform";

export interface Stack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** The stacks that a workspace's users share, which come first, and the stacks of users. */
export function stacksOf(workspaces: readonly WorkspaceDeclaration[]): { shared: Stack[]; users: Stack[] } {
  const users: Stack[] = [];
  const shared = new Map<string, Stack>();
  for (const { name, account, files } of workspaces) {
    for (const { stackName, region } of files) {
      users.push({ name: stackName, account, region });
      shared.set(`${name}-${region}`, { name: `${name}-${region}`, account, region });
    }
  }
  return { shared: [...shared.values()], users };
}

/** Runs Terraform in the folder of each stack, below `.local/stacks`. */
export class StackRunner {
  private readonly initialized = new Map<string, Promise<void>>();
  private readonly providers: SharedProviders;

  constructor(
    private readonly aws: AwsEndpoint,
    private readonly terraform: Terraform,
    private readonly directory: string,
    private readonly progress: Progress,
  ) {
    this.providers = new SharedProviders(terraform);
  }

  /** Begins to initialize stacks; `apply` waits for its own. */
  init(stacks: readonly Stack[]): void {
    for (const stack of stacks) {
      // Whatever backend the fleet declares, this run's state is its own.
      const backend = { terraform: { backend: { local: { path: "terraform.tfstate" } } } };
      writeFileSync(join(this.folder(stack), "backend_override.tf.json"), JSON.stringify(backend, null, 2));
      const done = this.run(stack, "init").then(() => {});
      done.catch(() => {}); // told by apply
      this.initialized.set(stack.name, done);
    }
  }

  /** Applies stacks at the same time. */
  async apply(stacks: readonly Stack[]): Promise<void> {
    await Promise.all(
      stacks.map(async (stack) => {
        await this.initialized.get(stack.name);
        const provider = await this.provider(stack);
        await this.progress.task(stack.name, (tell) =>
          this.run(stack, "apply", ["-auto-approve"], provider, (line) => {
            const step = /^([\w.-]+?)\.\S+: (Creating|Creation complete)/.exec(line);
            if (step) tell(`${step[1]}: ${step[2]?.toLowerCase()}`);
          }),
        );
      }),
    );
  }

  /** The output `registration` of a user stack, with the fingerprint of each public key. */
  async registration(stack: Stack): Promise<Record<string, { publicKey: string }>> {
    const { stdout } = await this.run(stack, "output", ["-json", "registration"]);
    const entries = Object.entries(JSON.parse(stdout) as Record<string, { publicKey: string }>);
    return Object.fromEntries(
      entries.map(([name, entry]) => [name, { ...entry, fingerprint: fingerprint(entry.publicKey) }]),
    );
  }

  /** Ends the providers that it started. */
  async stop(): Promise<void> {
    await this.providers.stop();
  }

  private provider(stack: Stack): Promise<Readonly<Record<string, string>>> {
    return this.providers
      .settings(this.folder(stack), this.env(stack))
      .catch(
        asStep(
          "start of the AWS provider",
          "run npm start again; if it fails again, report this as a defect",
        ),
      );
  }

  private env({ account, region }: Stack): Readonly<Record<string, string>> {
    return this.aws.env(account, region);
  }

  private folder({ name }: Stack): string {
    return join(this.directory, "stacks", name);
  }

  private async run(
    stack: Stack,
    command: string,
    args: string[] = [],
    more: Readonly<Record<string, string>> = {},
    onLine?: (line: string) => void,
  ) {
    const cwd = this.folder(stack);
    const here = (path: string) => relative(process.cwd(), path) || ".";
    const fix = `look at ${here(cwd)} and at the logs in ${here(join(this.directory, "log"))}`;
    const env = { ...this.env(stack), ...more };
    return await this.terraform
      .run([command, ...args], { cwd, env, onLine })
      .catch(asStep(`terraform ${command} of ${stack.name}`, fix));
  }
}
