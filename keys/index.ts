/**
 * P-256 key formats and signatures, as Ledger Enterprise's API users need them. Pure: no AWS, no Terraform, no file system.
 * Source of every format: Ledger's guide "Register a new API User", step 1.
 * `import { … } from "cdktf-ledger-api-user/keys"`.
 *
 * @module
 */
export { type Converted, convert } from "./convert";
export { type Diagnosis, diagnose, type Expectation } from "./diagnose";
export { ExplainedError, KeyError, type KeyErrorCode, type Mistake } from "./error";
export { encodePrivateKey, generateKeyPair, type KeyPair } from "./key-pair";
export {
  generationLabel,
  LabelError,
  MOST_GENERATIONS,
  publicKeyLabel,
  readLabels,
  versionIdOf,
} from "./labels";
export { formatFingerprint, PROOF_PREFIX } from "./portable";
export { type PrivateKey, parsePrivateKey } from "./private-key";
export { fingerprint, parsePublicKey, proofMessage, verify } from "./public-key";
export { redacted } from "./redact";
