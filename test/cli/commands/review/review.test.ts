import { entry, found, inFile, output, plan, review, role, secret } from "../../../support/cli/plan";

const SECRET = "aws_secretsmanager_secret";
const OUTPUT = { "settlement bot": entry() };

describe("a plan that changes nothing is one line", () => {
  test("of no-ops and reads", async () => {
    const changes = [
      { type: SECRET, before: secret(), after: secret(), actions: ["no-op"] },
      { type: "aws_kms_public_key", actions: ["read"], after: {} },
    ];
    expect(await review([plan(changes)])).toEqual({
      code: 0,
      stdout: "**API users**: nothing changes (the plan).\n",
      stderr: "",
    });
  });

  test("of what concerns no user, which is named nevertheless", () => {
    const { code, markdown } = found([
      plan([{ type: "aws_sns_topic", before: { tags: 1 }, after: { tags: 2 } }]),
    ]);
    expect(code).toBe(0);
    expect(markdown).toBe(
      "**API users**: no user, key, access or guard changes. Other changes: `aws_sns_topic`: update of `tags` (`aws_sns_topic.X`).\n",
    );
  });
});

describe("users and who signs", () => {
  test("a user added: role, custody, signers, what to register, and its key", async () => {
    const invocation = {
      type: "aws_lambda_invocation",
      name: "user_Generation1_Key_Invocation_1",
      after: { function_name: "ledger-enterprise-acme-key-generator" },
    };
    const { code, kinds, text } = found([
      plan(
        [
          { type: SECRET, name: "user_Generation1_Key_Secret_1", after: secret(), unknown: { arn: true } },
          invocation,
        ],
        output(null, OUTPUT),
      ),
    ]);
    expect(code).toBe(0);
    expect(text).toContain(
      `user: acme/settlement bot: is added: operator, custody secrets-manager; signs: ${role("settlement")}; to be registered as Operator - Via Self Managed Key Pair`,
    );
    expect(text).toContain("key: acme/settlement bot: its key is generated, by the key generator");
    expect(kinds).toEqual(new Set(["user", "key", "other"]));
  });

  describe("a user whose name looks like another's of the workspace", () => {
    const named = (name: string, workspace = "acme") => ({ [name]: entry({ username: name, workspace }) });
    const alike = "p\u0430y bot";
    const line = (text: string) => text.split("\n").filter((each) => each.includes("looks like"));
    const told = `notice: acme/${alike}: looks like pay bot (U+0430): see that both names are meant`;

    test("is named when it is added, and passes the gate", () => {
      const { code, text, markdown } = found([
        plan([], output(named("pay bot"), { ...named("pay bot"), ...named(alike) })),
      ]);
      expect(line(text)).toEqual([told]);
      expect(markdown).toContain(`- \`acme/${alike}\`: looks like \`pay bot\` (\`U+0430\`): see that`);
      expect(code).toBe(0);
    });

    test("is found over several plans", () => {
      const others = plan([], output(named("pay bot"), named("pay bot")));
      expect(line(found([plan([], output(null, named(alike))), others]).text)).toEqual([told]);
    });

    test("is no news later, and no matter in another workspace", () => {
      const both = { ...named("pay bot"), ...named(alike) };
      expect(line(found([plan([], output(both, both))]).text)).toEqual([]);
      const elsewhere = plan([], output(named("pay bot", "zeta"), named("pay bot", "zeta")));
      expect(line(found([plan([], output(null, named(alike))), elsewhere]).text)).toEqual([]);
    });
  });

  test("a signer added and one removed pass the gate, and are told once", async () => {
    const after = output(OUTPUT, { "settlement bot": entry({ signers: [role("batch")] }) });
    const { code, text } = found([
      plan([{ type: SECRET, before: secret(), after: secret({ signers: ["batch"] }) }], after),
    ]);
    expect(code).toBe(0);
    expect(text.split("\n")).toEqual([
      `access: acme/settlement bot: ${role("batch")} gains the right to sign (read the private key)`,
      `access: acme/settlement bot: ${role("settlement")} loses the right to sign (read the private key)`,
    ]);
  });

  test("a signer that the policy has and the registration has not is no signer", async () => {
    const { code, text } = found([
      plan(
        [{ type: SECRET, before: secret(), after: secret({ signers: ["settlement", "mallory"] }) }],
        output(OUTPUT, OUTPUT),
      ),
    ]);
    expect(code).toBe(1);
    expect(text).toContain(
      `weakened: acme/settlement bot: ${role("mallory")} may sign (read the private key), and the registration does not name it`,
    );
  });

  test("another public key, role or generation", async () => {
    const { text } = found([
      plan(
        [],
        output(OUTPUT, { "settlement bot": entry({ generation: 2, role: "administrator", keyArn: "x" }) }),
      ),
    ]);
    expect(text).toContain("key: acme/settlement bot: generation 2 is promoted; it was 1");
    expect(text).toContain("weakened: acme/settlement bot: the key to register is another: ");
    expect(text).toContain("user: acme/settlement bot: role changes from operator to administrator");
  });
});

