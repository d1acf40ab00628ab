import { type Answer, CUT, type Interceptor, type LocalAws } from "../../../local-aws/emulator";

type Strike = (forward: () => Promise<Answer>) => ReturnType<Interceptor>;

export interface Fault {
  readonly action: string;
  readonly times: number;
  readonly strike: Strike;
}

const refused = (__type: string, status = 400): Answer => ({
  status,
  headers: { "x-amzn-errortype": __type },
  body: { __type, message: "no, says a test" },
});

const refuse = (action: string, times: number, type: string, status?: number): Fault => ({
  ...{ action, times },
  strike: () => refused(type, status),
});

/** AWS acts, and its answer is lost on the way. */
const lose = (action: string): Fault => ({
  action,
  times: 1,
  strike: async (forward) => {
    await forward();
    return CUT as typeof CUT;
  },
});

/** The function has done its work, and its time is over before it answers. */
const timeOut: Fault = {
  action: "Invoke",
  times: 1,
  strike: async (forward) => {
    await forward();
    const body = {
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: 1 Error: Task timed out after 120.00 seconds",
    };
    return { status: 200, headers: { "x-amz-function-error": "Unhandled" }, body };
  },
};

/** A fault in the first apply of each of these users, who is named after it. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  "create-throttled": refuse("CreateSecret", 2, "ThrottlingException"),
  "create-denied": refuse("CreateSecret", 1, "AccessDeniedException"),
  "create-lost": lose("CreateSecret"),
  "lock-throttled": refuse("PutResourcePolicy", 2, "ThrottlingException"),
  "lock-refused": refuse("PutResourcePolicy", 1, "AccessDeniedException"),
  "invoke-throttled": refuse("Invoke", 2, "TooManyRequestsException", 429),
  "invoke-lost": lose("Invoke"),
  "invoke-timed-out": timeOut,
  "key-lost": lose("CreateKey"),
  "alias-throttled": refuse("CreateAlias", 2, "ThrottlingException"),
  "alias-lost": lose("CreateAlias"),
};

/** Those whose key is in KMS. */
export const IN_KMS = ["key-lost", "alias-throttled", "alias-lost"];

/**
 * Lets each fault strike at the calls that concern its user's private key: they hold the user's name, in the secret's or alias's
 * name or, where a KMS key is made, in its policy as a signer. Answers with how often each has struck.
 */
export function strike(aws: LocalAws): Record<string, number> {
  const struck: Record<string, number> = {};
  aws.intercept((call, forward, body) => {
    const text = String(body);
    if (text.includes("/credentials")) return undefined;
    for (const [user, { action, times, strike }] of Object.entries(FAULTS)) {
      if (call.action !== action || !text.includes(user) || (struck[user] ?? 0) >= times) continue;
      struck[user] = (struck[user] ?? 0) + 1;
      return strike(forward);
    }
    return undefined;
  });
  return struck;
}
