import { Failure } from "../messages/failure";
import { proxyIn } from "../proxy/settings";
import { ALLOW_LOOPBACK, isAllowedLoopback, isLoopback } from "../rules/loopback";

/** Where the workspace is, and the credentials for it. The names are those of Ledger's own command-line tool. */
export interface Settings {
  /** Ends in a slash. */
  readonly url: URL;
  readonly workspace: string;
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
}

const names = {
  url: "LEDGER_ENTERPRISE_API_URL",
  workspace: "LEDGER_ENTERPRISE_WORKSPACE",
  apiKeyId: "LEDGER_ENTERPRISE_API_KEY_ID",
  apiKeySecret: "LEDGER_ENTERPRISE_API_KEY_SECRET",
} as const;

/**
 * Reads the settings from the environment.
 *
 * @throws Failure that names each variable that is missing or malformed, that of the proxy too, and no value
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const missing = Object.values(names).filter((name) => !environment[name]);
  if (missing.length > 0)
    throw new Failure(`not set: ${missing.join(", ")}`, "set what the workspace gave out after registration");
  const value = (name: keyof typeof names) => {
    const text = environment[names[name]] ?? "";
    if (/^[\x21-\x7e]+$/.test(text)) return text;
    throw new Failure(`${names[name]} has blanks or characters outside ASCII`, "copy it again");
  };
  proxyIn(environment);
  return {
    url: baseUrl(value("url"), environment),
    workspace: value("workspace"),
    apiKeyId: value("apiKeyId"),
    apiKeySecret: value("apiKeySecret"),
  };
}

/** Credentials go over TLS. They go to this machine itself, where a stub may listen, only where a person allows that. */
function baseUrl(text: string, environment: NodeJS.ProcessEnv): URL {
  if (!URL.canParse(text))
    throw new Failure(`${names.url} is not a URL`, "set it to https://api.vault.ledger.com");
  const url = new URL(text);
  const { protocol, hostname, username, password, search, hash } = url;
  if (isLoopback(hostname) && !isAllowedLoopback(hostname, environment))
    throw new Failure(
      `${names.url} leads to this machine itself`,
      `set it to https://api.vault.ledger.com; for a stub on this machine, set ${ALLOW_LOOPBACK}=1`,
    );
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname)))
    throw new Failure(`${names.url} does not begin with https://`, "credentials are sent over TLS only");
  if (username || password || search || hash)
    throw new Failure(`${names.url} has more than host and path`, "leave out user, query and fragment");
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
