/** The session tokens of one embedded AWS: the secret that every request to it must have, and by which it knows who calls. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A function of an account and region. */
export interface FunctionPlace {
  readonly account: string;
  readonly region: string;
  readonly functionName: string;
}

/** Who holds a token: the person or process that started the run, or one of its functions. */
export type TokenHolder = "run" | FunctionPlace;

/** 192 bits. Not 256: the search for private keys would look at each token as the 32 bytes of one. */
const BYTES = 24;

/**
 * A token is its holder's name and a MAC of it, under a random key that never leaves this process. So nobody can guess one, a function cannot
 * make that of another out of its own, and no list has to be kept.
 */
export class SessionTokens {
  private readonly key = randomBytes(BYTES);

  /** The token of who started this embedded AWS. */
  readonly ofRun = this.sign("run");

  /** The token of a function, by which its calls are known. */
  ofFunction({ account, region, functionName }: FunctionPlace): string {
    return this.sign(`function:${account}:${region}:${functionName}`);
  }

  /** Who holds a token; undefined for one that this embedded AWS did not issue. */
  holderOf(token: string): TokenHolder | undefined {
    const name = token.slice(0, Math.max(0, token.lastIndexOf(":")));
    const [given, issued] = [Buffer.from(token), Buffer.from(this.sign(name))];
    if (given.length !== issued.length || !timingSafeEqual(given, issued)) return undefined;
    const [kind, account = "", region = "", functionName = ""] = name.split(":");
    return kind === "function" ? { account, region, functionName } : "run";
  }

  private sign(name: string): string {
    return `${name}:${createHmac("sha256", this.key).update(name).digest().subarray(0, BYTES).toString("base64url")}`;
  }
}
