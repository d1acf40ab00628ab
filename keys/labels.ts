import { createHash } from "node:crypto";
import { ExplainedError } from "./error";

/**
 * How a key stands in Secrets Manager: its generation and its public key are staging labels of its version, so that
 * whoever may call `DescribeSecret` reads them without decrypting anything. Labels have 1 to 256 characters.
 */

const GENERATION = /^generation-([1-9][0-9]{0,3})$/;
const PUBLIC_KEY = /^public-key-(04[0-9a-f]{128})$/;

/** The staging label of a generation: `generation-N`. */
export function generationLabel(generation: number): string {
  return `generation-${generation}`;
}

/**
 * The staging label of a public key: `public-key-04…`.
 *
 * @param publicKey 130 lower-case hexadecimal digits, X9.62 uncompressed point
 */
export function publicKeyLabel(publicKey: string): string {
  return `public-key-${publicKey}`;
}

/**
 * The `ClientRequestToken`, and so the version id, that a key is put into its secret with: 64 hexadecimal digits. As it is the
 * same whoever puts it and whenever, Secrets Manager itself refuses a second key in the same secret.
 */
export function versionIdOf(secretArn: string): string {
  return createHash("sha256").update(secretArn, "utf8").digest("hex");
}

/** The labels of a version are not one generation and one public key: somebody moved them. */
export class LabelError extends ExplainedError {
  override readonly name = "LabelError";
}

/**
 * Generation to public key.
 *
 * @param versionIdsToStages as `DescribeSecret` answers
 * @throws LabelError if a version has one kind of label without the other, or more than one
 */
export function readLabels(
  versionIdsToStages: Readonly<Record<string, readonly string[]>> = {},
): Map<number, string> {
  const found = new Map<number, string>();
  for (const [version, stages] of Object.entries(versionIdsToStages)) {
    const generations = stages.flatMap((stage) => GENERATION.exec(stage)?.[1] ?? []);
    const publicKeys = stages.flatMap((stage) => PUBLIC_KEY.exec(stage)?.[1] ?? []);
    if (generations.length === 0 && publicKeys.length === 0) continue;
    const [generation] = generations;
    const [publicKey] = publicKeys;
    if (generations.length !== 1 || publicKeys.length !== 1 || !generation || !publicKey) {
      throw new LabelError(
        `version ${version} has ${generations.length} generation and ${publicKeys.length} public-key labels, not one of each: somebody moved them`,
        "see who in CloudTrail (UpdateSecretVersionStage)",
      );
    }
    found.set(Number(generation), publicKey);
  }
  return found;
}
