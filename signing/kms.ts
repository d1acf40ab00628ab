import { createHash } from "node:crypto";
import type { KMSClient, SignCommandInput } from "@aws-sdk/client-kms";
import { diagnose } from "../keys";
import { awsFailure, guarded, reached, regionOf } from "./aws";
import { rawSignature } from "./der";
import { SigningError } from "./error";
import { type ApprovalSigner, checked } from "./signer";

const KEY_ARN = /^arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:\d{12}:key\/[0-9A-Za-z-]+$/;
const ALIAS_OR_ID = /^((arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:\d{12}:)?alias\/[\w/-]+|(mrk-)?[0-9a-f-]{32,36})$/;

const RIGHT_KIND = "name a key of spec ECC_NIST_P256 and usage SIGN_VERIFY";

/** What KMS takes as a message; above, it is given the SHA-256 digest. (KMS API reference, Sign: Message.) */
const MAX_RAW_BYTES = 4096;

/** Which KMS key signs, and by which client. */
export interface KmsSignerOptions {
  /** The key's ARN, its id, `alias/NAME` or an alias's ARN. Another account's key: an ARN. */
  readonly keyId: string;
  /**
   * Your own client, of the key's region.
   * @default one that is made at the first use, of the ARN's region or the SDK's own, and 10 s for each attempt
   */
  readonly client?: KMSClient;
}

/**
 * A signer over a KMS key, `ECC_NIST_P256` and `SIGN_VERIFY` (custody kms): the private key never leaves KMS.
 *
 * Only the public keys are kept, by the ARN of the key that KMS says it signed with: an alias may be moved to another key, but a
 * key's own public half never changes.
 *
 * @throws SigningError `bad-key` if `keyId` does not name a key
 */
export function kmsSigner({ keyId, client }: KmsSignerOptions): ApprovalSigner {
  if (
    keyId.length > (keyId.startsWith("arn:") ? 400 : 256) ||
    !(KEY_ARN.test(keyId) || ALIAS_OR_ID.test(keyId))
  ) {
    // Not repeated: it may be a private key that was put in the wrong place.
    const fix = "give its ARN, its id, or alias/NAME";
    throw new SigningError("bad-key", "the KMS key is not named as AWS names keys", fix);
  }
  const publicKeys = new Map<string, string>();

  async function kms() {
    // Loaded when first needed: a program that signs by another custody need not load this SDK.
    const sdk = await import("@aws-sdk/client-kms");
    client ??= new sdk.KMSClient({ region: regionOf(keyId), ...reached() });
    return { sdk, client };
  }

  async function publicKeyOf(KeyId: string): Promise<string> {
    const known = publicKeys.get(KeyId);
    if (known !== undefined) return known;
    const { sdk, client } = await kms();
    const answer = await client.send(guarded(client, new sdk.GetPublicKeyCommand({ KeyId }))).catch(fail);
    // SPKI, DER: of whatever kind of key.
    const { curve, publicKey } = diagnose(answer.PublicKey ?? new Uint8Array());
    if (curve !== "P-256" || publicKey === undefined)
      throw new SigningError("bad-key", `the KMS key ${keyId} is not a P-256 key`, RIGHT_KIND);
    if (KEY_ARN.test(KeyId)) publicKeys.set(KeyId, publicKey);
    return publicKey;
  }

  function fail(error: unknown): never {
    throw awsFailure(error, advice(keyId));
  }

  async function sign(message: Uint8Array): Promise<Buffer> {
    const { sdk, client } = await kms();
    const command = new sdk.SignCommand({ KeyId: keyId, ...toSign(message) });
    const answer = await client.send(guarded(client, command)).catch(fail);
    const signature = rawSignature(answer.Signature ?? new Uint8Array());
    // A key that is named by its ARN is that key, whatever the answer says; where an alias leads, the answer alone knows.
    const signedWith = KEY_ARN.test(keyId) ? keyId : (answer.KeyId ?? keyId);
    return checked(await publicKeyOf(signedWith), message, signature);
  }

  return { publicKey: () => publicKeyOf(keyId), sign };
}

/** RAW while KMS takes it, so that KMS itself hashes what it signs. */
function toSign(message: Uint8Array): Omit<SignCommandInput, "KeyId"> {
  const SigningAlgorithm = "ECDSA_SHA_256";
  if (message.length <= MAX_RAW_BYTES) return { Message: message, MessageType: "RAW", SigningAlgorithm };
  const Message = createHash("sha256").update(message).digest();
  return { Message, MessageType: "DIGEST", SigningAlgorithm };
}

const advice = (keyId: string) => ({
  key: `the KMS key ${keyId}`,
  needs:
    "list the role among the user's signers, and give it the registration's signerPolicy: kms:Sign and kms:GetPublicKey on the key",
  missing: { NotFoundException: "check the key's id or alias, and the region: name it by its full ARN" },
  unusable: {
    DisabledException: "enable it: aws kms enable-key",
    KMSInvalidStateException: "cancel its deletion: aws kms cancel-key-deletion, then aws kms enable-key",
    InvalidKeyUsageException: RIGHT_KIND,
  },
});
