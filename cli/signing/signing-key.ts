import type { Command } from "commander";
import { verify } from "../../keys";
import { ExitCode, Failure } from "../../messages/failure";
import type { RegisteredUser } from "../../registration/read";
import {
  type ApprovalSigner,
  kmsSigner,
  localSigner,
  SigningError,
  secretsManagerSigner,
  signChallenge,
} from "../../signing";
import { readInput, warnOfReaders } from "../shared/input";
import { chooseUser, readUsers } from "../shared/registration-option";

const ENVIRONMENT = "LEDGER_ENTERPRISE_API_PRIVATE_KEY";

export interface KeyOptions {
  readonly secret?: string;
  readonly kms?: string;
  readonly file?: string;
  readonly user?: string;
  readonly registration?: string;
}

/** The key that signs, wherever it lives. */
export interface SigningKey {
  /** For people: `the KMS key alias/…`. */
  readonly name: string;
  readonly signer: ApprovalSigner;
  /** The public key that the registration says it has. */
  readonly registered?: string;
  /** The registration's users, where the key was named by one of them. */
  readonly known?: readonly RegisteredUser[];
  /** Forgets a private key that this process holds. */
  wipe?(): void;
}

export function addKeyOptions(command: Command): Command {
  return command
    .option("--secret <ARN>", "sign with the current key in this secret of Secrets Manager")
    .option("--kms <KEY>", "sign with this KMS key: ARN, id, or alias/NAME")
    .option("--file <PATH>", "sign with the private key in this file, SEC1 PEM or its hexadecimal form")
    .option("--user <NAME>", "sign with this user's key, as --registration has it")
    .option(
      "--registration <FILE>",
      "with --user: registration.json, or terraform output -json; - for stdin",
    );
}

/**
 * Opens the one key that the options name; without any, the one in LEDGER_ENTERPRISE_API_PRIVATE_KEY.
 *
 * @param stdinTaken whether standard input is for something else
 * @throws Failure, KeyError, or the SigningError of a name that is none
 */
export async function openKey(options: KeyOptions, stdinTaken: boolean): Promise<SigningKey> {
  const { secret, kms, file, user, registration } = options;
  const named = Object.entries({ secret, kms, file, user }).filter(([, value]) => value !== undefined);
  if (named.length > 1) {
    const both = named.map(([name]) => `--${name}`).join(" and ");
    throw new Failure(`${both} name more than one key`, "keep one of them");
  }
  if ((user === undefined) !== (registration === undefined))
    throw new Failure("--user and --registration go together", "give both, or another way to name the key");
  if (stdinTaken && (file === "-" || registration === "-"))
    throw new Failure("standard input cannot be the challenge as well", "name a file for one of them");
  if (secret !== undefined)
    return { name: `the secret ${secret}`, signer: secretsManagerSigner({ secretArn: secret }) };
  if (kms !== undefined) return { name: `the KMS key ${kms}`, signer: kmsSigner({ keyId: kms }) };
  if (file !== undefined) return fromFile(file);
  if (user !== undefined && registration !== undefined) return fromRegistration(user, registration);
  const key = process.env[ENVIRONMENT];
  if (key) return local(`the key in ${ENVIRONMENT}`, key);
  throw new Failure(
    "no key is named",
    `give --secret, --kms, --file, or --user with --registration, or set ${ENVIRONMENT}`,
  );
}

/**
 * Signs the challenge as a compact JWS. A key that is not the registered one is found out here, and its signature is not handed out.
 *
 * @throws Failure, KeyError
 */
export async function signWith({ signer, registered, name }: SigningKey, challenge: string): Promise<string> {
  const jws = await signChallenge(challenge, signer);
  if (registered !== undefined && !isSignedBy(registered, jws)) {
    throw new Failure(
      `the registered public key is not that of ${name}`,
      "do not approve anything; run npx cdktf-ledger-api-user verify --proof to see whose it is",
      ExitCode.NO,
    );
  }
  return jws;
}

/** Whether a compact JWS is of the key with this public key. */
export function isSignedBy(publicKey: string, jws: string): boolean {
  const end = jws.lastIndexOf(".");
  return verify(publicKey, jws.slice(0, end), Buffer.from(jws.slice(end + 1), "base64url"));
}

/** A SigningError as a command ends with it: 1 where the key or its signature is wrong, else 2. Anything else as it is. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof SigningError)) return error;
  const wrong = error.code === "bad-key" || error.code === "bad-signature";
  return new Failure(error.what, error.fix, wrong ? ExitCode.NO : ExitCode.BAD_INPUT);
}

function fromFile(path: string): SigningKey {
  const input = readInput(path, "a private key, in hexadecimal or PEM,");
  const { bytes, name } = input;
  warnOfReaders(input);
  try {
    return local(name === "standard input" ? "the key from standard input" : `the file ${name}`, bytes);
  } finally {
    bytes.fill(0);
  }
}

function local(name: string, key: string | Uint8Array): SigningKey {
  const signer = localSigner(key);
  return { name, signer, wipe: () => signer.wipe() };
}

async function fromRegistration(name: string, file: string): Promise<SigningKey> {
  const known = await readUsers(file);
  const user = chooseUser(known, name);
  const { username, custody, keyArn, generation, publicKey: registered } = user;
  const signer =
    custody === "kms"
      ? kmsSigner({ keyId: keyArn })
      : secretsManagerSigner({ secretArn: keyArn, generation });
  return { name: `the key of ${username} (${keyArn})`, signer, registered, known };
}