describe("findings carry facts, and none is hidden by the wording of another", () => {
  const SIGNER = { signers: [role("settlement"), role("mallory")] };

  test.each([
    ["a field", "settlement bot", { "is added": "yes", uiLabel: "is added" }],
    ["a user", "is added", {}],
  ])("a new signer is shown beside %s that is called `is added`", async (_, username, more) => {
    const before = { [username]: entry({ username }) };
    const after = { [username]: entry({ username, ...SIGNER, ...more }) };
    const { text, facts } = found([plan([], output(before, after))]);
    expect(text).toContain(`access: acme/${username}: ${role("mallory")} gains the right to sign`);
    expect(facts).toContainEqual({ fact: "gains", role: role("mallory"), right: "sign" });
  });

  test("of a new user, a right is hidden only if the line about the addition names it", async () => {
    const made = { type: SECRET, after: secret({ signers: ["settlement", "mallory"] }) };
    const { text } = found([plan([made], output(null, OUTPUT))]);
    expect(text).toContain(`access: acme/settlement bot: ${role("mallory")} gains the right to sign`);
    expect(text).not.toContain(`${role("settlement")} gains`);
  });

  test("a reader of the credentials stands in policy and registration, and is shown once", async () => {
    const name = "ledger-enterprise/acme/settlement-bot/generation-1/credentials";
    const [before, after] = [["settlement"], ["settlement", "reader"]].map((signers) => ({
      ...secret({ signers }),
      ...{ name, arn: "arn:credentials" },
    }));
    const readers = { "settlement bot": entry({ readers: [role("reader")] }) };
    const { text } = found([plan([{ type: SECRET, before, after }], output(OUTPUT, readers))]);
    expect(text).toBe(
      `access: acme/settlement bot: ${role("reader")} gains the right to read the credentials`,
    );
  });

  test("--format json has subject and fact as data beside the text", async () => {
    const after = { "settlement bot": entry(SIGNER) };
    const { stdout } = await review([plan([], output(OUTPUT, after))], "--format", "json");
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      failed: [],
      plans: [
        {
          plan: "standard input",
          findings: [
            {
              kind: "weakened",
              subject: "acme/settlement bot",
              text: "is in no configuration of this plan: the plan was edited",
              about: { workspace: "acme", username: "settlement bot" },
              fact: { fact: "not configured" },
            },
            {
              kind: "access",
              subject: "acme/settlement bot",
              text: `${role("mallory")} gains the right to sign`,
              about: { workspace: "acme", username: "settlement bot" },
              fact: { fact: "gains", role: role("mallory"), right: "sign" },
            },
          ],
        },
      ],
    });
  });
});

