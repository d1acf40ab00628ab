/** Fetches Terraform for a machine that has none: a pinned release, checked against HashiCorp's signature. */
import { createHash, randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { unzipSync } from "fflate";
import { PROJECT } from "../project";
import { Progress } from "../trial-run/progress";
import { DownloadError, download } from "./download";
import { findExecutable } from "./executables";
import { type SigningKey, verifySignature } from "./hashicorp-signature";

export interface TerraformRelease {
  readonly version: string;
  /** Where releases are: `ADDRESS/terraform/VERSION/…`. */
  readonly address: string;
  readonly key: SigningKey;
  /** Gets a folder for the version. */
  readonly folder: string;
}

/** What is fetched where no Terraform is on the PATH. Only tests fetch anything else. */
export const PINNED_RELEASE: TerraformRelease = {
  version: "1.11.4",
  address: "https://releases.hashicorp.com",
  key: {
    // HashiCorp's key as published in 2021, and again in 2026, when its life was extended to 2030.
    publicKey: readFileSync(join(__dirname, "hashicorp-key.asc"), "utf8"),
    fingerprint: "c874011f0ab405110d02105534365d9472d7468f",
  },
  folder: join(PROJECT, ".local/tools/terraform"),
};

const MAX_TEXT_BYTES = 100_000;
const MAX_ARCHIVE_BYTES = 200_000_000;

const SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
const PROCESSORS: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * The release's binary, fetched unless an earlier run did.
 * @param log told in a line what was fetched
 */
export async function fetchTerraform(
  release: TerraformRelease,
  log: (line: string) => void,
  { platform, arch }: { platform: string; arch: string } = process,
): Promise<string> {
  const { version, address, key } = release;
  const [system, processor] = [SYSTEMS[platform], PROCESSORS[arch]];
  if (!system || !processor) throw new Error(`there is none for ${platform} ${arch}`);
  const executable = system === "windows" ? "terraform.exe" : "terraform";
  const folder = join(release.folder, version);
  const binary = join(folder, executable);
  if (findExecutable(binary)) return binary;

  const file = (name: string) => new URL(`${address}/terraform/${version}/terraform_${version}_${name}`);
  const sums = await download(file("SHA256SUMS"), { maxBytes: MAX_TEXT_BYTES });
  const signature = await downloadSignature(file, key);
  await verifySignature(sums, signature, key).catch((error: Error) => {
    throw new Error(`${file("SHA256SUMS").href} has no valid signature of HashiCorp's: ${error.message}`);
  });

  const archiveName = `${system}_${processor}.zip`;
  const archive = await download(file(archiveName), {
    maxBytes: MAX_ARCHIVE_BYTES,
    onProgress: (received, total) =>
      show(`  Terraform ${version}: ${megabytes(received)} of ${megabytes(total)} MB`),
  }).finally(() => show(""));
  const hash = createHash("sha256").update(archive).digest("hex");
  if (!sums.toString().split("\n").includes(`${hash}  terraform_${version}_${archiveName}`)) {
    throw new Error(`${file(archiveName).href} is not the file that HashiCorp signed the SHA-256 of`);
  }
  const content = unzipSync(archive, { filter: ({ name }) => name === executable })[executable];
  if (content === undefined) throw new Error(`${file(archiveName).href} holds no ${executable}`);
  install(content, folder, binary);
  const where = relative(process.cwd(), folder);
  log(`Terraform ${version} was not found: fetched it from ${address}, signature verified, into ${where}`);
  return binary;
}

/** The signature by the key that is asked for; older and smaller mirrors have the one without a key's id only. */
async function downloadSignature(file: (name: string) => URL, key: SigningKey): Promise<Buffer> {
  const id = key.fingerprint.slice(-8).toUpperCase();
  const options = { maxBytes: MAX_TEXT_BYTES };
  return await download(file(`SHA256SUMS.${id}.sig`), options).catch((error) => {
    if (error instanceof DownloadError && error.status === 404)
      return download(file("SHA256SUMS.sig"), options);
    throw error;
  });
}

/** Several processes may do so at once: each puts a whole file in place. */
function install(content: Uint8Array, folder: string, binary: string): void {
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${randomUUID()}`);
  try {
    writeFileSync(temporary, content);
    chmodSync(temporary, 0o755);
    renameSync(temporary, binary);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Shows a line on a terminal, in place of the one before; nothing where nobody looks. */
function show(line: string): void {
  Progress.terminal()?.write(`\r\x1b[2K${line}`);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "?" : (bytes / 1e6).toFixed(0);
}
