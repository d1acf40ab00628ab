import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import { PendingKeyAlerts } from "../../../constructs/alerts/pending-key-alerts";
import type { Generations } from "../../../rules/generations";
import { PUBLIC_KEY } from "../../support/keys/public-key";
import { rfc6979 } from "../../support/keys/vectors";
import {
  ACCOUNT,
  role,
  type Statement,
  synthesize,
  synthesizeUser,
  type Template,
} from "../../support/synthesis";

const CUSTODIANS = { custodians: [role("custodian")] };
const KEYS = { 1: PUBLIC_KEY, 2: rfc6979.publicKey };

const CUSTODIES: readonly [string, (generations: Generations) => KeyCustody][] = [
  ["secrets-manager", () => KeyCustody.secretsManager()],
  ["kms", () => KeyCustody.kms()],
  [
    "imported",
    (generations) =>
      KeyCustody.imported({
        publicKeys: Object.fromEntries(Object.entries(KEYS).filter(([number]) => number in generations)),
      }),
  ],
];

const of = (generations: Generations, custody = KeyCustody.secretsManager()) =>
  synthesizeUser({ generations, custody, readers: [role("reader")] }, CUSTODIANS);

/** All resources and data sources of one generation, by their addresses. */
function partsOf({ json }: Template, generation: number): Record<string, unknown> {
  const ofGeneration = ([address]: [string, unknown]) => address.includes(`_Generation${generation}_`);
  return Object.fromEntries(
    ["resource", "data"].flatMap((kind) =>
      Object.entries<Record<string, unknown>>(json[kind] ?? {}).flatMap(([type, all]) =>
        Object.entries(all)
          .filter(ofGeneration)
          .map(([address, block]) => [`${kind}.${type}.${address}`, block]),
      ),
    ),
  );
}

describe.each(CUSTODIES)("the generations of a user in custody %s", (_, custody) => {
  const steps: Generations[] = [
    { 1: "current" },
    { 1: "current", 2: "pending" },
    { 1: "previous", 2: "current" },
    { 1: "current", 2: "pending" },
    { 1: "retired", 2: "current" },
    { 2: "current" },
  ];
  const templates = steps.map((generations) => of(generations, custody(generations)));

  test("change nothing of each other", () => {
    const first = templates.map((template) => partsOf(template, 1));
    const second = templates.map((template) => partsOf(template, 2));
    const [alone, ...more] = first;
    expect(Object.keys(alone ?? {}).length).toBeGreaterThanOrEqual(2);
    expect(more.slice(0, 3)).toEqual([alone, alone, alone]);
    const [none, pending, ...later] = second;
    expect(none).toEqual({});
    expect(Object.keys(pending ?? {})).toHaveLength(Object.keys(alone ?? {}).length);
    expect(later).toEqual([pending, pending, pending, pending]);
  });

  test("have what the first alone had, but for what says which is current", () => {
    const [alone, two] = templates;
    const names = (template?: Template) =>
      ["aws_secretsmanager_secret", "aws_kms_alias"].flatMap((type) =>
        template?.all(type).map(({ name }) => name),
      );
    expect(names(two)).toEqual(expect.arrayContaining(names(alone)));
    expect(names(alone).filter((name) => name.endsWith("/current"))).toEqual([]);
    expect(names(two).filter((name) => name.endsWith("/current"))).toEqual([
      "ledger-enterprise/acme-prod/settlement-bot/current",
    ]);
    expect(names(templates.at(-1)).filter((name) => name.endsWith("/current"))).toHaveLength(1);
  });

  test("are retired only once the pointer is moved, so that nothing is locked where the move is refused", () => {
    const addresses = (stage: "retired" | "previous") => {
      const generations: Generations = { 1: stage, 2: "current" };
      const { json } = of(generations, custody(generations));
      return Object.values<Record<string, { depends_on?: string[] }>>(json.resource).flatMap((all) =>
        Object.entries(all)
          .filter(([address]) => address.includes("_Generation1_"))
          .map(([, { depends_on = [] }]) => depends_on.some((each) => /_Current_Move_/.test(each))),
      );
    };
    expect(addresses("retired").length).toBeGreaterThanOrEqual(2);
    expect(new Set(addresses("retired"))).toEqual(new Set([true]));
    expect(new Set(addresses("previous"))).toEqual(new Set([false]));
  });

  test("are all in the registration, whose own fields are of the current one", () => {
    const template = of({ 1: "previous", 2: "current" }, custody({ 1: "previous", 2: "current" }));
    const { generations, currentArn, ...entry } = template.json.output.registration.value["settlement bot"];
    expect(
      Object.entries<Record<string, string>>(generations).map(([n, { stage, registeredAs }]) => [
        n,
        stage,
        registeredAs,
      ]),
    ).toEqual([
      ["1", "previous", "settlement bot"],
      ["2", "current", "settlement bot 2"],
    ]);
    expect(generations[2]).toMatchObject({
      publicKey: entry.publicKey,
      keyArn: entry.keyArn,
      keyStatus: entry.keyStatus,
      credentialsArn: entry.credentialsArn,
    });
    expect(entry.generation).toBe(2);
    // Known once the pointer has been moved, so that the registration does not change before.
    expect(currentArn).toMatch(
      /^\$\{jsondecode\(aws_lambda_invocation\.Settlement_Current_Move_\w+\.result\)\.pointerArn\}$/,
    );
    expect(JSON.stringify(entry.signerPolicy)).toContain(generations[1].credentialsArn);
    expect(JSON.stringify(entry.readerPolicy)).toContain("Settlement_Current_Secret_");
    expect(JSON.stringify(entry.custodianPolicy)).not.toContain("_Current_");
    const published = template.json.output.registration.depends_on;
    expect(published).toContainEqual(
      expect.stringMatching(/^aws_lambda_invocation\.Settlement_Current_Move_/),
    );
  });
});

