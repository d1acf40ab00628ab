/** How the generator moves a user's pointer, with a Secrets Manager that keeps versions and labels as AWS documents them. */
import { KMSClient } from "@aws-sdk/client-kms";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as fc from "fast-check";
import { handler } from "../../../functions/key-generator";
import { generationLabel, publicKeyLabel, versionIdOf } from "../../../keys/labels";
import { forAllAsync } from "../../support/for-all";

const arn = (name: string) =>
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/bot/${name}-AbCdEf`;
const POINTER = arn("current");
const keyOf = (generation: number) => arn(`generation-${generation}/private-key`);
const credentialsOf = (generation: number) => arn(`generation-${generation}/credentials`);
const publicKeyOf = (generation: number) => `04${String(generation).repeat(128).slice(0, 128)}`;
const KMS_KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

interface Version {
  readonly value: string;
  readonly labels: Set<string>;
}
type Input = Record<string, string> & { VersionStages?: string[] };

const failing = (name: string) => Object.assign(new Error("no"), { name });

/** Secrets and KMS keys of an account. */
class Account {
  readonly secrets = new Map<string, { versions: Map<string, Version>; deleted?: boolean }>();
  aliases: Record<string, { Arn: string; KeyState: string }> = {};
  readonly asked: string[] = [];
  /** Called around each call: may throw, or wait. */
  around: (call: () => unknown) => Promise<unknown> = async (call) => call();

  constructor(...generations: number[]) {
    this.secrets.set(POINTER, { versions: new Map() });
    for (const generation of generations) {
      this.key(generation);
      this.secrets.set(credentialsOf(generation), { versions: new Map() });
    }
  }

  key(generation: number, publicKey = publicKeyOf(generation)): void {
    const labels = new Set(["AWSCURRENT", generationLabel(generation), publicKeyLabel(publicKey)]);
    const versions = new Map([[versionIdOf(keyOf(generation)), { value: "key", labels }]]);
    this.secrets.set(keyOf(generation), { versions });
  }

  /** Stores credentials. */
  store(...generations: number[]): this {
    for (const generation of generations)
      this.secrets.set(credentialsOf(generation), {
        versions: new Map([["c", { value: "credentials", labels: new Set(["AWSCURRENT"]) }]]),
      });
    return this;
  }

  /** What a service reads, and every version that has a label. */
  current(): { generation?: number } {
    const versions = [...(this.secrets.get(POINTER)?.versions.values() ?? [])];
    const current = versions.filter(({ labels }) => labels.has("AWSCURRENT"));
    expect(current.length).toBe(versions.length === 0 ? 0 : 1);
    return JSON.parse(current[0]?.value ?? "{}");
  }

  answer(action: string, input: Input): unknown {
    this.asked.push(`${action} ${(input["SecretId"] ?? input["KeyId"] ?? "").replace(/^.*bot\//, "")}`);
    if (action === "DescribeKey") {
      const KeyMetadata = this.aliases[input["KeyId"] ?? ""];
      if (!KeyMetadata) throw failing("NotFoundException");
      return { KeyMetadata };
    }
    const secret = this.secrets.get(input["SecretId"] ?? "");
    if (!secret) throw failing("ResourceNotFoundException");
    if (action === "DescribeSecret")
      return {
        VersionIdsToStages: Object.fromEntries(
          [...secret.versions]
            .filter(([, { labels }]) => labels.size > 0)
            .map(([id, { labels }]) => [id, [...labels]]),
        ),
        ...(secret.deleted && { DeletedDate: new Date(0) }),
      };
    if (action === "PutSecretValue") return this.put(secret.versions, input);
    if (action === "UpdateSecretVersionStage") return this.move(secret.versions, input);
    throw new Error(`nothing answers ${action}`);
  }

  private put(
    versions: Map<string, Version>,
    { ClientRequestToken = "", SecretString = "", VersionStages = [] }: Input,
  ) {
    expect(ClientRequestToken).toMatch(/^.{32,64}$/);
    const there = versions.get(ClientRequestToken);
    if (there && there.value !== SecretString) throw failing("ResourceExistsException");
    if (there) return {};
    const labels = new Set(VersionStages);
    for (const other of versions.values()) for (const label of labels) other.labels.delete(label);
    if (versions.size === 0) labels.add("AWSCURRENT");
    versions.set(ClientRequestToken, { value: SecretString, labels });
    return {};
  }

  private move(
    versions: Map<string, Version>,
    { VersionStage = "", RemoveFromVersionId = "", MoveToVersionId = "" }: Input,
  ) {
    const [from, to] = [versions.get(RemoveFromVersionId), versions.get(MoveToVersionId)];
    if (!to) throw failing("ResourceNotFoundException");
    if (!from?.labels.delete(VersionStage)) throw failing("InvalidParameterException");
    to.labels.add(VersionStage);
    for (const { labels } of versions.values()) labels.delete("AWSPREVIOUS");
    from.labels.add("AWSPREVIOUS");
    return {};
  }
}

