import { diagnose } from "../../../keys";
import { publicKeyOfNumberIn } from "../../../keys/search/among";
import { ExitCode, Failure } from "../../../messages/failure";
import { addressOf, type RegisteredUser } from "../../../registration/read";

/** What the workspace shows when API access is generated. */
export interface Credentials {
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
}

/** A user of the registration, as far as it matters here. */
type Whose = Pick<RegisteredUser, "stack" | "workspace" | "username" | "publicKey">;

/** As the workspace's page calls them. */
export const NAMES = { apiKeyId: "API Key ID", apiKeySecret: "API Secret" } as const;

/** Ledger publishes neither form nor length: these let everything pass but what cannot be. */
const [LEAST, MOST] = [8, 512];

/**
 * Refuses what was pasted by mistake. What is refused is never quoted.
 *
 * @param users of the registration, whose keys are known
 * @returns a remark on what looks odd and may be right, or undefined
 * @throws Failure with exit code 1 and the reason
 */
export function checkCredentials(credentials: Credentials, users: readonly Whose[]): string | undefined {
  for (const [field, name] of Object.entries(NAMES)) {
    const problem = problemOf(credentials[field as keyof Credentials], users);
    if (problem) throw new Failure(`the ${name} ${problem[0]}`, problem[1], ExitCode.NO);
  }
  const { apiKeyId, apiKeySecret } = credentials;
  if (apiKeyId === apiKeySecret) {
    const fix = "copy each from its own place on the workspace's page";
    throw new Failure(`${NAMES.apiKeyId} and ${NAMES.apiKeySecret} are the same text`, fix, ExitCode.NO);
  }
  // Nothing that Ledger publishes tells the two apart for sure; a login does.
  if (apiKeySecret.length < apiKeyId.length)
    return `the ${NAMES.apiKeySecret} is shorter than the ${NAMES.apiKeyId}: check that they are not swapped; --check finds out`;
  return undefined;
}

/** A line of an environment file. */
const NAMED = /^(?:LEDGER_ENTERPRISE_|api[_-]?(?:key|secret))\w*[:=]/i;

function problemOf(text: string, users: readonly Whose[]): [what: string, fix: string] | undefined {
  const again = "copy it again from the workspace's page, by itself";
  if (text === "") return ["is empty", again];
  const key = keyProblem(text, users);
  if (key) return key;
  if (!/^[\x21-\x7e]+$/.test(text))
    return ["has blanks, line breaks or characters outside ASCII in it", again];
  if (/^https?:/i.test(text)) return ["is an address", again];
  if (/^["'`].*["'`]$/.test(text)) return ["has quotation marks around it", again];
  if (NAMED.test(text)) return ["has its name before it", again];
  if (text.length < LEAST)
    return [`has ${text.length} characters, which is too short: a part is missing`, again];
  if (text.length > MOST)
    return [`has ${text.length} characters, which is too long: something else was copied`, again];
  return undefined;
}

const NOT_SENT =
  "it was not sent anywhere; the private key stays in its custody, and no program needs it here";

/**
 * The forms in which services issue secrets, Ledger's own among them (32 bytes in base64url): one of these that holds a number of 31 to 33
 * bytes is a secret like any other, unless a user's public key belongs to it. In all others (a list of bytes, decimal, `d=…`) it is a key.
 */
const ISSUED = /^(?!\d+$)[\w+/.~-]{41,}={0,2}$/;

/** A secret without what is copied with it by mistake, which is refused for that. */
const alone = (text: string) =>
  text
    .replace(/[^\x21-\x7e]+/g, "")
    .replace(NAMED, "")
    .replace(/^(["'`])(.*)\1$/, "$2");

/** Credentials go to every reader: a private key among them would be lost. */
function keyProblem(text: string, users: readonly Whose[]): [string, string] | undefined {
  const { kind, code, publicKey } = diagnose(text);
  const ownerOf = (key?: string) =>
    key === undefined ? undefined : users.find((user) => user.publicKey === key);
  const owner = ownerOf(publicKey) ?? ownerOf(numberOfUserIn(text, users));
  const whose = owner ? ` of ${JSON.stringify(addressOf(owner))}` : "";
  if (kind === "public" && (owner === undefined || owner.publicKey === publicKey)) {
    // 33 bytes of chance in base64 may pass for a compressed point: only what is a key for sure counts.
    const sure = owner || /^(?:0x)?04[0-9a-f]{128}$/i.test(text) || text.includes("-----BEGIN");
    return sure ? [`is a public key${whose}`, "copy it from the page that shows API access"] : undefined;
  }
  const isPrivate = kind === "private" || kind === "pair";
  const isBare = code === "bare-scalar" || code === "out-of-range";
  if (owner || (isPrivate && (!isBare || !ISSUED.test(alone(text)))))
    return [`${isPrivate ? "is a" : "holds the"} private key${whose}`, NOT_SENT];
  return text.includes("-----BEGIN") ? ["is a key or a certificate in PEM", NOT_SENT] : undefined;
}

function numberOfUserIn(text: string, users: readonly Whose[]): string | undefined {
  if (text.length > MOST) return undefined; // refused for that
  return publicKeyOfNumberIn(text, new Set(users.map((user) => user.publicKey)));
}
