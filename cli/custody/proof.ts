import type { AwsClients } from "../../aws/clients";
import { proofMessage, verify } from "../../keys";
import type { RegisteredUser } from "../../registration/read";
import { type ApprovalSigner, kmsSigner, SigningError, secretsManagerSigner } from "../../signing";
import type { Unseen } from "./refused";

/** A signature by the key in custody, for anyone to check with the registered public key. */
export interface Proof {
  /** What was signed, as text: UTF-8. */
  readonly message: string;
  /** ECDSA, P-256, SHA-256: r and s, 128 hexadecimal digits. */
  readonly signature: string;
}

/**
 * Has the key in custody sign a fresh message, and checks the signature with the registered public key.
 *
 * It proves that the caller may use the private key of that public key. It does not prove that nobody else can: a key that was ever
 * outside KMS may have copies.
 */
export async function prove(user: RegisteredUser, clients: AwsClients): Promise<Proof | Unseen> {
  const { publicKey } = user;
  const message = proofMessage(publicKey);
  try {
    const signer = await signerOf(user, clients);
    const signature = await signer.sign(Buffer.from(message, "utf8"));
    if (verify(publicKey, message, signature)) return { message, signature: signature.toString("hex") };
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const { code, what: problem, fix } = error;
    if (code === "access-denied" || code === "unavailable" || code === "foreign-endpoint")
      return { state: "unreadable", problem, fix };
    return { state: code === "no-key" ? "missing" : "mismatch", problem, fix };
  }
  return {
    state: "mismatch",
    problem:
      "the key in custody signs, but its signature is not of the registered public key, whatever its label says",
    fix: "do not register the public key; find in CloudTrail who put the key there (PutSecretValue)",
  };
}

async function signerOf(user: RegisteredUser, clients: AwsClients): Promise<ApprovalSigner> {
  const { custody, keyArn, generation, region } = user;
  return custody === "kms"
    ? kmsSigner({ keyId: keyArn, client: await clients.kms(region) })
    : secretsManagerSigner({ secretArn: keyArn, generation, client: await clients.secretsManager(region) });
}
