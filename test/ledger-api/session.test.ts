/** How long a session waits and how often it asks, whatever the workspace answers: by a clock of the test's own. */
import * as fc from "fast-check";
import { type Answer, Unanswered } from "../../ledger-api/http";
import { LoginRefused, Session, Unavailable } from "../../ledger-api/session";
import { runs } from "../support/for-all";

const settings = {
  url: new URL("https://api.example/"),
  workspace: "acme-prod",
  apiKeyId: "id",
  apiKeySecret: "secret",
};

type Reply = (now: number) => Answer | Unanswered;

/** A session with a workspace that gives its replies over and over, and what came of it. */
async function outcomeOf(
  maxWaitSeconds: number,
  replies: readonly Reply[],
  act: (session: Session) => Promise<unknown>,
) {
  let now = Date.UTC(2026, 0, 1);
  const began = now;
  let requests = 0;
  const waits: number[] = [];
  const session = new Session(
    settings,
    { timeoutSeconds: 30, maxWaitSeconds, onWait: (seconds) => waits.push(seconds) },
    {
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
      exchange: async () => {
        const reply = replies[requests++ % replies.length]?.(now) ?? new Unanswered("ECONNRESET", true);
        if (reply instanceof Unanswered) throw reply;
        return reply;
      },
    },
  );
  const error = await act(session).then(
    () => undefined,
    (thrown) => thrown,
  );
  return { error, requests, waits, slept: (now - began) / 1000 };
}

const retryAfter = fc.oneof(
  fc.constantFrom(
    "0",
    "-1",
    "-5",
    "0.5",
    "1e9",
    "",
    " ",
    "soon",
    "NaN",
    "Infinity",
    "99999999999999999999",
    "0x10",
    "1, 2",
  ),
  fc.integer({ min: -100, max: 100_000 }).map(String),
  fc.string(),
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
);

/** A number is a date, so many seconds from now. */
const limited =
  (status: number, after: string | number | undefined): Reply =>
  (now) => ({
    status,
    headers: {
      ...(after !== undefined && {
        "retry-after": typeof after === "string" ? after : new Date(now + after * 1000).toUTCString(),
      }),
    },
    json: {},
  });

const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc
    .tuple(fc.constantFrom(420, 429), fc.option(retryAfter, { nil: undefined }))
    .map(([status, after]) => limited(status, after)),
  fc.constantFrom<Reply>(
    () => new Unanswered("HTTP 101", true),
    () => ({ status: 503, headers: { "retry-after": "0" }, json: {} }),
    () => ({ status: 200, headers: {}, json: undefined }),
    () => ({ status: 401, headers: {}, json: {} }),
    () => ({ status: 302, headers: {}, json: {} }),
    () => ({ status: 200, headers: {}, json: { access_token: "t", expires_in: 0 } }),
  ),
);

test("each wait is at least a second, all waits are within --max-wait, and each is paid for: so it ends", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 600 }),
      fc.array(reply, { minLength: 1, maxLength: 5 }),
      async (maxWait, replies) => {
        const { error, requests, waits, slept } = await outcomeOf(maxWait, replies, (session) =>
          session.get("users"),
        );
        const waited = waits.reduce((sum, seconds) => sum + seconds, 0);
        for (const seconds of waits) expect(seconds).toBeGreaterThanOrEqual(1);
        expect(slept).toBeCloseTo(waited, 6);
        expect(waited).toBeLessThanOrEqual(maxWait);
        // A try is a login, where the token has run out, and a GET. Without a wait before it there are two.
        expect(requests).toBeLessThanOrEqual(2 * (waits.length + 2));
        if (error !== undefined) expect([LoginRefused, Unavailable]).toContain(error.constructor);
      },
    ),
    { numRuns: runs(500), seed: 1 },
  );
});

test.each([
  "0",
  "-5",
  "soon",
  "Thu, 01 Jan 1970 00:00:00 GMT",
])("Retry-After: %s without end: it says how often it asked", async (after) => {
  const { error, requests, slept } = await outcomeOf(60, [limited(429, after)], (session) => session.login());
  expect(error).toBeInstanceOf(Unavailable);
  expect(requests).toBeLessThanOrEqual(61);
  expect(slept).toBeLessThanOrEqual(60);
  expect(error.message).toContain(`asked ${requests} times`);
});

test.each([
  ["7", 7],
  ["0", 1],
  ["99999999999999999999", 366 * 86_400],
  ["-5", undefined],
  ["1.5", undefined],
  ["2026", 2026],
  ["Thu, 01 Jan 2026 00:00:30 GMT", 30],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 1],
  ["Friday", undefined],
  [undefined, undefined],
])("Retry-After: %s is %s seconds", (text, seconds) => {
  const means = {
    now: () => Date.UTC(2026, 0, 1),
    sleep: async () => {},
    exchange: async () => Promise.reject(),
  };
  const session = new Session(settings, { timeoutSeconds: 30, maxWaitSeconds: 60 }, means);
  const headers = text === undefined ? {} : { "retry-after": text };
  expect(session.retryAfter({ status: 429, headers, json: {} })).toBe(seconds);
});
