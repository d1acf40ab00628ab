import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type MirrorSearch, providerEnvironment } from "../../../local-aws/terraform/provider-mirror";

const VERSION = "5.100.0";
const PLATFORM = "linux_amd64";
const HASHICORP = "registry.terraform.io/hashicorp/aws";
const OPENTOFU = "registry.opentofu.org/hashicorp/aws";

let machine: string;
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), "mirror-"));
});
afterEach(() => rmSync(machine, { recursive: true }));

function put(path: string, content = ""): string {
  const file = join(machine, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** An unpacked provider in the folder `mirror`. */
function putProvider(mirror: string, provider = HASHICORP, version = VERSION, platform = PLATFORM): string {
  put(`${mirror}/${provider}/${version}/${platform}/terraform-provider-aws_v${version}_x5`);
  return join(machine, mirror);
}

function find(env: NodeJS.ProcessEnv = {}, more: Partial<MirrorSearch> = {}): Record<string, string> {
  return providerEnvironment(join(machine, "local"), {
    product: "terraform",
    platform: PLATFORM,
    version: VERSION,
    home: join(machine, "home"),
    roots: [join(machine, "opt")],
    env,
    ...more,
  });
}

/** The CLI configuration that Terraform is told to use; undefined if none. */
function configuration(env?: NodeJS.ProcessEnv, more?: Partial<MirrorSearch>): string | undefined {
  const file = find(env, more)["TF_CLI_CONFIG_FILE"];
  return file === undefined ? undefined : readFileSync(file, "utf8");
}

describe("a mirror that nothing names is used", () => {
  it("for the AWS provider, and the registry for all else", () => {
    const mirror = putProvider("opt/tf-plugins");
    expect(configuration()).toBe(`provider_installation {
  filesystem_mirror {
    path    = "${mirror}"
    include = ["${HASHICORP}"]
  }
  direct {
    exclude = ["${HASHICORP}"]
  }
}
`);
  });

  it.each([
    ["a usual root itself", "opt"],
    ["a folder of a usual root", "opt/anything"],
    ["a folder of the home", "home/mirror"],
    ["Terraform's own folder", "home/.terraform.d/plugins"],
    ["the person's data folder", "home/.local/share/terraform/plugins"],
  ])("in %s", (_, folder) => {
    expect(configuration({ XDG_DATA_DIRS: machine })).toBeUndefined();
    const mirror = putProvider(folder);
    expect(configuration({ XDG_DATA_DIRS: machine })).toContain(`"${mirror}"`);
  });

  it("in a data folder of the machine", () => {
    const mirror = putProvider("data/terraform/plugins");
    expect(configuration({ XDG_DATA_DIRS: `/nowhere:${join(machine, "data")}` })).toContain(`"${mirror}"`);
  });

  it("when it is packed", () => {
    put(`opt/mirror/${HASHICORP}/terraform-provider-aws_${VERSION}_${PLATFORM}.zip`);
    expect(configuration()).toContain(join(machine, "opt/mirror"));
  });

  it("by OpenTofu, which looks for its own registry's name", () => {
    putProvider("opt/mirror");
    expect(configuration({}, { product: "tofu" })).toBeUndefined();
    putProvider("opt/mirror", OPENTOFU);
    expect(configuration({}, { product: "tofu" })).toContain(`include = ["${OPENTOFU}","${HASHICORP}"]`);
  });
});

describe("a mirror is not used", () => {
  it.each([
    ["version", "6.25.0", PLATFORM],
    ["platform", VERSION, "darwin_arm64"],
  ])("that has the provider for another %s only", (_, version, platform) => {
    putProvider("opt/mirror", HASHICORP, version, platform);
    expect(configuration()).toBeUndefined();
  });

  it("where the person's configuration says how providers are installed", () => {
    putProvider("opt/mirror");
    const file = put("own.tfrc", "# mine\nprovider_installation {\n  direct {}\n}\n");
    expect(find({ TF_CLI_CONFIG_FILE: file })).toEqual({});
    put("home/.terraformrc", readFileSync(file, "utf8"));
    expect(find()).toEqual({});
  });

  it("where the person's configuration is JSON, which cannot be added to", () => {
    putProvider("opt/mirror");
    expect(configuration({ TF_CLI_CONFIG_FILE: put("own.json", "{}") })).toBeUndefined();
  });
});

describe("the person's configuration", () => {
  beforeEach(() => putProvider("opt/mirror"));

  it("that is named but missing stands in no one's way", () => {
    expect(configuration({ TF_CLI_CONFIG_FILE: join(machine, "missing.tfrc") })).toMatch(
      /^provider_installation/,
    );
  });

  it("keeps its other settings", () => {
    put("home/.terraformrc", "disable_checkpoint = true");
    put("home/.terraform.d/more.tfrc", 'credentials "example.com" {}');
    expect(configuration()).toMatch(
      /^disable_checkpoint = true\ncredentials "example.com" \{\}\nprovider_installation/,
    );
  });

  it("is OpenTofu's own where there is one", () => {
    putProvider("opt/mirror", OPENTOFU);
    put("home/.terraformrc", "disable_checkpoint = true");
    put("home/.tofurc", "disable_checkpoint = false");
    expect(configuration({}, { product: "tofu" })).toMatch(
      /^disable_checkpoint = false\nprovider_installation/,
    );
  });

  it("may mention the setting in a comment", () => {
    const file = put("own.tfrc", "# provider_installation {\n/*\nprovider_installation {\n*/\n");
    expect(configuration({ TF_CLI_CONFIG_FILE: file })).toMatch(/^provider_installation \{\n {2}filesystem/m);
  });
});

describe("a provider that must be downloaded", () => {
  it("is downloaded once for all stacks", () => {
    expect(find()).toEqual({
      TF_PLUGIN_CACHE_DIR: join(machine, "local/tools/providers"),
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
    });
  });

  it("goes to the person's own cache where there is one", () => {
    expect(find({ TF_PLUGIN_CACHE_DIR: "/cache" })).toEqual({});
    put("home/.terraformrc", 'plugin_cache_dir = "/cache"');
    expect(find()).toEqual({});
  });
});
