import { entry, found, output, plan, role, secret } from "../../../support/cli/plan";

const SECRET = "aws_secretsmanager_secret";
const BOT = { "settlement bot": entry() };
const OTHER = {
  other: entry({
    username: "other",
    keyArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-AbCdEf",
  }),
};
const MOVE = /revoke|is added|its key is generated/;

const INVOCATION = {
  type: "aws_lambda_invocation",
  name: "user_Key_Generation_1",
  after: { function_name: "ledger-enterprise-acme-key-generator" },
};
/** The stack that has the user's key, and the one that would make another. */
const leaves = (actions?: string[]) =>
  plan(
    [{ type: SECRET, name: "user_Key_Secret_1", before: secret(), actions }],
    output({ ...BOT, ...OTHER }, OTHER),
  );
const comes = (importing?: string) =>
  plan(
    [
      {
        type: SECRET,
        name: "user_Key_Secret_1",
        after: secret({ signers: ["settlement", "batch"] }),
        importing,
      },
      INVOCATION,
    ],
    output(null, BOT),
  );

describe("a user that leaves one stack and turns up in another", () => {
  test.each([
    ["whichever plan is first", [leaves(), comes()]],
    ["whichever plan is last", [comes(), leaves()]],
    ["with other plans between them", [leaves(), plan([], output(OTHER, OTHER)), comes()]],
  ])("closes the gate in both, and nothing says revoke or generate, %s", (_, plans) => {
    const { code, text, markdown, facts } = found(plans);
    expect(code).toBe(1);
    expect(
      facts
        .filter(({ fact }) => fact === "undeclared move")
        .map((fact) => JSON.stringify(fact))
        .sort(),
    ).toEqual([
      '{"fact":"undeclared move","direction":"comes"}',
      '{"fact":"undeclared move","direction":"leaves"}',
    ]);
    expect(text).not.toMatch(MOVE);
    expect(markdown).toContain(
      "> - `acme/settlement bot`: **leaves this stack and turns up in another**, and its key does not: put it back",
    );
    expect(text).toContain("its private key is destroyed");
  });

  test("does not hide who gains a right by it", () => {
    expect(found([leaves(), comes()]).text).toContain(`acme/settlement bot: ${role("batch")}`);
  });

  test("is the same user where its name is the same in AWS", () => {
    const written = { "Settlement Bot": entry({ username: "Settlement Bot" }) };
    expect(found([leaves(), plan([], output(null, written))]).facts).toContainEqual({
      fact: "undeclared move",
      direction: "leaves",
    });
  });

  test("is no such move in another workspace, or alone", () => {
    const elsewhere = plan([], output(null, { "settlement bot": entry({ workspace: "zeta" }) }));
    expect(found([leaves(), elsewhere]).text).toContain("acme/settlement bot: is removed: revoke it");
    expect(found([comes()]).text).toContain("is added: ");
    expect(found([comes(), plan([], output(OTHER, OTHER))]).text).toContain("is added: ");
  });
});