describe("a retired generation", () => {
  const template = of({ 1: "retired", 2: "current" });
  const statements = (end: string): Map<string, Statement> =>
    template.statements("aws_secretsmanager_secret", end);

  test.each(["generation-1/private-key", "generation-1/credentials"])("is read by nobody: %s", (end) => {
    const [, read] = [...statements(end).values()].flatMap(({ Sid, Effect, Condition }) =>
      /Read$/.test(Sid) ? [Effect, Condition ?? "everyone"] : [],
    );
    expect([...statements(end).keys()].filter((sid) => /Read$/.test(sid))).toHaveLength(1);
    expect(read).toBe("everyone");
  });

  test("may be deleted, in its full recovery window", () => {
    const secret = template.one("aws_secretsmanager_secret", "generation-1/private-key");
    expect(secret.lifecycle.prevent_destroy).toBeFalsy();
    expect(secret.recovery_window_in_days).toBe(30);
    expect([...statements("generation-1/private-key").keys()]).toEqual(
      expect.arrayContaining(["NobodyDeletesAtOnce", "NobodyShortensTheRecoveryWindow"]),
    );
    expect([...statements("generation-2/private-key").keys()]).toContain("NobodyDeletes");
  });

  test("is in no policy that a role needs", () => {
    const { signerPolicy, custodianPolicy, generations } =
      template.json.output.registration.value["settlement bot"];
    for (const policy of [signerPolicy, custodianPolicy])
      expect(JSON.stringify(policy)).not.toContain(generations[1].credentialsArn);
  });

  test("signs with no KMS key", () => {
    const kms = of({ 1: "retired", 2: "current" }, KeyCustody.kms());
    const policies = kms
      .all("aws_kms_key")
      .filter(({ key_usage }) => key_usage === "SIGN_VERIFY")
      .map(({ policy, lifecycle }) => [
        JSON.parse(policy).Statement.map(({ Sid }: Statement) => Sid),
        lifecycle.prevent_destroy,
      ]);
    const [[retired, kept], [current, protectedToo]] = policies as [[string[], unknown], [string[], unknown]];
    expect(retired).not.toContain("SignersSign");
    expect(retired).toContain("NobodyShortensTheWaitingPeriod");
    expect([kept ?? false, protectedToo]).toEqual([false, true]);
    expect(current).toContain("SignersSign");
  });
});

