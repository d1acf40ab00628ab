import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fetchTerraform } from "../../../local-aws/terraform/release";
import { ARCHIVE, Mirror, newKey, SUMS, VERSION } from "../../support/terraform-mirror";

let mirror: Mirror;
let folder: string;

beforeEach(async () => {
  mirror = await Mirror.start();
  folder = mkdtempSync(join(tmpdir(), "release-"));
});

afterEach(async () => {
  await mirror.stop();
  rmSync(folder, { recursive: true });
});

const lines: string[] = [];
beforeEach(() => lines.splice(0));
const fetchFromMirror = (machine?: { platform: string; arch: string }) =>
  fetchTerraform(mirror.release(folder), (line) => lines.push(line), machine);

/** The bytes of a file of the mirror with one bit turned. */
function tampered(name: string): Buffer {
  const bytes = Buffer.from(mirror.files.get(name) as Uint8Array);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
  return bytes;
}

async function refuses(message: string | RegExp): Promise<void> {
  await expect(fetchFromMirror()).rejects.toThrow(message);
  expect(readdirSync(folder, { recursive: true })).toEqual([]);
  expect(lines).toEqual([]);
}

describe("a release", () => {
  test("is fetched once, and said in a line", async () => {
    const binary = join(folder, VERSION, "terraform");
    expect(await fetchFromMirror()).toBe(binary);
    expect(statSync(binary).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(folder, VERSION))).toEqual(["terraform"]);
    expect(mirror.requests).toEqual([SUMS, mirror.signatureName, ARCHIVE]);
    const where = relative(process.cwd(), join(folder, VERSION));
    expect(lines).toEqual([
      `Terraform ${VERSION} was not found: fetched it from ${mirror.address}, signature verified, into ${where}`,
    ]);
    expect(await fetchFromMirror()).toBe(binary);
    expect(mirror.requests).toHaveLength(3);
    expect(lines).toHaveLength(1);
  });

  test("may have its signature under the name without the key's id", async () => {
    mirror.files.set(`${SUMS}.sig`, mirror.files.get(mirror.signatureName) as Uint8Array);
    mirror.files.delete(mirror.signatureName);
    await fetchFromMirror();
  });

  test.each([
    ["darwin", "arm64", "darwin_arm64"],
    ["win32", "x64", "windows_amd64"],
    ["linux", "arm64", "linux_arm64"],
  ])("is asked for as %s %s names it", async (platform, arch, name) => {
    await expect(fetchFromMirror({ platform, arch })).rejects.toThrow("404");
    expect(mirror.requests.at(-1)).toBe(`terraform_${VERSION}_${name}.zip`);
  });

  test("is not looked for on other machines", async () => {
    await expect(fetchFromMirror({ platform: "aix", arch: "ppc64" })).rejects.toThrow(
      "there is none for aix ppc64",
    );
    expect(mirror.requests).toEqual([]);
  });
});

describe("nothing is put in place", () => {
  test("of a tampered archive", async () => {
    mirror.files.set(ARCHIVE, tampered(ARCHIVE));
    await refuses(`${ARCHIVE} is not the file that HashiCorp signed the SHA-256 of`);
  });

  test("of tampered sums, whose archive is not asked for", async () => {
    mirror.files.set(SUMS, tampered(SUMS));
    await refuses(/SHA256SUMS has no valid signature of HashiCorp's: .*Signed digest did not match/);
    expect(mirror.requests).not.toContain(ARCHIVE);
  });

  test("of sums that another key signed", async () => {
    await mirror.sign(await newKey());
    await refuses("Could not find signing key");
  });

  test("without a signature", async () => {
    mirror.files.delete(mirror.signatureName);
    await refuses("SHA256SUMS.sig: it answered with HTTP status 404");
  });

  test("of a signed release of another archive", async () => {
    mirror.files.set(SUMS, Buffer.from(`${"0".repeat(64)}  ${ARCHIVE}\n`));
    await mirror.sign(mirror.key);
    await refuses("is not the file");
  });

  test("from where it redirects to", async () => {
    mirror.files.set(ARCHIVE, "https://elsewhere.example/terraform.zip");
    await refuses("it redirects to https://elsewhere.example/terraform.zip, which is not followed");
  });
});
