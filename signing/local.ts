import { parsePrivateKey } from "../keys";
import { type ApprovalSigner, checked } from "./signer";

/** A signer that holds its private key in this process, until it is wiped. */
export interface LocalSigner extends ApprovalSigner {
  /** Forgets the private key. `sign` then throws KeyError `wiped`. */
  wipe(): void;
}

/**
 * A signer over a private key at hand: SEC1 PEM, or the hex of its bytes, as `LEDGER_ENTERPRISE_API_PRIVATE_KEY` and the files
 * of `cdktf-ledger-api-user keygen` have it. Wiping the input is the caller's; prefer bytes, since a string cannot be wiped.
 *
 * @throws KeyError if it is not a private key that Ledger Enterprise takes, with what it is and the fix
 */
export function localSigner(pemOrHex: string | Uint8Array): LocalSigner {
  const key = parsePrivateKey(pemOrHex);
  return {
    publicKey: async () => key.publicKey,
    sign: async (message) => checked(key.publicKey, message, key.sign(message)),
    wipe: () => key.wipe(),
  };
}