let account: Account;
let output: string[];

beforeEach(() => {
  output = [];
  const send = async function (this: unknown, command: { constructor: { name: string }; input: Input }) {
    const action = command.constructor.name.replace(/Command$/, "");
    return await account.around(() => account.answer(action, command.input));
  };
  for (const { prototype } of [SecretsManagerClient, KMSClient])
    jest.spyOn(prototype as { send: unknown } as never, "send").mockImplementation(send as never);
  jest
    .spyOn(globalThis, "setTimeout")
    .mockImplementation(((done: () => void) => void setImmediate(done)) as never);
  jest.spyOn(process.stdout, "write").mockImplementation((text) => output.push(String(text)) > 0);
});
afterEach(() => jest.restoreAllMocks());

const target = (generation: number) => ({
  generation,
  keyArn: keyOf(generation),
  credentialsArn: credentialsOf(generation),
  publicKey: publicKeyOf(generation),
});
const event = (from: number[], to: number) => ({
  pointerArn: POINTER,
  from: Object.fromEntries(from.map((each) => [each, credentialsOf(each)])),
  to: target(to),
});
const move = (from: number[], to: number) => handler(event(from, to));
const refusal = (from: number[], to: number): Promise<string> =>
  move(from, to).then(
    ({ generation }) => `answered ${generation}`,
    (error: Error) => error.message,
  );
const kept = () =>
  JSON.stringify(
    [...account.secrets].map(([id, { versions }]) => [
      id,
      [...versions.keys()],
      [...versions.values()].map(({ labels }) => [...labels].sort()),
    ]),
  );

/** A user whose generation 1 is current, with credentials of both generations. */
async function atOne(): Promise<void> {
  account = new Account(1, 2, 3).store(1, 2, 3);
  await move([2], 1);
}

describe("a pointer", () => {
  test("says where the current key is, in public data", async () => {
    account = new Account(1, 2);
    expect(await move([2], 1)).toMatchObject({ generation: 1 });
    expect(account.current()).toEqual({
      generation: 1,
      credentialsArn: credentialsOf(1),
      keyArn: keyOf(1),
      keyVersionId: versionIdOf(keyOf(1)),
      publicKey: publicKeyOf(1),
    });
  });

  test("is moved forwards and backwards, however often, and answers where it is already", async () => {
    await atOne();
    for (const [from, to] of [
      [[1], 2],
      [[1, 3], 2],
      [[2, 3], 1],
      [[1], 2],
      [[2], 1],
      [[1, 2], 3],
      [[1, 3], 2],
    ] as const) {
      expect(await move([...from], to)).toMatchObject({ generation: to });
      expect(account.current().generation).toBe(to);
    }
    expect(output.filter((line) => line.includes("pointer is there"))).toHaveLength(2);
    // Labels are few, however often: Secrets Manager takes 20.
    expect(
      [...(account.secrets.get(POINTER)?.versions.values() ?? [])].flatMap(({ labels }) => [...labels])
        .length,
    ).toBeLessThan(5);
  });

  test("is moved with the least: nothing is read, and nothing else is written", async () => {
    await atOne();
    account.asked.length = 0;
    await move([1], 2);
    expect(account.asked).toEqual([
      "DescribeSecret current-AbCdEf",
      "DescribeSecret generation-2/private-key-AbCdEf",
      "DescribeSecret generation-2/credentials-AbCdEf",
      "PutSecretValue current-AbCdEf",
      "UpdateSecretVersionStage current-AbCdEf",
    ]);
  });

  test("leads to a KMS key by the alias of its generation", async () => {
    await atOne();
    const wanted = { ...event([1], 2), to: { ...target(2), keyArn: KMS_KEY } };
    const alias = "alias/ledger-enterprise/acme/bot/generation-2";
    await expect(handler(wanted)).rejects.toThrow(/alias .*generation-2 is of no key, not of arn:aws:kms/);
    account.aliases = { [alias]: { Arn: KMS_KEY.replace("5555", "6666"), KeyState: "Enabled" } };
    await expect(handler(wanted)).rejects.toThrow(/is of .*6666.*, not of/);
    account.aliases = { [alias]: { Arn: KMS_KEY, KeyState: "Disabled" } };
    await expect(handler(wanted)).rejects.toThrow(/its KMS key is Disabled; have it enabled/);
    expect(account.current().generation).toBe(1);
    account.aliases = { [alias]: { Arn: KMS_KEY, KeyState: "Enabled" } };
    expect(await handler(wanted)).toMatchObject({ generation: 2 });
    expect(account.current()).toEqual({
      generation: 2,
      credentialsArn: credentialsOf(2),
      keyArn: KMS_KEY,
      publicKey: publicKeyOf(2),
    });
  });

  test("follows a generation whose secrets were made anew", async () => {
    await atOne();
    const anew = credentialsOf(1).replace("AbCdEf", "GhIjKl");
    account.secrets.set(anew, {
      versions: new Map([["c", { value: "x", labels: new Set(["AWSCURRENT"]) }]]),
    });
    await handler({ ...event([2], 1), to: { ...target(1), credentialsArn: anew } });
    expect(account.current()).toMatchObject({ generation: 1, credentialsArn: anew });
  });
});