describe("every changed attribute is shown", () => {
  const KMS_KEY = { customer_master_key_spec: "ECC_NIST_P256" };
  const RULE = { state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", event_pattern: '{"source":["a"]}' };

  test.each([
    [
      "a longer deletion window beside another finding",
      "aws_kms_key",
      { ...KMS_KEY, deletion_window_in_days: 7, is_enabled: true },
      { ...KMS_KEY, deletion_window_in_days: 30, is_enabled: false },
      "other: aws_kms_key: update of deletion_window_in_days",
    ],
    [
      "a wider pattern of a rule that is disabled",
      "aws_cloudwatch_event_rule",
      RULE,
      { state: "DISABLED", event_pattern: '{"source":["a","b"]}' },
      "other: aws_cloudwatch_event_rule: update of event_pattern",
    ],
    [
      "a policy that is as strong, beside another finding",
      SECRET,
      secret(),
      { ...secret({ change: (statements) => [...statements].reverse() }), recovery_window_in_days: 7 },
      "other: aws_secretsmanager_secret: update of policy",
    ],
  ])("%s", async (_, type, before, after, line) => {
    const { text } = found([plan([{ type, before, after }])]);
    expect(text.split("\n")).toEqual([expect.stringMatching(/^weakened: /), line]);
  });

  test("of a replaced resource too, but for what only AWS knows", async () => {
    const change = {
      before: { bucket: "b", tags: 1 },
      after: { bucket: "b", tags: 2 },
      unknown: { arn: true },
    };
    const { text } = found([plan([{ type: "aws_s3_bucket", ...change, actions: ["delete", "create"] }])]);
    expect(text.split("\n")).toEqual([
      expect.stringMatching(/^destroy: /),
      "other: aws_s3_bucket: delete, create of tags",
    ]);
  });

  test("once: what a finding tells is not repeated", async () => {
    const { text } = found([
      plan([{ type: "aws_lambda_function", before: { role: "a", tags: 1 }, after: { role: "b", tags: 2 } }]),
    ]);
    expect(text).toMatch(/: role\nother: aws_lambda_function: update of tags$/);
  });
});

describe("what destroys closes the gate", () => {
  test("a user deleted; and that AWS will refuse it while it is protected", async () => {
    const { code, text } = found([plan([{ type: SECRET, before: secret() }], output(OUTPUT, null))]);
    expect(code).toBe(1);
    expect(text).toMatch(
      /destroy: acme\/settlement bot: its private key is destroyed: .* 30 days \(AWS will refuse it while/,
    );
    expect(text).toContain("user: acme/settlement bot: is removed: revoke it");
    const open = found([plan([{ type: SECRET, before: secret({ isProtected: false }) }])]);
    expect(open.text).not.toContain("AWS will refuse it");
  });

  test.each([
    [
      "a secret replaced",
      { type: SECRET, before: secret(), after: secret(), actions: ["delete", "create"] },
      /an empty secret is made in its place/,
    ],
    [
      "a KMS key",
      {
        type: "aws_kms_key",
        before: { customer_master_key_spec: "ECC_NIST_P256", deletion_window_in_days: 7 },
      },
      /in 7 days/,
    ],
    [
      "the key that encrypts",
      { type: "aws_kms_key", before: { customer_master_key_spec: "SYMMETRIC_DEFAULT" } },
      /and with it what it encrypts/,
    ],
    [
      "the journal",
      { type: "aws_cloudwatch_log_group", before: { name: "/journal" } },
      /with all that is in it/,
    ],
  ])("%s", async (_, change, message) => {
    const { code, text } = found([plan([change])]);
    expect(code).toBe(1);
    expect(text).toMatch(/^destroy: /m);
    expect(text).toMatch(message);
  });
});

describe("what anybody may have written", () => {
  test("stays text in Markdown: no markup, HTML, mention, link or line of its own", () => {
    const evil = "`@security-team <img src=x onerror=1> [x](http://e)\n# merged **yes** |";
    const { markdown } = found([
      plan([], output(null, { [evil]: entry({ username: evil, workspace: "@org" }) })),
    ]);
    expect(markdown).toContain(
      "- ``@org/`@security-team <img src=x onerror=1> [x](http://e) # merged **yes** |``: is **added**",
    );
    // What is outside of code, has nothing of it.
    const outside = markdown.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
    expect(outside).not.toMatch(/[@<|[]|^# /m);
  });

  test.each<[string, string, RegExp]>([
    ["nothing", "", /standard input is empty; give the output of terraform show -json/],
    ["no JSON", "{", /is not JSON/],
    ["a state", '{"format_version":"1.0","values":{}}', /as if it were a state/],
    ["another program's", '{"a":1}', /no format_version/],
    ["a coming format", '{"format_version":"2.0","resource_changes":[]}', /reads format 1 only/],
    ["a list", "[]", /not a JSON object/],
    [
      "changes that are none",
      '{"format_version":"1.0","resource_changes":[{}]}',
      /has an entry that is not a change/,
    ],
    [
      "actions that are none",
      '{"format_version":"1.0","resource_changes":[{"address":"a","type":"b","change":{"actions":"delete"}}]}',
      /not a change/,
    ],
    [
      "a plan that failed",
      '{"format_version":"1.0","planned_values":{},"errored":true}',
      /ended in an error, and is incomplete/,
    ],
    ["a key twice", '{"format_version":"1.0","resource_changes":[],"resource_changes":[]}', /twice/],
  ])("is refused where it is %s", async (_, text, message) => {
    const { code, stdout, stderr } = await review([text]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("and deep nesting, odd types and unknown actions end it neither", async () => {
    const deep = JSON.stringify(plan([{ type: "t", before: { a: 1 }, after: { a: 2 } }])).replace(
      '"after_unknown":{}',
      `"after_unknown":{"a":${"[".repeat(9000)}true${"]".repeat(9000)}}`,
    );
    expect((await review([deep])).code).toBe(0);
    const odd = plan(
      [{ type: SECRET, before: { name: 5, policy: 7 }, after: { name: null, policy: [] } }],
      output({ x: 1 }, { x: { signers: [{}], generation: [] } }),
    );
    expect((await review([odd])).code).toBe(0);
    const { code, text } = found([
      plan([{ type: SECRET, before: secret(), after: secret(), actions: ["obliterate"] }]),
    ]);
    expect({ code, text }).toEqual({
      code: 1,
      text: "weakened: acme/settlement-bot: does something that this version does not know: obliterate",
    });
  });
});

test("several plans, from files and standard input, are one review", async () => {
  const { file, remove } = inFile(JSON.stringify(plan([{ type: SECRET, before: secret() }])));
  const both = await review(
    [plan([{ type: SECRET, before: secret(), after: secret({ signers: ["settlement", "batch"] }) }])],
    file,
    "-",
  );
  const none = await review([plan([]), plan([])]);
  remove();
  expect(both.stdout).toMatch(/\[!CAUTION\]\n> \*\*Destroyed\*\*[\s\S]*\*\*gains\*\* the right to sign/);
  expect(none.stdout).toBe("**API users**: nothing changes (the 2 plans).\n");
});

test("--fail-on closes the gate on what it names, and only that; other words are bad usage", async () => {
  const weakened = plan([
    { type: "aws_cloudtrail", before: { enable_logging: true }, after: { enable_logging: false } },
  ]);
  expect((await review([weakened])).code).toBe(0);
  expect((await review([weakened], "--fail-on", "destroy")).code).toBe(0);
  expect(await review([weakened], "--fail-on", "weakened")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: --fail-on: the plan has weakened; /),
  });
  expect(await review([weakened], "--fail-on", "weak")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/Give destroy or weakened/),
  });
});

test("what was changed outside Terraform is told, and what moves in the state closes the gate", async () => {
  const drift = { type: SECRET, before: secret(), after: secret({ signers: ["mallory"] }) };
  const { resource_changes } = plan([drift]);
  const moved = {
    ...resource_changes[0],
    previous_address: "aws_secretsmanager_secret.old",
    change: { actions: ["no-op"], before: {}, after: {} },
  };
  const { code, text } = found([
    { ...plan([]), resource_drift: resource_changes, resource_changes: [moved], complete: false },
  ]);
  expect(code).toBe(1);
  expect(text).toContain("was changed outside Terraform (policy): find out by whom");
  expect(text).toContain(
    "weakened: aws_secretsmanager_secret.X: moves in the state from aws_secretsmanager_secret.old",
  );
});
