import { verifySignature } from "../../../local-aws/terraform/hashicorp-signature";
import { PINNED_RELEASE } from "../../../local-aws/terraform/release";
import { newKey, signed } from "../../support/terraform-mirror";

const CONTENT = Buffer.from("the sums");
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

test("HashiCorp's key is the one of the published fingerprint, and could sign from before this release until 2030", async () => {
  const { publicKey, fingerprint } = PINNED_RELEASE.key;
  expect(fingerprint).toBe(
    "C874 011F 0AB4 0511 0D02 1055 3436 5D94 72D7 468F".replaceAll(" ", "").toLowerCase(),
  );
  const { readKey } = await import("openpgp");
  const blocks = publicKey.split(/(?<=-----END PGP PUBLIC KEY BLOCK-----\n)/);
  const copies = await Promise.all(blocks.map((armoredKey) => readKey({ armoredKey })));
  expect(copies.map((copy) => copy.getFingerprint())).toEqual([fingerprint, fingerprint]);
  const [first, extended] = copies;
  const signingKey = "c820c6d5cd27ab87";
  // Terraform 1.11.4 was signed on the first of these days.
  for (const day of ["2025-04-09", "2026-04-17"]) {
    expect((await first?.getSigningKey(undefined, new Date(day)))?.getKeyID().toHex()).toBe(signingKey);
  }
  for (const day of ["2026-04-17", "2030-02-28"]) {
    expect((await extended?.getSigningKey(undefined, new Date(day)))?.getKeyID().toHex()).toBe(signingKey);
  }
});

describe("a signature", () => {
  const keyOf = (...copies: Awaited<ReturnType<typeof newKey>>[]) => ({
    publicKey: copies.map((copy) => copy.toPublic().armor()).join(""),
    fingerprint: copies[0]?.getFingerprint() ?? "",
  });

  test("counts when the key made it", async () => {
    const key = await newKey();
    await verifySignature(CONTENT, await signed(CONTENT, key), keyOf(key));
  });

  test("counts when the key has expired since", async () => {
    const key = await newKey({ date: daysAgo(20), keyExpirationTime: (10 * DAY_MS) / 1000 });
    await verifySignature(CONTENT, await signed(CONTENT, key, daysAgo(15)), keyOf(key));
  });

  test("does not count when the key had expired before", async () => {
    const date = daysAgo(20);
    const key = await newKey({ date, keyExpirationTime: (10 * DAY_MS) / 1000 });
    // The same key without an end: openpgp signs with no expired one.
    const { reformatKey } = await import("openpgp");
    const userIDs = [{ name: "test" }];
    const { privateKey } = await reformatKey({ privateKey: key, userIDs, date, format: "object" });
    const late = await signed(CONTENT, privateKey, daysAgo(5));
    await verifySignature(CONTENT, late, keyOf(privateKey));
    await expect(verifySignature(CONTENT, late, keyOf(key))).rejects.toThrow("expired");
  });

  test("does not count when the key is revoked, in any of its copies", async () => {
    const key = await newKey({ date: daysAgo(20) });
    const early = await signed(CONTENT, key, daysAgo(15));
    const { enums, revokeKey } = await import("openpgp");
    const { privateKey: revoked } = await revokeKey({
      key,
      reasonForRevocation: { flag: enums.reasonForRevocation.keyCompromised },
      format: "object",
    });
    await verifySignature(CONTENT, early, keyOf(key));
    await expect(verifySignature(CONTENT, early, keyOf(revoked))).rejects.toThrow("revoked");
    await expect(verifySignature(CONTENT, early, keyOf(key, revoked))).rejects.toThrow("revoked");
  });

  test("does not count when another key made it, whichever of the two is expected", async () => {
    const [key, other] = [await newKey(), await newKey()];
    const signature = await signed(CONTENT, other);
    await expect(verifySignature(CONTENT, signature, keyOf(key))).rejects.toThrow(
      "Could not find signing key",
    );
    const swapped = { ...keyOf(other), fingerprint: key.getFingerprint() };
    await expect(verifySignature(CONTENT, signature, swapped)).rejects.toThrow(
      `the public key is ${other.getFingerprint()}, and not ${key.getFingerprint()}`,
    );
    const both = { ...swapped, publicKey: keyOf(key).publicKey + swapped.publicKey };
    await expect(verifySignature(CONTENT, signature, both)).rejects.toThrow("and not");
  });

  test("does not count over other content, nor when it is none, nor without a key", async () => {
    const key = await newKey();
    const signature = await signed(CONTENT, key);
    await expect(verifySignature(Buffer.from("other sums"), signature, keyOf(key))).rejects.toThrow(
      "Signed digest",
    );
    await expect(verifySignature(CONTENT, Buffer.from("<html>"), keyOf(key))).rejects.toThrow();
    await expect(verifySignature(CONTENT, Buffer.alloc(0), keyOf(key))).rejects.toThrow();
    await expect(verifySignature(CONTENT, signature, { ...keyOf(key), publicKey: "" })).rejects.toThrow(
      "no public key",
    );
  });
});
