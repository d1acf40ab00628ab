/**
 * Each call of the key generator, with each fault before and after AWS did what was asked for: whatever happens, there is one
 * key in the end, and who invoked the function gets its public key then or by invoking it again.
 */
import { handler } from "../../../functions/key-generator";
import type { GeneratorResult } from "../../../functions/key-generator/generate";
import { type Answer, CUT, type Interceptor } from "../../../local-aws/emulator";
import { Account, declaredAs } from "../../support/generator-account";

jest.setTimeout(90_000);

const CALLS = ["DescribeSecret", "DescribeRule", "ListTargetsByRule", "PutSecretValue"] as const;
const FUNCTION = "key-generator";

const account = new Account();

beforeAll(async () => {
  await account.open();
  jest.spyOn(process.stdout, "write").mockReturnValue(true);
  await account.deploy(FUNCTION);
});

afterAll(async () => {
  jest.restoreAllMocks();
  await account.close();
});

interface Case {
  readonly event: { secretArn: string; alertRules: Record<string, string> };
  /** How often the fault struck. */
  struck: number;
}

let cases = 0;

/** A secret and a rule of its own, and a fault at one of the calls that concern them. */
async function withFault(
  action: string,
  times: number,
  fault: (forward: () => Promise<Answer>) => ReturnType<Interceptor>,
): Promise<Case> {
  const secretArn = await account.emptySecret();
  const rule = `ledger-enterprise.acme.rule-${++cases}`;
  await account.putRule(rule);
  const mine = { event: { secretArn, alertRules: declaredAs(rule) }, struck: 0 };
  account.aws.intercept((call, forward, body) => {
    const { SecretId, Name, Rule } = call.action === action ? JSON.parse(String(body)) : {};
    if ((SecretId !== secretArn && (Name ?? Rule) !== rule) || mine.struck >= times) return undefined;
    mine.struck++;
    return fault(forward);
  });
  return mine;
}

/** There is one version, it is the current one, and the answer is its public key. */
async function expectOneKey({ event: { secretArn } }: Case, { publicKey }: GeneratorResult) {
  expect(publicKey).toMatch(/^04[0-9a-f]{128}$/);
  expect(await account.labelsOf(secretArn)).toEqual([
    ["AWSCURRENT", "generation-1", `public-key-${publicKey}`],
  ]);
  expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(publicKey);
}

const refusal = (__type: string, status = 400): Answer => ({
  status,
  headers: { "x-amzn-errortype": __type },
  body: { __type, message: "no" },
});

const AFTER_AND_BEFORE = [
  ["before AWS acted", false],
  ["after AWS acted", true],
] as const;

describe.each(CALLS)("at %s", (action) => {
  test.each([
    ["throttled", "ThrottlingException", 400],
    ["denied as a new role is", "AccessDeniedException", 400],
    ["failed by AWS", "InternalServiceError", 500],
    ["put off by AWS", "ServiceUnavailable", 503],
  ])("%s: waited out", async (_, type, status) => {
    const mine = await withFault(action, 2, () => refusal(type, status));
    await expectOneKey(mine, await handler(mine.event));
    expect(mine.struck).toBe(2);
  });

  test.each(AFTER_AND_BEFORE)("the connection is lost %s: asked again", async (_, acted) => {
    const mine = await withFault(action, 2, async (forward) => {
      if (acted) await forward();
      return CUT as typeof CUT;
    });
    await expectOneKey(mine, await handler(mine.event));
    expect(mine.struck).toBe(2);
  });

  test.each(
    AFTER_AND_BEFORE,
  )("the function crashes %s: invoked again, it gives the one key", async (_, acted) => {
    const mine = await withFault(action, 1, async (forward) => {
      const answer = acted ? await forward() : undefined;
      account.aws.killFunction(FUNCTION);
      return answer ?? CUT;
    });
    expect((await account.invoke(FUNCTION, mine.event)).failure).toMatch(/Runtime exited/);
    const { failure, answer } = await account.invoke(FUNCTION, mine.event);
    expect(failure).toBeUndefined();
    await expectOneKey(mine, answer as GeneratorResult);
  });
});

describe("an AWS that takes a call and never answers", () => {
  const SILENCE = new Promise<Answer>(() => {});

  test("is given up before the function's time is over, with what to do; then the key is made or found", async () => {
    // All at once, as each takes the half minute that three attempts do.
    const silences = CALLS.flatMap((action) => AFTER_AND_BEFORE.map(([, acted]) => ({ action, acted })));
    await Promise.all(
      silences.map(async ({ action, acted }) => {
        const mine = await withFault(action, 3, async (forward) => {
          if (acted) await forward();
          return SILENCE;
        });
        const first = await handler(mine.event).catch((error: Error) => error);
        if (action === "PutSecretValue" && acted) {
          expect(String(first)).toMatch(
            /Secrets Manager does not answer.*apply again: a key that was put is found/,
          );
        } else {
          expect(String(first)).toMatch(/(Secrets Manager|EventBridge) does not answer; .*apply again/);
        }
        await expectOneKey(mine, await handler(mine.event));
      }),
    );
  });
});
