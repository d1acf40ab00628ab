const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * A Terraform expression that turns a public key as KMS gives it into the one that is registered.
 *
 * KMS answers with base64 of a SubjectPublicKeyInfo (RFC 5480) of 91 bytes, whose last 65 are the X9.62 uncompressed
 * point. Terraform cannot turn base64 into hexadecimal digits if the bytes are not text. So each base64 character becomes
 * its 6 bits, and each 4 bits become a digit. The header of 26 bytes is 52 digits.
 *
 * @param base64 a Terraform expression of the base64, without `${}`
 * @returns an expression, without `${}`, of 130 lower-case hexadecimal digits
 */
export function hexPointOf(base64: string): string {
  const sextets = `[for c in regexall("[A-Za-z0-9+/]", ${base64}) : format("%06b", index(split("", "${BASE64}"), c))]`;
  const nibbles = `regexall("[01]{4}", join("", ${sextets}))`;
  const digits = `join("", [for n in ${nibbles} : format("%x", parseint(n, 2))])`;
  return `substr(${digits}, 52, 130)`;
}
