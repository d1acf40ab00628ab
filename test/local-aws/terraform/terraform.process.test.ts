import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { PINNED_RELEASE } from "../../../local-aws/terraform/release";
import { errorText, Terraform, TerraformError } from "../../../local-aws/terraform/terraform";
import { startProxy } from "../../support/proxy";

// Not about speed: the machine may be busy.
jest.setTimeout(60_000);

const original = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terraform-"));
  process.env = { HOME: folder, PATH: join(folder, "bin") };
  mkdirSync(join(folder, "bin"));
});

afterEach(() => {
  process.env = original;
  rmSync(folder, { recursive: true });
});

/** Puts a command on the PATH that answers `version` like Terraform or OpenTofu, and does `script` for all else. */
function install(name: string, version: string, script = "", title = "Terraform"): string {
  const file = join(folder, "bin", name);
  const json = JSON.stringify({ terraform_version: version, platform: "linux_amd64" });
  const body = `case "$*" in "version -json") echo '${json}';; version) echo '${title} v${version}';; *) ${script || ":"};; esac`;
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A release that cannot be fetched: nobody listens there. */
const OFFLINE = { ...PINNED_RELEASE, address: "http://127.0.0.1:9" };

const find = () => Terraform.find(join(folder, "local"), { ...OFFLINE, folder: join(folder, "fetched") });

describe("Terraform is found", () => {
  it("on the PATH", async () => {
    const binary = install("terraform", "1.11.4");
    install("tofu", "1.9.0", "", "OpenTofu");
    expect(await find()).toMatchObject({ binary, product: "terraform", version: "1.11.4" });
  });

  it("as OpenTofu, where Terraform is missing or too old", async () => {
    const binary = install("tofu", "1.9.0", "", "OpenTofu");
    expect(await find()).toMatchObject({ binary, product: "tofu" });
    install("terraform", "1.4.6");
    expect(await find()).toMatchObject({ binary, product: "tofu" });
  });

  it("where cdktf's variable names it, and nowhere else", async () => {
    install("terraform", "1.11.4");
    process.env["TERRAFORM_BINARY_NAME"] = "other";
    await expect(find()).rejects.toThrow(
      "TERRAFORM_BINARY_NAME=other is not on the PATH; install Terraform >= 1.5",
    );
    const binary = install("other", "1.5.0");
    expect(await find()).toMatchObject({ binary });
    process.env["TERRAFORM_BINARY_NAME"] = binary;
    expect(await find()).toMatchObject({ binary });
  });
});

describe("without Terraform the error says what to install", () => {
  it("when there is none", async () => {
    await expect(find()).rejects.toThrow(
      /^Terraform is needed, and it is not on the PATH and could not be fetched \(.*ECONNREFUSED.*\); install Terraform >= 1.5 \(http/,
    );
  });

  it("when it is too old", async () => {
    const binary = install("terraform", "1.4.6");
    await expect(find()).rejects.toThrow(`${binary} is version 1.4.6; install Terraform >= 1.5`);
  });

  it("when it does not run", async () => {
    const binary = join(folder, "bin", "terraform");
    writeFileSync(binary, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    await expect(find()).rejects.toThrow(`${binary} does not run; install`);
  });
});

describe("a command", () => {
  const run = async (script: string, args = ["plan"], more = {}) => {
    install("terraform", "1.11.4", script);
    return (await find()).run(args, { cwd: folder, env: { AWS_ACCESS_KEY_ID: "123456789012" }, ...more });
  };

  it("is run without questions and colours", async () => {
    expect((await run('echo "$@"', ["apply", "-auto-approve"])).stdout).toBe(
      "apply -input=false -no-color -auto-approve",
    );
    expect((await run('echo "$@"', ["state", "list"])).stdout).toBe("state list");
  });

  it("reaches the embedded AWS only, whatever the person's environment says", async () => {
    Object.assign(process.env, {
      AWS_PROFILE: "production",
      AWS_SESSION_TOKEN: "secret",
      AWS_ENDPOINT_URL_KMS: "https://kms.example",
      TF_CLI_ARGS_plan: "-destroy",
      TF_WORKSPACE: "other",
      NO_PROXY: "internal",
    });
    const script = "/usr/bin/env | /bin/grep -E '^(AWS_|TF_CLI_ARGS|TF_WORKSPACE|NO_PROXY)' | /usr/bin/sort";
    expect((await run(script)).stdout).toBe(
      "AWS_ACCESS_KEY_ID=123456789012\nNO_PROXY=internal,127.0.0.1,localhost",
    );
  });

  it("tells its lines as they come", async () => {
    const lines: string[] = [];
    await run("echo one; echo two >&2", ["plan"], { onLine: (line: string) => lines.push(line) });
    expect(lines.sort()).toEqual(["one", "two"]);
  });

  it("that finds changes has not failed", async () => {
    expect((await run("exit 2", ["plan", "-detailed-exitcode"])).exitCode).toBe(2);
    await expect(run("exit 2")).rejects.toBeInstanceOf(TerraformError);
  });

  it("that fails says what Terraform said", async () => {
    const script = "echo progress; echo 'Error: no such thing' >&2; exit 1";
    await expect(run(script)).rejects.toMatchObject({
      message: "Error: no such thing",
      exitCode: 1,
      args: ["plan"],
    });
  });

  it("that fails without a word still says what failed", async () => {
    await expect(run("exit 9")).rejects.toThrow("terraform plan ended with 9");
  });

  it("can be aborted", async () => {
    const controller = new AbortController();
    const script = 'trap "exit 1" INT; echo up; while :; do /bin/sleep 0.1; done';
    const onLine = () => controller.abort(new Error("another stack failed"));
    await expect(run(script, ["apply"], { signal: controller.signal, onLine })).rejects.toThrow(
      "another stack failed",
    );
  });
});

it("an error is taken out of its box, and warnings are left out", () => {
  const boxed = `╷
│ Warning: Deprecated
│ 
│ Do not use this.
╵
╷
│ Error: creating Secret (x): ResourceExistsException
│ 
│   with aws_secretsmanager_secret.x,
│   on cdk.tf.json line 3, in resource:
╵
╷
│ Error: second
╵`;
  expect(errorText(boxed)).toBe(
    "Error: creating Secret (x): ResourceExistsException\n  with aws_secretsmanager_secret.x,\n  on cdk.tf.json line 3, in resource:\n\nError: second",
  );
});

describe("behind a proxy", () => {
  it("Terraform itself fetches providers through it", async () => {
    const proxy = await startProxy({
      instead: (socket: Duplex) => void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"),
    });
    process.env = { HOME: folder, PATH: original["PATH"], HTTPS_PROXY: proxy.url(), no_proxy: "internal" };
    const needed =
      'terraform {\n  required_providers {\n    random = { source = "hashicorp/random" }\n  }\n}\n';
    writeFileSync(join(folder, "main.tf"), needed);
    const terraform = await find();
    // Without the providers that this machine has.
    const env = { TF_CLI_CONFIG_FILE: "/dev/null" };
    await expect(terraform.run(["init"], { cwd: folder, env })).rejects.toBeInstanceOf(TerraformError);
    expect([...new Set(proxy.targets())]).toEqual(["registry.terraform.io:443"]);
    proxy.stop();
  });

  it.each([
    "NO_PROXY",
    "no_proxy",
  ])("what %s excepts stays excepted, and so is the embedded AWS", async (name) => {
    install("terraform", "1.11.4", "echo $NO_PROXY $no_proxy");
    process.env[name] = "internal";
    const { stdout } = await (await find()).run(["plan"], { cwd: folder, env: {} });
    expect(stdout).toBe("internal,127.0.0.1,localhost internal,127.0.0.1,localhost");
  });
});
