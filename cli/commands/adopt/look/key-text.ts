import { fingerprint, formatFingerprint } from "../../../../keys";

/** A public key as people compare it with the registered one. */
export const keyText = (publicKey: string) =>
  `public key ${publicKey}, fingerprint ${formatFingerprint(fingerprint(publicKey))}`;
