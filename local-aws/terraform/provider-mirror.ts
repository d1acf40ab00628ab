/**
 * Finds the AWS provider where it already is on this machine, so that Terraform need not download 700 MB, or can work
 * where it cannot reach its registry.
 *
 * Terraform takes providers from a filesystem mirror that its CLI configuration names, and from a few folders that it
 * looks in by itself. Where a person's configuration says how providers are installed, that stays in force.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface MirrorSearch {
  /** `terraform` or `tofu`: their registries and files differ. */
  readonly product: "terraform" | "tofu";
  /** As Terraform writes it: `linux_amd64`. */
  readonly platform: string;
  /** The provider's version that the stacks pin. */
  readonly version: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
  /** Folders that a mirror may be in, or one level below. @default the usual ones of Unix */
  readonly roots?: readonly string[];
}

/** Where people and images put such folders. */
const ROOTS = ["/opt", "/usr/local/share", "/usr/share", "/usr/local/lib", "/usr/lib", "/srv", "/var/lib"];

/**
 * The variables with which Terraform finds the provider, if a mirror that nothing names yet has it, or shares its
 * download between stacks. `directory` gets the CLI configuration, or the downloads.
 */
export function providerEnvironment(directory: string, search: MirrorSearch): Record<string, string> {
  const configuration = readConfiguration(search);
  const effective = configuration.replace(/\/\*[\s\S]*?\*\//g, ""); // without comments
  if (/^\s*"?provider_installation"?\s*[:{]/m.test(effective)) return {};
  const mirror = findMirror(search);
  // JSON cannot be appended to; whoever writes it has a tool that can name the mirror.
  if (mirror !== undefined && !configuration.trimStart().startsWith("{")) {
    const file = join(directory, "terraform.rc");
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, `${configuration}${installation(mirror)}`, { mode: 0o600 });
    return { TF_CLI_CONFIG_FILE: file };
  }
  const env = search.env ?? process.env;
  if (env["TF_PLUGIN_CACHE_DIR"] || /^\s*"?plugin_cache_dir"?\s*[:=]/m.test(configuration)) return {};
  const cache = join(directory, "tools/providers");
  mkdirSync(cache, { recursive: true });
  return {
    TF_PLUGIN_CACHE_DIR: cache,
    // Without a lock file, and the local run has none, Terraform would not take the cached copy.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
  };
}

interface Mirror {
  readonly path: string;
  /** The provider's full names there: `registry.terraform.io/hashicorp/aws`. */
  readonly providers: readonly string[];
}

/** The first folder that holds the provider in the wanted version for the platform. */
function findMirror({ product, platform, version, ...search }: MirrorSearch): Mirror | undefined {
  const hosts =
    product === "tofu" ? ["registry.opentofu.org", "registry.terraform.io"] : ["registry.terraform.io"];
  const [own = "", ...others] = hosts.map((host) => `${host}/hashicorp/aws`);
  const holds = (path: string) => (provider: string) => isIn(join(path, provider), platform, version);
  for (const path of candidates(product, search)) {
    if (holds(path)(own)) return { path, providers: [own, ...others.filter(holds(path))] };
  }
  return undefined;
}

/** Whether a folder of a mirror has a version, unpacked or packed: https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror */
function isIn(folder: string, platform: string, version: string): boolean {
  const unpacked = join(folder, version, platform);
  return (
    list(unpacked).some((name) => name.startsWith("terraform-provider-aws")) ||
    existsSync(join(folder, `terraform-provider-aws_${version}_${platform}.zip`))
  );
}

/** Terraform's own folders first, then the usual places, each with what is one level below. */
function candidates(
  product: string,
  { env = process.env, home = homedir(), roots = ROOTS }: Partial<MirrorSearch>,
): string[] {
  const name = product === "tofu" ? "opentofu" : "terraform";
  const data = [
    env["XDG_DATA_HOME"] || join(home, ".local/share"),
    ...(env["XDG_DATA_DIRS"] || "/usr/local/share:/usr/share").split(":"),
  ];
  const implied = [
    join(home, ".terraform.d/plugins"),
    ...data.map((folder) => join(folder, name, "plugins")),
  ];
  const usual = [...roots, home].flatMap((root) => [root, ...list(root).map((child) => join(root, child))]);
  return [...implied, ...usual];
}

/** The person's CLI configuration: https://developer.hashicorp.com/terraform/cli/config/config-file#locations */
function readConfiguration({ product, env = process.env, home = homedir() }: MirrorSearch): string {
  const named = env["TF_CLI_CONFIG_FILE"] || env["TERRAFORM_CONFIG"];
  if (named) return read(named);
  const own =
    product === "tofu"
      ? [join(home, ".tofurc"), join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "opentofu/tofurc")]
      : [];
  const file = [...own, join(home, ".terraformrc")].find(existsSync);
  // Files in this folder count too, unless a variable names another; ours will, so they are taken over.
  const more = list(join(home, ".terraform.d"))
    .filter((name) => name.endsWith(".tfrc"))
    .sort();
  return [file, ...more.map((name) => join(home, ".terraform.d", name))]
    .map((path) => (path ? read(path) : ""))
    .join("");
}

function installation({ path, providers }: Mirror): string {
  const names = JSON.stringify(providers);
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(path)}
    include = ${names}
  }
  direct {
    exclude = ${names}
  }
}
`;
}

/** A configuration that is named but missing says nothing: Terraform itself only warns. */
function read(file: string): string {
  try {
    return `${readFileSync(file, "utf8")}\n`;
  } catch {
    return "";
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
