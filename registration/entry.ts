import { fingerprint, KeyError, parsePublicKey } from "../keys";
import { joinPath } from "../messages/paths";
import { ApiUserRole, type Custody } from "../rules/api-user-role";
import { isObject } from "../rules/is-object";
import { partitionOf } from "../rules/partitions";
import { isUsername } from "../rules/user-names";
import type { CardFacts } from "./card";
import { readKeys } from "./generations";
import type { RegisteredUser } from "./registered-user";

/** A mistake in a registration. It quotes no value, so that it can be shown. */
export class RegistrationError extends Error {
  override readonly name = "RegistrationError";

  constructor(
    /** What is wrong, and where. */
    readonly what: string,
    readonly fix: string,
  ) {
    super(`${what}; ${fix}`);
  }
}

/** `arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX` and `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`. */
const KEY_ARN =
  /^arn:(aws[a-z-]*):(?:(secretsmanager):([a-z]{2,5}(?:-[a-z]+)+-\d{1,2}):(\d{12}):secret:[\w/+=.@-]+-[0-9A-Za-z]{6}|(kms):([a-z]{2,5}(?:-[a-z]+)+-\d{1,2}):(\d{12}):key\/[0-9a-z-]+)$/;

/** A secret's name has up to 512 characters. */
const MOST_ARN_CHARACTERS = 640;

const FROM_TERRAFORM = "take the registration afresh from terraform output -json";

/**
 * Checks an entry.
 *
 * @param path where it is, for messages: `acme-prod-treasury["settlement bot"]`
 * @param letWrongFingerprintsThrough for callers that say which key was swapped for which
 * @throws RegistrationError
 */
export function readEntry(
  value: unknown,
  { key, path, stack }: { key: string; path: string; stack?: string },
  letWrongFingerprintsThrough: boolean,
): RegisteredUser {
  if (!isObject(value)) throw new RegistrationError(`${path} is not the entry of a user`, FROM_TERRAFORM);
  const field = new Fields(value, path);
  const username = field.text("username", isUsername, "a user's name");
  if (username !== key) throw field.error("username", "is not the name that the entry has in its stack");
  const role = field.oneOf("role", ["operator", "administrator"]);
  const hasLabel = (text: string) => text === ApiUserRole.of(role).uiLabel;
  const uiLabel = field.text("uiLabel", hasLabel, `the label of role ${role}`);
  const custody = field.oneOf("custody", ["secrets-manager", "kms", "imported"]);
  const publicKey = field.publicKey();
  const print = fingerprint(publicKey);
  const named = value["fingerprint"] ?? print;
  const fingerprintDiffers = String(named).toLowerCase() !== print;
  if (fingerprintDiffers && !letWrongFingerprintsThrough)
    throw field.error("fingerprint", "is not that of the public key beside it: one of them was changed");
  const own = {
    generation: field.generation(),
    publicKey,
    fingerprint: print,
    ...field.keyArn(custody),
    keyStatus: field.keyStatus(),
    credentialsArn: field.credentialsArn(),
  };
  const { region: _region, account: _account, ...ownKey } = own;
  const keys = readKeys(
    value["generations"],
    ownKey,
    { path, username },
    {
      read: (each, place) => keyIn(each, place, custody, value),
      nameOf: (each, place) =>
        new Fields(isObject(each) ? each : {}, place).text("registeredAs", isUsername, "a user's name"),
      error: (name, what) => field.error(name, what),
    },
  );
  return {
    stack,
    workspace: "workspace" in value ? field.text("workspace", isName, "a workspace's name") : undefined,
    username,
    role,
    uiLabel,
    custody,
    ...own,
    fingerprintDiffers,
    stage: "current",
    registeredAs: keys.find(({ stage }) => stage === "current")?.registeredAs ?? username,
    keys,
    currentArn: field.currentArn(),
    apiUrl: "apiUrl" in value ? field.text("apiUrl", isApiUrl, "an https address") : undefined,
    signers: field.texts("signers"),
    readers: field.texts("readers"),
    groups: field.texts("groups"),
    accountRules: field.texts("accountRules"),
    adminRules: field.texts("adminRules"),
    practice: field.practice(),
    entry: { ...value, publicKey, fingerprint: print },
  };
}

