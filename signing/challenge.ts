import { isUtf8 } from "node:buffer";
import { PROOF_PREFIX } from "../keys";
import { SigningError } from "./error";
import { type JsonObject, JsonProblem, readJson } from "./json";
import type { ApprovalSigner } from "./signer";

/** What a workspace asks a user to sign: the instruction that its HSM will follow. */
export interface Challenge {
  /** The decoded bytes: the payload of the JWS, exactly. */
  readonly bytes: Buffer;
  /** What they say, each value as it stands in them; for showing it, or checking it, before it is signed. */
  readonly content: JsonObject;
}

/** RFC 7515, 3.1: what is signed with ES256. Both fields and their order are as Ledger's samples have them. */
const HEADER = Buffer.from('{"alg":"ES256","typ":"JWT"}').toString("base64url");

/**
 * Reads a challenge as `GET /requests/{id}/challenge` gives it: `challenge`, the base64url (RFC 4648, 5; no padding) of
 * a JSON object in UTF-8. Anything else is refused, since who signs whatever comes is an oracle: other encodings of the same
 * bytes, what is not one JSON object, and names that stand twice in an object, of which two readers may see
 * different ones.
 *
 * @throws SigningError `bad-challenge` that says what it is instead
 */
export function decodeChallenge(challenge: string): Challenge {
  if (challenge.startsWith(PROOF_PREFIX)) throw proof();
  if (/^[\w-]+\.[\w-]*\.[\w-]*$/.test(challenge))
    throw refused("it is a JWS or JWT already", "give what is to be signed, the challenge");
  const bytes = Buffer.from(challenge, "base64url");
  if (challenge === "" || bytes.toString("base64url") !== challenge)
    throw refused("it is not base64url without padding", "give the value of `challenge`, whole");
  if (bytes.toString("latin1", 0, PROOF_PREFIX.length) === PROOF_PREFIX) throw proof();
  if (!isUtf8(bytes)) throw refused("its decoded bytes are not text in UTF-8", DO_NOT_SIGN);
  try {
    const content = readJson(bytes.toString("utf8"));
    if (content.kind !== "object") throw new JsonProblem("it is not a JSON object");
    return { bytes, content };
  } catch (error) {
    if (error instanceof JsonProblem) throw refused(error.message, DO_NOT_SIGN);
    throw error;
  }
}

/**
 * Signs a challenge: a compact JWS (RFC 7515, 7.1) with `alg` ES256 and `typ` JWT whose payload is exactly the challenge's
 * decoded bytes. Send it as `jws` to `POST /requests/{id}/approve` or `/reject`, once. Keep it as you would a signed cheque:
 * nothing that Ledger publishes says that a JWS made to reject could not be sent to approve.
 *
 * What the challenge says is for the caller to check first (`decodeChallenge`): the amount, the recipient, the account.
 *
 * @throws SigningError `bad-challenge` before anything is signed; what the signer throws
 */
export async function signChallenge(challenge: string, signer: ApprovalSigner): Promise<string> {
  const signingInput = `${HEADER}.${decodeChallenge(challenge).bytes.toString("base64url")}`;
  const signature = await signer.sign(Buffer.from(signingInput, "latin1"));
  if (signature.length !== 64) {
    const fix = "fix the signer: r and s, 32 bytes each";
    throw new SigningError("bad-signature", `the signature has ${signature.length} bytes, not 64`, fix);
  }
  return `${signingInput}.${signature.toString("base64url")}`;
}

const DO_NOT_SIGN = "see where it comes from, and do not sign it";

const refused = (what: string, fix: string) =>
  new SigningError("bad-challenge", `this is no challenge of Ledger's: ${what}`, fix);

const proof = () =>
  refused(
    "it is a proof of possession",
    "proofs are made by `npx cdktf-ledger-api-user verify --proof` alone",
  );
