import { diagnose } from "../keys";
import { isObject } from "../rules/is-object";

/** Whose credentials a login was made with. Undefined is what the token does not say. */
export interface Identity {
  /** 130 lower-case hexadecimal digits. */
  readonly publicKey?: string;
  readonly workspace?: string;
}

/** No public key is longer in any form, and to read a text of a megabyte in all of them takes long. */
const MOST_KEY = 2000;

/**
 * What a login's token says of its owner. The token in Ledger's guide "First Steps as an API User" is a JWT with `pub_key` and
 * `workspace`; nothing promises either. Its signature is not checked: it comes from the workspace itself, by TLS.
 */
export function identityIn(token: string): Identity {
  const [, payload = ""] = token.split(".");
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return {};
  }
  if (!isObject(claims)) return {};
  const { pub_key, workspace } = claims;
  return {
    ...(typeof pub_key === "string" &&
      pub_key.length < MOST_KEY && { publicKey: diagnose(pub_key).publicKey }),
    ...(typeof workspace === "string" && { workspace }),
  };
}