/** The fields of one generation: of the same account and region as the entry's own. */
function keyIn(value: unknown, path: string, custody: Custody, entry: Readonly<Record<string, unknown>>) {
  const field = new Fields(isObject(value) ? value : {}, path);
  const publicKey = field.publicKey();
  const { keyArn } = field.keyArn(custody);
  if (placeOf(keyArn) !== placeOf(String(entry["keyArn"])))
    throw field.error("keyArn", "is of another account or region than that of the current generation");
  return {
    publicKey,
    fingerprint: fingerprint(publicKey),
    keyArn,
    keyStatus: field.keyStatus(),
    credentialsArn: field.credentialsArn(),
  };
}

/** Partition, region and account of an ARN. */
const placeOf = (arn: string) => [1, 3, 4].map((part) => arn.split(":")[part]).join();

const isArnOf = (service: "kms" | "secretsmanager") => (arn: string) =>
  arn.length <= MOST_ARN_CHARACTERS && arn.split(":")[2] === service && KEY_ARN.test(arn);

const isName = (text: string) => /^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$/.test(text);

/** As the fleet's schema has it. */
const isApiUrl = (text: string) =>
  text.length <= 2048 && /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/.test(text) && URL.canParse(text);

/** The fields of one entry. Messages name a field and never its value, which could be anything, even a private key. */
class Fields {
  constructor(
    private readonly entry: Readonly<Record<string, unknown>>,
    private readonly path: string,
  ) {}

  error(name: string, what: string): RegistrationError {
    return new RegistrationError(`${joinPath(this.path, name)} ${what}`, FROM_TERRAFORM);
  }

  text(name: string, isRight: (text: string) => boolean, what: string): string {
    const value = this.entry[name];
    if (value === undefined) throw this.error(name, "is missing");
    if (typeof value !== "string" || !isRight(value)) throw this.error(name, `is not ${what}`);
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    return this.text(name, (text) => allowed.includes(text as T), allowed.join(" or ")) as T;
  }

  keyStatus(): CardFacts["keyStatus"] {
    if (!("keyStatus" in this.entry)) return undefined;
    return this.oneOf<"in custody" | "awaiting key">("keyStatus", ["in custody", "awaiting key"]);
  }

  practice(): CardFacts["practice"] {
    const { practice } = this.entry;
    if (practice === undefined || practice === true) return practice;
    throw this.error("practice", "is not true");
  }

  texts(name: string): readonly string[] {
    const value = this.entry[name] ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw this.error(name, "is not a list of texts");
  }

  generation(): number {
    const value = this.entry["generation"];
    if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 9999) return Number(value);
    throw this.error("generation", value === undefined ? "is missing" : "is not a whole number from 1");
  }

  publicKey(): string {
    const text = this.text("publicKey", () => true, "text");
    try {
      return parsePublicKey(text);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      throw this.error("publicKey", `is not a public key: ${error.what}`);
    }
  }

  keyArn(custody: Custody): { keyArn: string; region: string; account: string } {
    const keyArn =
      custody === "kms"
        ? this.text("keyArn", isArnOf("kms"), "the full ARN of a KMS key (arn:aws:kms:…:key/ID)")
        : this.text(
            "keyArn",
            isArnOf("secretsmanager"),
            "the full ARN of a secret (arn:aws:secretsmanager:…)",
          );
    const [, partition = "", , region = "", account = ""] = keyArn.split(":");
    if (partition !== partitionOf(region))
      throw this.error("keyArn", `has a region that is not of its partition`);
    return { keyArn, region, account };
  }

  /** In another account or region, it could not be the user's. */
  credentialsArn(): string | undefined {
    if (!("credentialsArn" in this.entry)) return undefined;
    const credentialsArn = this.text("credentialsArn", isArnOf("secretsmanager"), "the full ARN of a secret");
    if (placeOf(credentialsArn) !== placeOf(String(this.entry["keyArn"])))
      throw this.error("credentialsArn", "is of another account or region than keyArn");
    return credentialsArn;
  }

  currentArn(): string | undefined {
    if (!("currentArn" in this.entry)) return undefined;
    const currentArn = this.text("currentArn", isArnOf("secretsmanager"), "the full ARN of a secret");
    if (placeOf(currentArn) === placeOf(String(this.entry["keyArn"]))) return currentArn;
    throw this.error("currentArn", "is of another account or region than keyArn");
  }
}
