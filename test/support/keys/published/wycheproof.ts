import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A vector of Wycheproof; README.md says how it is written. */
export interface Vector {
  readonly file: string;
  /** `FILE NUMBER: COMMENT`. */
  readonly name: string;
  /** Whether a library that agrees on keys is to take it: `acceptable` ones may be refused too. */
  readonly result: "valid" | "acceptable" | "invalid";
  readonly flags: readonly string[];
  /** As the file has it; base64 of DER in the files of PEM. Empty where there is none. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** Base64 of DER. */
  readonly pkcs8: string;
}

export const POINTS = "ecdh_secp256r1_ecpoint_test";
export const SPKI = "ecdh_secp256r1_pem_test";
export const JWKS = "ecdh_secp256r1_webcrypto_test";

/** All vectors, in their order. */
export function wycheproof(): Vector[] {
  const last = new Map<string, string>();
  const given = (file: string, column: string, text = "") => {
    if (text !== '"') last.set(file + column, text);
    return last.get(file + column) as string;
  };
  return readFileSync(join(__dirname, "wycheproof.tsv"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [file = "", id, result, flags = "", comment, ...keys] = line.split("\t");
      return {
        file,
        name: `${file} ${id}: ${comment}`,
        result: result as Vector["result"],
        flags: flags.split(","),
        publicKey: given(file, "public", keys[0]),
        privateKey: given(file, "private", keys[1]),
        pkcs8: given(file, "pkcs8", keys[2]),
      };
    });
}