describe("a pointer is not moved, and nothing is written,", () => {
  const refused: readonly (readonly [string, () => void, [number[], number], RegExp])[] = [
    [
      "from another generation than was declared",
      () => {},
      [[2], 3],
      /generation 1 is current, and this change makes 3 current after 2; bring this branch up to date/,
    ],
    [
      "to a generation without credentials",
      () => account.secrets.set(credentialsOf(2), { versions: new Map() }),
      [[1], 2],
      /no credentials are stored for it; register its key .* \(credentials put USER --generation 2\), and apply again$/,
    ],
    [
      "to credentials that wait for their deletion",
      () => Object.assign(account.secrets.get(credentialsOf(2)) as object, { deleted: true }),
      [[1], 2],
      /generation-2\/credentials-AbCdEf is scheduled for deletion/,
    ],
    [
      "to a generation without a key",
      () => account.secrets.set(keyOf(2), { versions: new Map() }),
      [[1], 2],
      /its key is not in custody; have a custodian load it/,
    ],
    [
      "to another key than is declared",
      () => account.key(2, publicKeyOf(9)),
      [[1], 2],
      /the public key of the key in custody is 04999/,
    ],
    [
      "to a key that waits for its deletion",
      () => Object.assign(account.secrets.get(keyOf(2)) as object, { deleted: true }),
      [[1], 2],
      /is scheduled for deletion/,
    ],
    [
      "to a key that others put",
      () => account.secrets.get(keyOf(2))?.versions.set("v", { value: "", labels: new Set(["x"]) }),
      [[1], 2],
      /holds version v/,
    ],
  ];

  test.each(refused)("%s", async (_, change, [from, to], message) => {
    await atOne();
    change();
    const before = kept();
    expect(await refusal(from, to)).toMatch(message);
    expect(kept()).toBe(before);
  });

  test("from a version that others put", async () => {
    await atOne();
    const { versions } = account.secrets.get(POINTER) ?? { versions: new Map() };
    for (const { labels } of versions.values()) labels.delete("AWSCURRENT");
    versions.set("foreign", { value: "", labels: new Set(["AWSCURRENT"]) });
    const before = kept();
    expect(await refusal([1], 2)).toMatch(
      /the current version of .* is foreign, which the key generator did not put; find in CloudTrail/,
    );
    expect(kept()).toBe(before);
  });

  test("where it is new, and another generation is in use", async () => {
    account = new Account(1, 2).store(1);
    const before = kept();
    expect(await refusal([1], 2)).toMatch(
      /generation 1 is in use, and generation 2 has no credentials yet; declare generation 1 as current and 2 as pending/,
    );
    expect(kept()).toBe(before);
    account.store(2);
    expect(await refusal([1], 2)).toBe("answered 2");
  });
});

test("a new pointer needs neither key nor credentials, as long as no generation is in use", async () => {
  account = new Account(1, 2);
  account.secrets.set(keyOf(2), { versions: new Map() });
  expect(await move([1], 2)).toMatchObject({ generation: 2 });
});

