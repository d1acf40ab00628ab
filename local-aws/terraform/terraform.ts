/** Finds Terraform or OpenTofu, and runs it against the embedded AWS. */
import { execFile } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { ExitCode, Failure } from "../../messages/failure";
import { environmentWithoutAws } from "../emulator/environment";
import { findExecutable } from "./executables";
import { interrupted, OwnedProcess } from "./processes";
import { providerEnvironment } from "./provider-mirror";
import { fetchTerraform, PINNED_RELEASE, type TerraformRelease } from "./release";

/** The variable that names the binary for cdktf-cli too. */
const BINARY_VARIABLE = "TERRAFORM_BINARY_NAME";
const INSTALL =
  "install Terraform >= 1.5 (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org)";

/** How long Terraform may take to end what it is doing and to write its state, once told to stop. */
const GRACE_MS = 15_000;

/** The commands that take `-input` (the first ones) and `-no-color`. */
const TAKE_INPUT = ["init", "plan", "apply", "destroy", "refresh", "import"];
const TAKE_NO_COLOR = [...TAKE_INPUT, "validate", "output", "show"];

/** A person's settings that would make another run of it: their variables, workspace, arguments, data folder. */
const FOREIGN_SETTINGS = /^TF_(CLI_ARGS|VAR_|WORKSPACE$|DATA_DIR$|INPUT$)/;

export interface TerraformOptions {
  /** The stack's folder. */
  readonly cwd: string;
  /** Which AWS to work on: what `LocalAws.env` returns. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with each line of output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Aborting it makes Terraform stop, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

export interface TerraformOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** 0, or 2 where `-detailed-exitcode` makes it mean that there are changes. */
  readonly exitCode: number;
}

/** A Terraform command that failed; the message is what Terraform said, without its frame. */
export class TerraformError extends Error {
  override readonly name = "TerraformError";

  constructor(
    readonly args: readonly string[],
    readonly exitCode: number | null,
    readonly stdout: string,
    readonly stderr: string,
  ) {
    super(errorText(stderr) || `terraform ${args[0]} ended with ${exitCode ?? "a signal"}: ${stderr.trim()}`);
  }
}

export class Terraform {
  private constructor(
    readonly binary: string,
    readonly product: "terraform" | "tofu",
    readonly version: string,
    /** What leads it to the providers on this machine, for who runs it without `run`. */
    readonly settings: Readonly<Record<string, string>>,
  ) {}

  /**
   * Finds the binary, and the AWS provider where it is on the machine already. Where no binary is, one is fetched.
   * @param directory where a CLI configuration or downloaded providers may be put: `.local`
   * @throws Failure that says what to install
   */
  static async find(directory: string, release: TerraformRelease = PINNED_RELEASE): Promise<Terraform> {
    const named = process.env[BINARY_VARIABLE];
    const binaries = (named ? [named] : ["terraform", "tofu"]).flatMap((name) => findExecutable(name) ?? []);
    if (binaries.length === 0) {
      if (named) throw missing(`${BINARY_VARIABLE}=${named} is not on the PATH`);
      binaries.push(
        await fetchTerraform(release, (line) => process.stderr.write(`${line}\n`)).catch((error: Error) => {
          throw missing(`it is not on the PATH and could not be fetched (${error.message})`);
        }),
      );
    }
    const rejected: string[] = [];
    for (const binary of binaries) {
      const found = await readVersion(binary);
      if (found !== undefined && isRecent(found.version)) {
        const search = { product: found.product, platform: found.platform, version: pinnedProviderVersion() };
        return new Terraform(binary, found.product, found.version, providerEnvironment(directory, search));
      }
      rejected.push(found === undefined ? `${binary} does not run` : `${binary} is version ${found.version}`);
    }
    throw missing(rejected.join(", "));
  }