describe("the secret that says which generation is current", () => {
  const template = of({ 1: "previous", 2: "current", 3: "pending" });
  const [secret, statements] = [
    template.one("aws_secretsmanager_secret", "/current"),
    template.statements("aws_secretsmanager_secret", "/current"),
  ];

  test("is written by the generator alone, and denies reading to nobody", () => {
    expect(statements.get("OnlyWritersWrite")).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Condition: {
        ArnNotEquals: { "aws:PrincipalArn": [expect.stringMatching(/key-generator$/)] },
      },
    });
    expect(statements.get("SignersAndReadersRead")?.Condition).toEqual({
      ArnEquals: { "aws:PrincipalArn": [role("settlement"), role("reader")] },
    });
    const denied = [...statements.values()]
      .filter(({ Effect }) => Effect === "Deny")
      .flatMap(({ Action }) => Action);
    expect(denied.filter((action) => action.includes("GetSecretValue"))).toEqual([]);
  });

  test("is deleted at once where it is not protected, since its name is that of all generations", () => {
    expect([secret.recovery_window_in_days, statements.has("NobodyDeletes")]).toEqual([0, true]);
    const open = synthesizeUser({ generations: { 2: "current" }, removalProtection: false });
    expect(open.one("aws_secretsmanager_secret", "/current")).toMatchObject({ recovery_window_in_days: 0 });
    expect([...open.statements("aws_secretsmanager_secret", "/current").keys()].join()).not.toMatch(
      /Nobody(Deletes|Shortens)/,
    );
  });

  test("is moved from the generations that are declared and not retired, once, whatever else changes", () => {
    const moveOf = (generations: Generations) =>
      of(generations)
        .all("aws_lambda_invocation")
        .find(({ input }) => input.includes("pointerArn"));
    const { input, triggers, lifecycle, ...rest } = moveOf({
      1: "retired",
      2: "previous",
      3: "current",
      4: "pending",
    });
    expect(input).toMatch(/"from" = \{"2" = [^,]+\.arn, "4" = [^,]+\.arn\}/);
    expect(input).not.toContain("Generation1");
    expect(lifecycle.ignore_changes).toEqual(["qualifier", "input"]);
    expect(rest.lifecycle_scope).toBeUndefined(); // CREATE_ONLY: destroying it invokes nothing
    const later = moveOf({ 2: "retired", 3: "current", 4: "pending", 5: "pending" });
    expect(later.triggers).toEqual(triggers);
    expect(moveOf({ 3: "previous", 4: "current" }).triggers).not.toEqual(triggers);
  });

  test("is moved again when any of what it publishes is declared otherwise, such as a public key", () => {
    const triggersWith = (publicKey: string) => {
      const [{ triggers }] = of({ 2: "current" }, KeyCustody.imported({ publicKeys: { 2: publicKey } })).all(
        "aws_lambda_invocation",
      );
      return triggers;
    };
    const { publicKey, ...others } = triggersWith(PUBLIC_KEY);
    expect([publicKey, Object.keys(others).sort()]).toEqual([
      PUBLIC_KEY,
      ["credentialsArn", "generation", "keyArn", "pointerArn"],
    ]);
    expect(triggersWith(rfc6979.publicKey)).toEqual({ ...others, publicKey: rfc6979.publicKey });
  });
});

