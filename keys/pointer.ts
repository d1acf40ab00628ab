import { createHash } from "node:crypto";
import { versionIdOf } from "./labels";

/** A generation, as the pointer names it. */
export interface PointerTarget {
  readonly generation: number;
  /** The ARN of the secret or KMS key that holds the private key. */
  readonly keyArn: string;
  readonly credentialsArn: string;
  readonly publicKey: string;
}

/**
 * The id of a version of the pointer begins with its generation and goes on with a digest of the value: whoever may call `DescribeSecret`
 * reads the generation without decrypting, and the same value, put again, is the same version.
 */
const VERSION_ID = /^generation-([1-9][0-9]{0,3})-[0-9a-f]{40}$/;

/** The generation that a version of the pointer names by its id. Undefined if the key generator gives no such id. */
export function pointerGeneration(versionId: string): number | undefined {
  const [, generation] = VERSION_ID.exec(versionId) ?? [];
  return generation === undefined ? undefined : Number(generation);
}

/** The id of the version of the pointer that names a generation. */
export function pointerVersionId(target: PointerTarget): string {
  const digest = createHash("sha256").update(pointerText(target)).digest("hex");
  return `generation-${target.generation}-${digest.slice(0, 40)}`;
}

/** What services read, in an order that is always the same. */
export function pointerText({ generation, credentialsArn, keyArn, publicKey }: PointerTarget): string {
  const keyVersionId = keyArn.split(":")[2] === "secretsmanager" ? versionIdOf(keyArn) : undefined;
  return JSON.stringify({ generation, credentialsArn, keyArn, keyVersionId, publicKey });
}
