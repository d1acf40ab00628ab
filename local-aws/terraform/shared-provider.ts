import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { OwnedProcess } from "./processes";
import { type Relay, relay, type SchemaStore } from "./short-schema";
import type { Terraform } from "./terraform";

/** Settings of a run of Terraform: environment variables. */
type Settings = Readonly<Record<string, string>>;

/** How the provider says where it is reached, once it runs. */
const REATTACH = /TF_REATTACH_PROVIDERS='([^'\n]+)'/;

/** How a provider is reached, in TF_REATTACH_PROVIDERS. */
interface Reattach {
  /** A socket of Unix. */
  readonly Addr: { readonly String: string };
}

interface Provider {
  /** The folder in which it looks for files. */
  readonly folder: string;
  /** The provider block and the environment that it was started for. */
  readonly configuration: string;
  readonly running: Promise<Running>;
}

/** A provider that runs, and the relays that lead to it. */
interface Running {
  readonly child: OwnedProcess;
  readonly reattach: string;
  readonly socket: string;
  readonly relays: Promise<Relay>[];
}

/**
 * The AWS provider, the very binary that Terraform would start, started once for many runs of Terraform. Terraform itself starts it
 * twice for each apply, and each start describes 2,000 types: nine tenths of the work of applying a small stack.
 */
export class SharedProviders {
  private readonly providers: Provider[] = [];

  /**
   * @param binary finds the provider's binary
   * @param schema keeps what the provider says of all its types
   */
  constructor(
    private readonly terraform: Terraform,
    private readonly binary: (folder: string) => string | Promise<string> = installedProvider,
    private readonly schema: SchemaStore = inMemory(),
  ) {}

  /**
   * What leads a run of Terraform in a stack's folder to a provider that runs. Stacks share one where they have the same provider
   * block and environment, but for a stack that has files: its provider has to look for them in its folder.
   *
   * @returns nothing for OpenTofu, which knows the provider by another address, and on Windows: Terraform then starts its own
   */
  async settings(folder: string, env: Settings): Promise<Settings> {
    if (this.terraform.product !== "terraform" || process.platform === "win32") return {};
    const { reattach, socket, relays } = await this.providerOf(folder, env).running;
    const started = relay(socket, `${socket}-${relays.length}`, folder, this.schema);
    relays.push(started);
    return { TF_REATTACH_PROVIDERS: reattach.replaceAll(socket, (await started).socket) };
  }

  async stop(): Promise<void> {
    for (const each of await Promise.allSettled(this.providers.map(({ running }) => running))) {
      if (each.status === "rejected") continue; // it did not start, which `settings` said
      for (const started of each.value.relays) (await started).close();
      await each.value.child.stop();
    }
  }

  private providerOf(folder: string, env: Settings): Provider {
    const { provider } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
    const configuration = JSON.stringify([provider, env]);
    const hasFiles = existsSync(join(folder, "assets"));
    const known = this.providers.find(
      (each) => each.configuration === configuration && (!hasFiles || each.folder === folder),
    );
    if (known) return known;
    const started = { folder, configuration, running: this.start(folder, env) };
    this.providers.push(started);
    return started;
  }

  private async start(cwd: string, env: Settings): Promise<Running> {
    const child = new OwnedProcess(await this.binary(cwd), ["-debug"], {
      cwd,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], GOGC: "400", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      server: true,
    });
    const reattach = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stderr?.resume();
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const found = REATTACH.exec(said)?.[1];
        if (found) resolve(found);
      });
      child.exited.then(() => reject(new Error(`the AWS provider ended: ${said}`)), reject);
    });
    const [address] = Object.values(JSON.parse(reattach) as Record<string, Reattach>);
    return { child, reattach, socket: address?.Addr.String ?? "", relays: [] };
  }
}

function inMemory(): SchemaStore {
  let kept: Promise<Buffer> | undefined;
  return (ask) => {
    kept ??= ask();
    return kept;
  };
}

/** The provider's binary in a folder in which `terraform init` ran. */
export function installedProvider(folder: string): string {
  const versions = join(folder, ".terraform/providers/registry.terraform.io/hashicorp/aws");
  const version = join(versions, readdirSync(versions)[0] ?? "");
  // Its folder may be a link into a mirror.
  const platform = realpathSync(join(version, readdirSync(version)[0] ?? ""));
  const name = readdirSync(platform).find((each) => each.startsWith("terraform-provider-aws"));
  if (name === undefined) throw new Error("terraform init installed no AWS provider");
  return join(platform, name);
}
