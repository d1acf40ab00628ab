import { Failure } from "../../../messages/failure";
import { JsonProblem, readJsonDocuments } from "../../../registration/json-documents";
import type { RegisteredUser } from "../../../registration/read";
import { isObject } from "../../../rules/is-object";
import { askHidden } from "../../shared/ask-hidden";
import { readInput } from "../../shared/input";
import { textIn } from "../../shared/text-input";
import { type Credentials, NAMES } from "./check";

/** The names of Ledger's own command-line tool, under which credentials are given, stored and taken by services. */
export const VARIABLES = {
  workspace: "LEDGER_ENTERPRISE_WORKSPACE",
  apiKeyId: "LEDGER_ENTERPRISE_API_KEY_ID",
  apiKeySecret: "LEDGER_ENTERPRISE_API_KEY_SECRET",
  apiUrl: "LEDGER_ENTERPRISE_API_URL",
} as const;

const EXAMPLE = `{"${VARIABLES.apiKeyId}": "…", "${VARIABLES.apiKeySecret}": "…"}`;

/**
 * Takes the credentials of a user: from a person on the terminal, unseen, or from a program on standard input, as JSON. Never
 * from arguments, which other users of the machine and the shell's history see.
 *
 * @param stdinIsTaken whether standard input was the registration
 * @throws Failure that says what is wrong with the form, and quotes nothing
 */
export async function readCredentials(user: RegisteredUser, stdinIsTaken: boolean): Promise<Credentials> {
  if (stdinIsTaken || process.stdin.isTTY) {
    const [apiKeyId = "", apiKeySecret = ""] = await askHidden([
      `${NAMES.apiKeyId} (not shown): `,
      `${NAMES.apiKeySecret} (not shown): `,
    ]);
    return { apiKeyId, apiKeySecret };
  }
  const input = readInput(undefined, "credentials");
  try {
    return credentialsIn(textIn(input), user);
  } finally {
    input.bytes.fill(0);
  }
}

/** Those of a user in JSON, as a program gives them. */
export function credentialsIn(json: string, user: Pick<RegisteredUser, "workspace" | "apiUrl">): Credentials {
  const fields = objectIn(json);
  const { [VARIABLES.apiKeyId]: apiKeyId, [VARIABLES.apiKeySecret]: apiKeySecret, ...rest } = fields;
  const known: Readonly<Record<string, string | undefined>> = {
    [VARIABLES.workspace]: user.workspace,
    [VARIABLES.apiUrl]: user.apiUrl,
  };
  for (const [name, value] of Object.entries(rest)) {
    if (name === "LEDGER_ENTERPRISE_API_PRIVATE_KEY")
      throw new Failure(`standard input has ${name}`, "leave it out: the private key stays in its custody");
    if (!(name in known))
      throw new Failure("standard input has fields that are no credentials", `give ${EXAMPLE}`);
    if (value !== known[name])
      throw new Failure(
        `standard input has another ${name} than the registration`,
        name === VARIABLES.apiUrl
          ? "leave it out: it is apiUrl of workspace.yaml"
          : "see whose credentials they are",
      );
  }
  if (typeof apiKeyId === "string" && typeof apiKeySecret === "string") return { apiKeyId, apiKeySecret };
  const missing = typeof apiKeyId === "string" ? VARIABLES.apiKeySecret : VARIABLES.apiKeyId;
  throw new Failure(`standard input has no text ${missing}`, `give ${EXAMPLE}`);
}

function objectIn(json: string): Readonly<Record<string, unknown>> {
  if (json.trim() === "")
    throw new Failure("standard input is empty", `give ${EXAMPLE}, or run it on a terminal to be asked`);
  try {
    const [document, ...more] = readJsonDocuments(json);
    if (more.length === 0 && isObject(document?.value)) return document.value;
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    // A message that quotes a key of the object could quote a secret in its place.
    if (error.fix) throw new Failure(`standard input ${error.message}`, error.fix);
  }
  throw new Failure("standard input is not a JSON object", `give ${EXAMPLE}`);
}