describe("a use of a pending key pages", () => {
  test("where alerts are on, with secrets and KMS keys in rules of their own", () => {
    const template = synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "Workspace", {
        name: "acme-prod",
        account: ACCOUNT,
        region: "eu-west-1",
      });
      const generations: Generations = { 1: "current", 2: "pending" };
      for (const [username, custody] of [
        ["a", KeyCustody.secretsManager()],
        ["b", KeyCustody.kms()],
      ] as const)
        new ApiUser(stack, username, {
          workspace,
          username,
          role: ApiUserRole.OPERATOR,
          custody,
          generations,
        });
      expect(PendingKeyAlerts.of(stack, workspace)).toBeDefined();
    });
    const rules = template
      .all("aws_cloudwatch_event_rule")
      .filter(({ name }) => name.includes("pending"))
      .map(({ event_pattern }) => event_pattern.replace(/\$\{[^}]*\}/g, "KEY"))
      .sort()
      .reverse();
    expect(rules.map((each) => JSON.parse(each).detail.eventName)).toEqual([
      ["BatchGetSecretValue", "GetSecretValue"],
      ["Sign"],
    ]);
    expect(rules[0]).toContain(
      '[{"wildcard":"*/acme-prod/a/generation-2/*"},{"wildcard":"*/acme-prod/b/generation-2/*"}]',
    );
    expect(rules[1]).toContain('"/acme-prod/b/generation-2"');
    expect(rules.join()).not.toContain("generation-1");
  });

  test("and none is made where nothing is pending, or alerts are off", () => {
    const all = (template: Template) => JSON.stringify(template.json);
    expect(
      all(synthesizeUser({ generations: { 1: "previous", 2: "current" } }, { alerts: true })),
    ).not.toMatch(/PendingKeyAlerts/);
    expect(all(synthesizeUser({ generations: { 1: "current", 2: "pending" } }))).not.toMatch(
      /PendingKeyAlerts/,
    );
  });
});

describe("synthesis refuses", () => {
  const refusedWith = (props: Parameters<typeof synthesizeUser>[0]) => () =>
    synthesizeUser(props, CUSTODIANS);

  test("keys of generations that are not declared, and generations without theirs", () => {
    const generations: Generations = { 1: "current", 2: "pending" };
    expect(
      refusedWith({ generations, custody: KeyCustody.imported({ publicKeys: { 1: PUBLIC_KEY } }) }),
    ).toThrow(
      /custody imported: publicKeys: has no key for generation 2; add the public key that will be imported, publicKeys: \{ 2: "04…" \}/,
    );
    expect(refusedWith({ generations, custody: KeyCustody.kms({ publicKey: PUBLIC_KEY }) })).toThrow(
      /custody kms: publicKey: does not say which of the generations 1, 2 it is of/,
    );
    expect(refusedWith({ custody: KeyCustody.kms({ publicKeys: { 2: PUBLIC_KEY } }) })).toThrow(
      /custody kms: publicKeys\[2\]: generation 2 is not declared/,
    );
    expect(() => KeyCustody.kms({ publicKeys: { 1: PUBLIC_KEY.replace("04", "05") } })).toThrow(
      /^custody kms: publicKeys\[1\]: /,
    );
    expect(() => KeyCustody.imported({ publicKeys: [] as never })).toThrow(
      /publicKeys: is a list; give an object such as/,
    );
  });

  test("names that another user's key has", () => {
    expect(() =>
      synthesize((stack) => {
        const workspace = new LedgerWorkspace(stack, "Workspace", { name: "acme-prod", alerts: false });
        new ApiUser(stack, "A", {
          workspace,
          username: "bot",
          role: ApiUserRole.OPERATOR,
          generations: { 1: "current", 2: "pending" },
        });
        new ApiUser(stack, "B", { workspace, username: "BOT 2", role: ApiUserRole.OPERATOR });
      }),
    ).toThrow(
      /test\/A: "bot 2", which a key is registered as, is a name of test\/B too; declare another in registeredAs/,
    );
    expect(refusedWith({ registeredAs: { 2: "x" } })).toThrow(
      /registeredAs\[2\]: generation 2 is not declared/,
    );
    expect(refusedWith({ generations: { 2: "current" }, registeredAs: { 2: " x" } })).toThrow(
      /registeredAs\[2\]: " x" is not a user name/,
    );
  });
});
