import { Failure } from "../messages/failure";
import { type Answer, type Exchange, exchange, Unanswered } from "./http";
import { type Identity, identityIn } from "./identity";
import type { Settings } from "./settings";

export interface Patience {
  /** For one request and its answer. */
  readonly timeoutSeconds: number;
  /** For all waiting between requests, while the workspace limits the rate or is not reached. */
  readonly maxWaitSeconds: number;
  /** Called before each wait. */
  readonly onWait?: (seconds: number, why: string) => void;
}

/** The workspace answered, and its answer to the login was no. */
export class LoginRefused extends Failure {}

/** The workspace could not be asked. Whoever meant to post something did not: the caller says so. */
export class Unavailable extends Failure {}

/** How a session reaches the workspace and the clock. Tests give their own. */
interface Means {
  readonly exchange: (request: Exchange) => Promise<Answer>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const MEANS: Means = {
  exchange,
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Waits in seconds where the workspace does not say how long. */
const WAITS = [1, 2, 4, 8];
/** The least wait, whatever the workspace says. So each try costs some of --max-wait, and the tries end. */
const LEAST_SECONDS = 1;
/** The longest wait that is told apart; no one waits a year. */
const MOST_SECONDS = 366 * 86_400;
/** How often a request is sent that is not answered, or with a server's error; waiting for a rate limit counts by time alone. */
const ATTEMPTS = 3;
/** A token that has less than this left is not used: the clock runs while a person reads a challenge. */
const MIN_TOKEN_SECONDS = 60;
/** How Ledger says that the rate limit is exceeded, and how others do. */
const RATE_LIMITED = [420, 429];

/**
 * A login to the workspace's API, version 1, and requests under it.
 * https://help.enterprise.ledger.com/api-documentation/getting-started/rate-limits for 420 and Retry-After.
 */
export class Session {
  #token = "";
  #tokenEnds = 0;
  #waited = 0;
  #asked = 0;

  constructor(
    private readonly settings: Settings,
    private readonly patience: Patience,
    private readonly means: Means = MEANS,
  ) {}

  /**
   * Only the login. Answers with whose credentials they are, as far as the token says.
   *
   * @throws LoginRefused; Failure where there is no answer in the end
   */
  async login(): Promise<Identity> {
    return identityIn(await this.token());
  }

  /**
   * A GET, again while the rate is limited, and up to three times where there is no answer or a server's error.
   *
   * @throws Failure where there is no answer in the end, or the login is refused
   */
  async get(path: string): Promise<Answer> {
    const send = async () => this.send("GET", path, { authorization: `Bearer ${await this.token()}` });
    const answer = await this.patiently(send);
    if (answer.status !== 401) return answer;
    this.#tokenEnds = 0; // revoked before its time
    return this.patiently(send);
  }

  /**
   * A POST, sent once, whatever becomes of it.
   *
   * @throws Unanswered; Failure where the login beforehand fails
   */
  async postOnce(path: string, body: unknown): Promise<Answer> {
    const authorization = `Bearer ${await this.token()}`;
    return this.send("POST", path, { authorization }, body);
  }

  /** What an answer says was wrong, without anything that is secret here. Empty if it does not say. */
  saidBy({ json }: Answer): string {
    const { message } = (json ?? {}) as { message?: unknown };
    if (typeof message !== "string") return "";
    const secrets = [this.settings.apiKeySecret, this.#token].filter((secret) => secret !== "");
    return secrets.reduce((text, secret) => text.replaceAll(secret, "…"), message).slice(0, 200);
  }

  /** Seconds that an answer asks to wait: a number or a date (RFC 9110, 10.2.3). Undefined if it says neither. */
  retryAfter({ headers }: Answer): number | undefined {
    const text = headers["retry-after"]?.trim() ?? "";
    // A date begins with the day of the week. JavaScript reads much else as a date, "-5" too.
    const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN;
    const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((date - this.means.now()) / 1000);
    return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, LEAST_SECONDS), MOST_SECONDS);
  }

  /** https://help.enterprise.ledger.com/api-documentation/tutorials/first-steps-as-an-api-user/authenticate-as-an-api-user */
  private async token(): Promise<string> {
    if (this.means.now() < this.#tokenEnds) return this.#token;
    const { apiKeyId: api_key_id, apiKeySecret: api_key_secret } = this.settings;
    const login = () => this.send("POST", "auth/token", {}, { api_key_id, api_key_secret });
    const answer = await this.patiently(login);
    const { access_token, expires_in } = (answer.json ?? {}) as Record<string, unknown>;
    if (answer.status !== 200 || typeof access_token !== "string" || !/^[\x21-\x7e]+$/.test(access_token)) {
      throw new LoginRefused(
        `the workspace refuses the login (HTTP ${answer.status})`,
        "check workspace, API key id and secret, and that the user is active and not revoked",
      );
    }
    this.#token = access_token;
    const seconds = typeof expires_in === "number" ? expires_in : 300;
    this.#tokenEnds = this.means.now() + Math.max(seconds - MIN_TOKEN_SECONDS, seconds / 2) * 1000;
    return this.#token;
  }

  private send(
    method: Exchange["method"],
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Answer> {
    const { url, workspace } = this.settings;
    this.#asked++;
    return this.means.exchange({
      method,
      url: new URL(path, url),
      headers: { "x-ledger-workspace": workspace, ...headers },
      body,
      timeoutMs: this.patience.timeoutSeconds * 1000,
    });
  }

  private async patiently(send: () => Promise<Answer>): Promise<Answer> {
    let failures = 0;
    for (let attempt = 0; ; attempt++) {
      const answer = await send().catch((error) => {
        if (error instanceof Unanswered) return error;
        throw error;
      });
      const wait = WAITS[Math.min(attempt, WAITS.length - 1)] ?? LEAST_SECONDS;
      if (answer instanceof Unanswered) {
        if (++failures >= ATTEMPTS || answer.proxyFailed || isTls(answer.reason)) throw unreachable(answer);
        await this.wait(wait, `no answer (${answer.reason})`);
      } else if (RATE_LIMITED.includes(answer.status)) {
        await this.wait(this.retryAfter(answer) ?? wait, "the workspace limits the rate of requests");
      } else if (answer.status >= 500 || (answer.status === 200 && answer.json === undefined)) {
        if (++failures >= ATTEMPTS) throw unreachable({ reason: `HTTP ${answer.status}` });
        await this.wait(wait, `the workspace answered HTTP ${answer.status}`);
      } else if (answer.status >= 300 && answer.status < 400) {
        throw redirected(answer.status);
      } else return answer;
    }
  }

  private async wait(seconds: number, why: string): Promise<void> {
    const { maxWaitSeconds, onWait } = this.patience;
    if (this.#waited + seconds > maxWaitSeconds) {
      throw new Unavailable(
        `${why} (asked ${this.#asked} times), and waiting ${seconds} s more would exceed the ${maxWaitSeconds} s of --max-wait`,
        "run it again later, or raise --max-wait",
      );
    }
    this.#waited += seconds;
    onWait?.(seconds, why);
    await this.means.sleep(seconds * 1000);
  }
}

/** Credentials are not sent after a redirect. */
export const redirected = (status: number) =>
  new Unavailable(
    `the workspace's URL redirects (HTTP ${status}), which is not followed`,
    "set LEDGER_ENTERPRISE_API_URL to where the API is",
  );

export function unreachable({
  reason,
  proxyFailed = false,
}: Partial<Unanswered> & { reason: string }): Unavailable {
  const fix = proxyFailed
    ? "check HTTPS_PROXY, and that the proxy lets you through; NO_PROXY names hosts that are reached without it"
    : isTls(reason)
      ? "see which certificate it shows; NODE_EXTRA_CA_CERTS adds an authority of your own"
      : "check LEDGER_ENTERPRISE_API_URL and the network; HTTPS_PROXY names a proxy";
  return new Unavailable(`the workspace cannot be reached (${reason})`, fix);
}

const isTls = (reason: string) => /CERT|SELF_SIGNED|UNABLE_TO|_TLS_|SSL/.test(reason);