describe("a crash", () => {
  /** Ends the n-th call and all after it, before AWS has done it or when its answer is lost. */
  const crashAt = (n: number, isDone: boolean) => {
    let calls = 0;
    account.around = async (call) => {
      if (++calls < n) return call();
      if (calls === n && isDone) call();
      throw failing("ExpiredTokenException");
    };
  };
  const CALLS = 5;

  test.each(
    Array.from({ length: 2 * CALLS }, (_, i) => [Math.floor(i / 2) + 1, i % 2 === 1] as const),
  )("at call %i (done: %s) leaves the pointer at one generation, and the next run moves it", async (n, isDone) => {
    await atOne();
    for (let round = 0; round < 10; round++) {
      const [from, to] = round % 2 === 0 ? [1, 2] : [2, 1];
      crashAt(n, isDone);
      expect(await refusal([from], to)).toMatch(/ExpiredTokenException/);
      expect(account.current().generation).toBe(n === CALLS && isDone ? to : from);
      account.around = async (call) => call();
      expect(await move([from], to)).toMatchObject({ generation: to });
      expect(account.current().generation).toBe(to);
    }
  });

  test.each(
    [1, 2, 3, 4, 5].flatMap(
      (n) =>
        [
          [n, false],
          [n, true],
        ] as [number, boolean][],
    ),
  )("of the first run at call %i (done: %s) leaves no pointer or a whole one", async (n, isDone) => {
    account = new Account(1, 2);
    crashAt(n, isDone);
    await refusal([2], 1);
    expect([undefined, 1]).toContain(account.current().generation);
    account.around = async (call) => call();
    expect(await move([2], 1)).toMatchObject({ generation: 1 });
  });
});

describe("two at a time", () => {
  /** Lets the calls of several invocations happen in an order of one's own. */
  async function interleaved(
    order: readonly number[],
    ...invocations: (() => Promise<string>)[]
  ): Promise<string[]> {
    const waiting: (() => void)[] = [];
    account.around = async (call) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return call();
    };
    let done = false;
    const answers = Promise.all(invocations.map((each) => each())).finally(() => {
      done = true;
    });
    for (let step = 0; !done; step++) {
      const index = (order[step % order.length] ?? 0) % Math.max(1, waiting.length);
      waiting.splice(index, 1)[0]?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    account.around = async (call) => call();
    return await answers;
  }
  const orders = fc.array(fc.nat(3), { minLength: 8, maxLength: 24 });

  test("that want the same are both answered", async () => {
    await forAllAsync(orders, 100, async (order) => {
      await atOne();
      const answers = await interleaved(
        order,
        () => refusal([1], 2),
        () => refusal([1], 2),
      );
      return answers.join() === "answered 2,answered 2" && account.current().generation === 2;
    });
  });

  test("that want different generations: one is answered, and the pointer is there", async () => {
    await forAllAsync(orders, 100, async (order) => {
      await atOne();
      const answers = await interleaved(
        order,
        () => refusal([1], 2),
        () => refusal([1], 3),
      );
      const done = [2, 3].filter((each) => answers.includes(`answered ${each}`));
      return done.length === 1 && account.current().generation === done[0];
    });
  });

  test("where the pointer is new: one is first, and no pointer is lost", async () => {
    await forAllAsync(orders, 100, async (order) => {
      account = new Account(1, 2).store(1, 2);
      const answers = await interleaved(
        order,
        () => refusal([3], 1),
        () => refusal([3], 2),
      );
      const done = [1, 2].filter((each) => answers.includes(`answered ${each}`));
      return done.length === 1 && account.current().generation === done[0];
    });
  });
});

describe("an input is refused", () => {
  const good = event([1], 2);
  test.each<[string, object, RegExp]>([
    [
      "for another secret",
      { ...good, pointerArn: keyOf(1) },
      /pointerArn must be the full ARN of a secret .*\/current/,
    ],
    ["without a target", { ...good, to: undefined }, /to must be a generation with the ARNs/],
    [
      "for another user's key",
      { ...good, to: { ...good.to, keyArn: keyOf(2).replace("/bot/", "/bat/") } },
      /to must be/,
    ],
    [
      "for another user's credentials",
      { ...good, to: { ...good.to, credentialsArn: credentialsOf(2).replace("/bot/", "/bat/") } },
      /to must be/,
    ],
    ["for another generation's key", { ...good, to: { ...good.to, keyArn: keyOf(3) } }, /to must be/],
    [
      "for a KMS key elsewhere",
      { ...good, to: { ...good.to, keyArn: KMS_KEY.replace("eu-west-1", "eu-west-2") } },
      /to must be/,
    ],
    ["for what is no public key", { ...good, to: { ...good.to, publicKey: "04" } }, /to must be/],
    ["for no generation", { ...good, to: { ...good.to, generation: "2" } }, /to must be/],
    ["from no map", { ...good, from: [1] }, /from must be an object/],
    [
      "from another user",
      { ...good, from: { 1: credentialsOf(1).replace("/bot/", "/bat/") } },
      /from must be an object/,
    ],
  ])("%s", async (_, input, message) => {
    account = new Account(1, 2).store(1, 2);
    await expect(handler(input)).rejects.toThrow(message);
    expect(account.asked).toEqual([]);
  });
});
