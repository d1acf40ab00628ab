/** Checks the OpenPGP signature that HashiCorp puts on the checksums of a release. */

/** A key that signs releases. */
export interface SigningKey {
  /**
   * The armored public key. When its owner extends its life, a signature from before counts only with the copy from
   * before, and a signature from after only with the new one: so there may be several copies, one after the other.
   */
  readonly publicKey: string;
  /** The fingerprint of the primary key, which each copy must have: hexadecimal, in lower case. */
  readonly fingerprint: string;
}

const BLOCK = /-----BEGIN PGP PUBLIC KEY BLOCK-----.*?-----END PGP PUBLIC KEY BLOCK-----/gs;

/** @throws Error if `signature` is not one that the key, valid when it signed, made over `content` */
export async function verifySignature(
  content: Uint8Array,
  signature: Uint8Array,
  { publicKey, fingerprint }: SigningKey,
): Promise<void> {
  const { createMessage, readKey, readSignature, verify } = await import("openpgp");
  const blocks = publicKey.match(BLOCK) ?? [];
  const copies = await Promise.all(blocks.map((armoredKey) => readKey({ armoredKey })));
  for (const copy of copies) {
    const found = copy.getFingerprint();
    if (found !== fingerprint) throw new Error(`the public key is ${found}, and not ${fingerprint}`);
    // Whoever has the key of a revoked one can date a signature back, to where an older copy is not revoked yet.
    if (await copy.isRevoked()) throw new Error(`the public key ${fingerprint} is revoked`);
  }
  let reason: unknown = new Error("there is no public key");
  for (const verificationKeys of copies) {
    try {
      await verify({
        message: await createMessage({ binary: content }),
        signature: await readSignature({ binarySignature: signature }),
        verificationKeys,
        expectSigned: true,
        format: "binary",
      });
      return;
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}
