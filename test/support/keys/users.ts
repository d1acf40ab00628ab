/** The six that share the recogniser of keys, each as a function of what somebody brought. */
import { LeakScanner } from "../../../audit/detect";
import { checkCredentials } from "../../../cli/commands/credentials/check";
import { parseYaml } from "../../../fleet/yaml/parse";
import { convert, diagnose, KeyError, parsePrivateKey } from "../../../keys";
import { redacted } from "../../../keys/redact";
import { Failure } from "../../../messages/failure";

/** The public key of what `inspect` converts; undefined where it does not. */
export function converted(input: string | Uint8Array): string | undefined {
  if (!diagnose(input).convertible) return undefined;
  const found = convert(input);
  if (found.kind === "private") found.privateKeyHex.fill(0);
  return found.publicKey;
}

/** The code of the refusal that `import-key` ends in, or "taken". */
export function imported(input: string | Uint8Array): string {
  try {
    parsePrivateKey(input).wipe();
    return "taken";
  } catch (error) {
    if (error instanceof KeyError) return error.code;
    throw error;
  }
}

/** The public keys of the leaks that `audit` finds in a file. */
export function audited(file: Uint8Array): (string | undefined)[] {
  const scanner = new LeakScanner();
  scanner.push(file);
  return scanner.end().leaks.map(({ publicKey }) => publicKey);
}

/** The same in the middle of a log, in the encoding of the log. */
export function auditedInLog(
  text: string,
  encode: (text: string) => Buffer = Buffer.from,
): (string | undefined)[] {
  const line = (index: number) => `2026-01-01T10:00:${10 + index}Z INFO request ${index} handled in 12 ms\n`;
  const lines = Array.from({ length: 30 }, (_, index) => line(index)).join("");
  return audited(encode(`${lines}${text}\n${lines}`));
}

/** Why `credentials put` refuses a text as API Secret of the user with a public key; undefined if it takes it. */
export function refusal(apiKeySecret: string, publicKey: string): string | undefined {
  const owner = { stack: "acme-prod", workspace: "acme-prod", username: "bot", publicKey } as never;
  try {
    checkCredentials({ apiKeyId: "2khK02ZRc_TE9nYJyGIfIQ", apiKeySecret }, [owner]);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** Whether the guard over YAML stops a file that holds a text. */
export const stopped = (text: string): boolean =>
  parseYaml(Buffer.from(`users: []\n# ${text}\n`), "a.yaml").problems.some(({ what }) =>
    what.includes("contains a private key"),
  );

/** The first 12 characters in a row that redaction leaves of a key, `reference` being the same text of another key. */
export function leftOf(text: string, reference: string, publicParts: readonly string[]): string | undefined {
  const left = redacted(text);
  for (let at = 0; at + 12 <= text.length; at++) {
    const part = text.slice(at, at + 12);
    if (left.includes(part) && !reference.includes(part) && !publicParts.some((each) => each.includes(part)))
      return part;
  }
  return undefined;
}
