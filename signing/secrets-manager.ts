import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { generationLabel, KeyError, type PrivateKey, parsePrivateKey } from "../keys";
import { awsFailure, guarded, reached, regionOf } from "./aws";
import { SigningError } from "./error";
import { type ApprovalSigner, checked } from "./signer";

/** Which secret holds the key that signs, and by which client it is read. */
export interface SecretsManagerSignerOptions {
  /** The secret's full ARN: `keyArn` of the registration. Its region is where it is asked; its account may be another. */
  readonly secretArn: string;
  /**
   * Which key of the user signs.
   * @default the current one, label AWSCURRENT
   */
  readonly generation?: number;
  /**
   * Your own client, of the secret's region.
   * @default one that is made at the first use, with the SDK's own credentials and 10 s for each attempt
   */
  readonly client?: SecretsManagerClient;
}

/**
 * A signer over a private key in Secrets Manager (custody secrets-manager or imported).
 *
 * Nothing is cached: each call reads the secret, signs and wipes. So a rotation takes effect at once, each use stands in CloudTrail
 * (`GetSecretValue`), and the key is in memory for milliseconds. That is one request an approval, of the 10,000 a second
 * that Secrets Manager takes. What JavaScript cannot wipe is the string that the SDK hands over; it is let go at once.
 *
 * @throws SigningError `bad-key` if `secretArn` is no ARN of a secret
 */
export function secretsManagerSigner(options: SecretsManagerSignerOptions): ApprovalSigner {
  const { secretArn, generation } = options;
  let { client } = options;
  if (!/^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/.test(secretArn)) {
    const fix = "take keyArn from the registration: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME";
    throw new SigningError("bad-key", "the secret is not named by its full ARN", fix);
  }

  async function withKey<T>(use: (key: PrivateKey) => T): Promise<T> {
    const key = parse(await read());
    try {
      return use(key);
    } finally {
      key.wipe();
    }
  }

  async function read(): Promise<string> {
    // Loaded when first needed: a program that signs by another custody need not load this SDK.
    const sdk = await import("@aws-sdk/client-secrets-manager");
    client ??= new sdk.SecretsManagerClient({ region: regionOf(secretArn), ...reached() });
    // By name, even the current one: which version is answered where no label is asked for is the service's choice.
    const VersionStage = generation === undefined ? "AWSCURRENT" : generationLabel(generation);
    const command = guarded(client, new sdk.GetSecretValueCommand({ SecretId: secretArn, VersionStage }));
    try {
      return (await client.send(command)).SecretString ?? "";
    } catch (error) {
      throw awsFailure(error, advice(secretArn, VersionStage));
    }
  }

  function parse(secret: string): PrivateKey {
    try {
      return parsePrivateKey(secret);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      throw new SigningError("bad-key", `the secret ${secretArn} holds no key to sign with`, error.message);
    }
  }

  return {
    publicKey: () => withKey((key) => key.publicKey),
    sign: (message) => withKey((key) => checked(key.publicKey, message, key.sign(message))),
  };
}

const advice = (secretArn: string, stage: string) => ({
  key: `the secret ${secretArn} (${stage})`,
  needs:
    "list the role among the user's signers, and give it the registration's signerPolicy: secretsmanager:GetSecretValue on the secret, kms:Decrypt on its key",
  missing: {
    ResourceNotFoundException:
      "check the ARN and the generation; an imported key is there once a custodian has loaded it",
  },
  unusable: {
    InvalidRequestException: "restore it if it is scheduled for deletion: aws secretsmanager restore-secret",
    DecryptionFailure: "see that the KMS key that encrypts it is enabled and not pending deletion",
  },
});
