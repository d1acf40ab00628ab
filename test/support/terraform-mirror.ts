/** A loopback mirror of HashiCorp's releases, with a key of the test's own. */
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { strToU8, zipSync } from "fflate";
import type { TerraformRelease } from "../../local-aws/terraform/release";

export const VERSION = "1.11.4";

/** The name of the binary's archive for the machine that the tests run on. */
export const ARCHIVE = `terraform_${VERSION}_${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}.zip`;
export const SUMS = `terraform_${VERSION}_SHA256SUMS`;

/** A program that says that it is Terraform, and fails at all else. */
const FAKE_TERRAFORM = strToU8(`#!/bin/sh
case "$*" in
  "version -json") echo '{"terraform_version":"${VERSION}","platform":"linux_amd64"}' ;;
  version) echo "Terraform v${VERSION}" ;;
  *) echo "Error: not a real Terraform" >&2; exit 1 ;;
esac
`);

export async function newKey(options: { date?: Date; keyExpirationTime?: number } = {}) {
  const { generateKey } = await import("openpgp");
  const { privateKey } = await generateKey({ userIDs: [{ name: "test" }], format: "object", ...options });
  return privateKey;
}

type PrivateKey = Awaited<ReturnType<typeof newKey>>;

export async function signed(
  content: Uint8Array,
  signingKeys: PrivateKey,
  date = new Date(),
): Promise<Buffer> {
  const { createMessage, sign } = await import("openpgp");
  const message = await createMessage({ binary: content });
  return Buffer.from(await sign({ message, signingKeys, detached: true, format: "binary", date }));
}

export class Mirror {
  /** By name; a number is a status, a text where it redirects to. */
  readonly files = new Map<string, Uint8Array | number | string>();
  /** The names that were asked for. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly address: string,
    readonly key: PrivateKey,
  ) {}

  /** Serves a release whose archive holds `binary`. */
  static async start(binary: Uint8Array = FAKE_TERRAFORM): Promise<Mirror> {
    const server = createServer((request, response) => {
      const name = request.url?.replace(`/terraform/${VERSION}/`, "") ?? "";
      mirror.requests.push(name);
      const file = mirror.files.get(name) ?? 404;
      if (typeof file === "number") response.writeHead(file).end();
      else if (typeof file === "string") response.writeHead(302, { location: file }).end();
      else response.end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const mirror = new Mirror(server, `http://127.0.0.1:${port}`, await newKey());
    const archive = zipSync({ "LICENSE.txt": strToU8("a licence"), terraform: binary }, { level: 0 });
    const sum = createHash("sha256").update(archive).digest("hex");
    const sums = Buffer.from(`${"0".repeat(64)}  terraform_${VERSION}_plan9_amd64.zip\n${sum}  ${ARCHIVE}\n`);
    mirror.files.set(ARCHIVE, archive).set(SUMS, sums);
    await mirror.sign(mirror.key);
    return mirror;
  }

  /** Signs the sums as they are now. */
  async sign(key: PrivateKey, date?: Date): Promise<void> {
    this.files.set(this.signatureName, await signed(this.files.get(SUMS) as Uint8Array, key, date));
  }

  get signatureName(): string {
    return `${SUMS}.${this.key.getFingerprint().slice(-8).toUpperCase()}.sig`;
  }

  /** What to fetch from here, into `folder`. */
  release(folder: string, key = this.key): TerraformRelease {
    const publicKey = key.toPublic().armor();
    const { address } = this;
    return { version: VERSION, address, folder, key: { publicKey, fingerprint: this.key.getFingerprint() } };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