describe("a move that both stacks declare", () => {
  const credentials = (more = {}) => ({
    ...secret(),
    arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/settlement-bot/generation-1/credentials-AbCdEf",
    name: "ledger-enterprise/acme/settlement-bot/generation-1/credentials",
    ...more,
  });
  const letsGo = (...more: Parameters<typeof plan>[0]) =>
    plan(
      [
        { type: SECRET, name: "user_Key_Secret_1", before: secret(), actions: ["forget"] },
        { type: SECRET, name: "user_Credentials_1", before: credentials(), actions: ["forget"] },
        { ...INVOCATION, before: INVOCATION.after, after: null, actions: ["forget"] },
        ...more,
      ],
      output({ ...BOT, ...OTHER }, OTHER),
    );
  const imports = (name: string, before: ReturnType<typeof secret>, after = before) => ({
    // As the provider imports it: what it cannot ask AWS for is set.
    ...{ type: SECRET, name, importing: "id" },
    ...{ before: { ...before, force_overwrite_replica_secret: null, recovery_window_in_days: null } },
    ...{ after: { ...after, force_overwrite_replica_secret: false, recovery_window_in_days: 30 } },
    actions: ["update"],
  });
  const takesOver = (
    changes = [imports("user_Key_Secret_1", secret()), imports("user_Credentials_1", credentials())],
    bot = entry(),
  ) => plan([...changes, INVOCATION], output(null, { "settlement bot": bot }));

  test.each([
    ["whichever plan is first", [letsGo(), takesOver()]],
    ["whichever plan is last", [takesOver(), letsGo()]],
  ])("is a move, and leaves the gate open, %s", (_, plans) => {
    const { code, text, facts } = found(plans);
    expect(code).toBe(0);
    expect(facts.filter(({ fact }) => fact === "moved")).toHaveLength(2);
    expect(text).not.toMatch(/revoke|is added|its key is generated|imported|no longer manages/);
  });

  test.each<[string, unknown[]]>([
    ["only one of the plans is there", [takesOver()]],
    ["only the other one is there", [letsGo()]],
    ["the other stack imports nothing", [letsGo(), takesOver([])]],
    [
      "another secret is imported",
      [
        letsGo(),
        takesOver([
          imports("user_Key_Secret_1", { ...secret(), arn: `${secret()["arn"]}x` }),
          imports("user_Credentials_1", credentials()),
        ]),
      ],
    ],
    ["not all is imported", [letsGo(), takesOver([imports("user_Key_Secret_1", secret())])]],
    [
      "more is imported",
      [
        letsGo(),
        takesOver([
          imports("user_Key_Secret_1", secret()),
          imports("user_Credentials_1", credentials()),
          imports(
            "user_Credentials_2",
            credentials({ arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x" }),
          ),
        ]),
      ],
    ],
    [
      "not all is let go of",
      [letsGo({ type: SECRET, name: "user_Key_Secret_2", before: secret() }), takesOver()],
    ],
  ])("closes the gate where %s", (_, plans) => {
    expect(found(plans).code).toBe(1);
  });

  test("says what else changes", () => {
    const changed = takesOver(
      [
        imports("user_Key_Secret_1", secret(), secret({ signers: ["settlement", "batch"] })),
        imports("user_Credentials_1", credentials()),
      ],
      entry({ signers: [role("settlement"), role("batch")], role: "administrator" }),
    );
    const { text } = found([letsGo(), changed]);
    expect(text).toContain(`access: acme/settlement bot: ${role("batch")} gains`);
    expect(text).toContain("role changes from operator to administrator");
  });
});

describe("a user in whose place another name is", () => {
  const named = (username: string, more = {}) => ({ [username]: entry({ username, ...more }) });
  const replaced = (...others: Record<string, unknown>[]) =>
    found([plan([], output({ ...BOT, ...OTHER }, Object.assign({}, OTHER, ...others)))]);

  test("closes the gate where it is alike but for the name, or only its workspace is another", () => {
    const { code, text } = replaced(named("settle bot"));
    expect(code).toBe(1);
    expect(text).toContain(
      "weakened: acme/settlement bot: is replaced by acme/settle bot, whose name in AWS is another, and with it the key: ",
    );
    expect(text).not.toContain("revoke");
    expect(replaced(named("settlement bot", { workspace: "acme-prod" })).text).toContain(
      "weakened: acme/settlement bot: is replaced by acme-prod/settlement bot, whose name in AWS is another",
    );
  });

  test("keeps its key where the name is the same in AWS", () => {
    const { code, text } = replaced(named("Settlement Bot"));
    expect(code).toBe(0);
    expect(text).toContain(
      "user: acme/settlement bot: is called acme/Settlement Bot and keeps its key: the workspace has the key under the former name",
    );
    expect(text).not.toMatch(/revoke|is added|username changes/);
  });

  test("keeps its key, and whatever else changes with the spelling is said", () => {
    const more = { role: "administrator", signers: [role("settlement"), role("batch")] };
    const { text } = replaced(named("Settlement Bot", more));
    expect(text).toContain("user: acme/Settlement Bot: role changes from operator to administrator");
    expect(text).toContain(`access: acme/Settlement Bot: ${role("batch")} gains the right to sign`);
    expect(text).not.toMatch(/revoke|is added/);
  });

  test("is removed where nobody, or several, or another kind of user comes", () => {
    for (const others of [[], [named("a"), named("b")], [named("a", { signers: [role("x")] })]])
      expect(replaced(...others).text).toContain("user: acme/settlement bot: is removed: revoke it");
  });
});
