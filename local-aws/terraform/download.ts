/** Downloads a file over HTTPS, through a proxy where HTTPS_PROXY names one. Redirects are not followed. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { TunnelAgent } from "../../proxy/agent";
import { isLoopback } from "../../rules/loopback";

/** How long the other side may be silent, also while it is being connected to. */
const SILENCE_MS = 15_000;

export interface DownloadOptions {
  readonly maxBytes: number;
  /** Told how many bytes have come, and how many there will be if that is known. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly env?: NodeJS.ProcessEnv;
}

export class DownloadError extends Error {
  override readonly name = "DownloadError";

  constructor(
    address: URL,
    reason: string,
    /** The HTTP status, if that is what is wrong. */
    readonly status?: number,
  ) {
    super(`${address.href}: ${reason}`);
  }
}

/** @throws DownloadError */
export async function download(
  address: URL,
  { maxBytes, onProgress, env = process.env }: DownloadOptions,
): Promise<Buffer> {
  const { protocol, hostname } = address;
  // On this machine is a test's mirror, without a certificate.
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    throw new DownloadError(address, "it is not an https address");
  }
  try {
    const response = await get(address, env);
    const { statusCode: status = 0, headers } = response;
    try {
      if (status >= 300 && status < 400) {
        throw new DownloadError(
          address,
          `it redirects to ${headers.location}, which is not followed`,
          status,
        );
      }
      if (status !== 200) throw new DownloadError(address, `it answered with HTTP status ${status}`, status);
      const total = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
      const parts: Buffer[] = [];
      let received = 0;
      const tooLarge = () => new DownloadError(address, `it is larger than ${maxBytes} bytes`);
      if (total !== undefined && total > maxBytes) throw tooLarge();
      for await (const part of response as AsyncIterable<Buffer>) {
        received += part.length;
        if (received > maxBytes) throw tooLarge();
        parts.push(part);
        onProgress?.(received, total);
      }
      return Buffer.concat(parts);
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    throw new DownloadError(address, message || code || "it could not be reached");
  }
}

function get(address: URL, env: NodeJS.ProcessEnv): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request =
      address.protocol === "https:"
        ? httpsRequest(address, { agent: new TunnelAgent({}, env) })
        : httpRequest(address);
    const silent = () => request.destroy(new Error(`no answer for ${SILENCE_MS / 1000} seconds`));
    request.setTimeout(SILENCE_MS, silent).on("error", reject).on("response", resolve).end();
  });
}
