/**
 * Approvals of a Ledger Enterprise workspace, signed as an API user whose private key is in Secrets Manager, in KMS or at hand.
 * For services that approve; docs/signing.md has examples. `import { … } from "cdktf-ledger-api-user/signing"`. What is signed: Ledger's "Approve a request",
 * https://help.enterprise.ledger.com/api-documentation/tutorials/api-functionalities/approve-a-request
 *
 * @module
 */
export { type Challenge, decodeChallenge, signChallenge } from "./challenge";
export { SigningError, type SigningErrorCode } from "./error";
export type { Json, JsonObject } from "./json";
export { type KmsSignerOptions, kmsSigner } from "./kms";
export { type LocalSigner, localSigner } from "./local";
export { type SecretsManagerSignerOptions, secretsManagerSigner } from "./secrets-manager";
export { type ApprovalSigner, checked } from "./signer";