  /**
   * Runs one command. Once this process was told to end, it returns no more: there is nothing left to do but to end.
   * @throws TerraformError
   */
  async run(
    args: readonly string[],
    { cwd, env, onLine, signal }: TerraformOptions,
  ): Promise<TerraformOutput> {
    signal?.throwIfAborted();
    const child = new OwnedProcess(this.binary, withFlags(args), {
      cwd,
      env: { ...ownEnvironment(), ...this.settings, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // The interrupt goes to Terraform alone: it tells its providers itself, after they have finished.
      stopSignal: "SIGINT",
      graceMs: GRACE_MS,
    });
    const abort = () => void child.stop();
    signal?.addEventListener("abort", abort);
    const linesOf = (stream: Readable | null) => {
      const lines: string[] = [];
      createInterface(stream as Readable).on("line", (line) => {
        lines.push(line);
        onLine?.(line);
      });
      return lines;
    };
    const [stdout, stderr] = [linesOf(child.stdout), linesOf(child.stderr)];
    const exit = await child.exited.finally(() => signal?.removeEventListener("abort", abort));
    if (interrupted()) return new Promise(() => {});
    signal?.throwIfAborted();
    const output = { stdout: stdout.join("\n"), stderr: stderr.join("\n") };
    const changes = exit.code === 2 && args.includes("-detailed-exitcode");
    if (exit.code !== 0 && !changes) throw new TerraformError(args, exit.code, output.stdout, output.stderr);
    return { ...output, exitCode: exit.code ?? 0 };
  }
}

function missing(why: string): Failure {
  return new Failure(`Terraform is needed, and ${why}`, INSTALL, ExitCode.NO);
}

/** The version of the AWS provider that cdktf's bindings, and so all our stacks, pin. */
function pinnedProviderVersion(): string {
  const bindings = require("@cdktf/provider-aws/package.json") as {
    cdktf: { provider: { version: string } };
  };
  return bindings.cdktf.provider.version;
}

/** This process's environment, without AWS and without what makes Terraform work in another way than expected. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(environmentWithoutAws()).filter(([name]) => !FOREIGN_SETTINGS.test(name));
  const direct = [process.env["NO_PROXY"] || process.env["no_proxy"], "127.0.0.1,localhost"]
    .filter(Boolean)
    .join(",");
  return {
    ...Object.fromEntries(own),
    TF_IN_AUTOMATION: "1",
    // No call home for news of versions: it makes each command wait where there is no network.
    CHECKPOINT_DISABLE: "1",
    // Terraform and the AWS provider live for seconds and load much: collecting their garbage less often saves a tenth.
    GOGC: process.env["GOGC"] ?? "400",
    NO_PROXY: direct,
    no_proxy: direct,
  };
}

function withFlags([command = "", ...rest]: readonly string[]): string[] {
  const input = TAKE_INPUT.includes(command) ? ["-input=false"] : [];
  const color = TAKE_NO_COLOR.includes(command) ? ["-no-color"] : [];
  return [command, ...input, ...color, ...rest];
}

async function readVersion(binary: string) {
  const env = { ...ownEnvironment(), TF_CLI_CONFIG_FILE: "/dev/null" };
  try {
    const [json, text] = await Promise.all([
      promisify(execFile)(binary, ["version", "-json"], { env, timeout: 30_000 }),
      promisify(execFile)(binary, ["version"], { env, timeout: 30_000 }),
    ]);
    const { terraform_version: version, platform } = JSON.parse(json.stdout) as Record<string, string>;
    if (version === undefined || platform === undefined) return undefined;
    // OpenTofu's JSON calls its version terraform_version too.
    const product: Terraform["product"] = text.stdout.startsWith("OpenTofu") ? "tofu" : "terraform";
    return { product, version, platform };
  } catch {
    return undefined;
  }
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 5);
}

/** Terraform's errors as a person reads them: without its warnings, and without the box it may draw around them. */
export function errorText(stderr: string): string {
  const diagnostics: string[][] = [];
  for (const line of stderr.split("\n")) {
    const text = line.replace(/^[│╷╵]\s?/u, "").trimEnd();
    if (/^(Error|Warning): /.test(text)) diagnostics.push([text]);
    else if (text !== "") diagnostics.at(-1)?.push(text);
  }
  return diagnostics
    .filter(([first]) => first?.startsWith("Error: "))
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}
