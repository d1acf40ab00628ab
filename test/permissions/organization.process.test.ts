/**
 * The policies that `guard-policies` writes, judged together with all others: the table of docs/organization.md cell by cell, and
 * the matrix of docs/permissions.md once more, with the policies attached.
 */
import { ACTORS, type Actor, ORGANIZATION } from "./actors";
import { deployerPolicy } from "./deployer-policy";
import { ACCOUNT, COMMERCIAL, type Emitted, emit, type Place, SIGNER_ACCOUNT, WORKSPACE } from "./emitted";
import { documented, TABLES, variants } from "./matrix";
import type { Call } from "./operations";
import { GUARDED, guarded, roleAdmin } from "./organization";
import { mayDo } from "./simulate";

const PAGE = "docs/organization.md";
const HEADING = "Who may do what, with the policies and without";
const rows = documented(HEADING, PAGE);
const ROWS = Object.keys(ACTORS);

function emittedIn(place: Place): Emitted {
  const found = variants("secrets-manager", place).find(
    ({ deployers, removalProtection }) => deployers && removalProtection,
  );
  if (!found) throw new Error("no such variant");
  return found;
}

/** What stands in a cell: whether all of an operation's calls are allowed, or none, and what the policies change in that. */
async function mark(row: string, column: string, place: Place): Promise<string> {
  const emitted = emittedIn(place);
  const actor = ACTORS[row]?.(emitted);
  const calls = GUARDED[column]?.(emitted) ?? [];
  if (!actor || calls.length === 0) throw new Error(`${row}, ${column}: no such cell`);
  const without: Call[] = [];
  for (const call of calls) if (await mayDo(actor, [call])) without.push(call);
  // They deny only.
  const withThem: Call[] = [];
  for (const call of without) if (await mayDo(actor, [call], guarded(place))) withThem.push(call);
  if (without.length === 0) return "–";
  if (withThem.length === 0) return "unguarded";
  if (withThem.length === calls.length) return "yes";
  return withThem.length === without.length
    ? "in part"
    : `with the policies ${withThem.map(({ action }) => action)}`;
}

const marks = async (row: string, place: Place) => {
  const cells: Record<string, string> = {};
  for (const column of Object.keys(GUARDED)) cells[column] = await mark(row, column, place);
  return cells;
};

describe(`${PAGE}, ${HEADING}`, () => {
  test("has a row for everybody and a column for everything that is judged", () => {
    expect([...rows.keys()]).toEqual(ROWS);
    for (const cells of rows.values()) expect([...cells.keys()]).toEqual(Object.keys(GUARDED));
  });

  test.each(ROWS)("%s", async (row) => {
    expect(await marks(row, COMMERCIAL)).toEqual(Object.fromEntries(rows.get(row) ?? []));
  });

  test.each([
    { partition: "aws-us-gov", region: "us-gov-west-1", dnsSuffix: "amazonaws.com" },
    { partition: "aws-cn", region: "cn-north-1", dnsSuffix: "amazonaws.com.cn" },
  ])("is the same in the partition $partition", async (place) => {
    for (const row of [
      "deployer, with the policy of docs/deployer.md",
      "administrator of the account, a role",
    ])
      expect([row, await marks(row, place)]).toEqual([row, Object.fromEntries(rows.get(row) ?? [])]);
  });

  test("no one but a deployer may do any of it", () => {
    const able = [...rows].filter(([, cells]) =>
      [...cells.values()].some((cell) => !/^(–|unguarded)$/.test(cell)),
    );
    expect(able.map(([row]) => row)).toEqual([
      "deployer, with the policy of docs/deployer.md",
      "deployer that is an administrator",
    ]);
  });
});

/** Who is an administrator of the workspace's account without being a deployer, signer, reader, custodian or the generator. */
const ADMINISTRATORS = [
  "administrator of the account, a role",
  "administrator of the account, an IAM user",
  "federated user of an administrator",
  "role whose name begins like the signer's",
  "root user of the account",
];

describe.each(TABLES)("docs/permissions.md, $heading, with the policies attached", ({
  heading,
  custody,
  operations,
  generations,
}) => {
  // Without removal protection all is allowed that is allowed with it, and more.
  const [emitted] = variants(custody, COMMERCIAL, generations).filter(
    ({ deployers, removalProtection }) => deployers && !removalProtection,
  );
  const guards = guarded(COMMERCIAL);

  /** The columns that a row may do. */
  async function allowed(row: string, organization?: typeof guards): Promise<string[]> {
    const columns: string[] = [];
    const actor = emitted && ACTORS[row]?.(emitted);
    if (!actor) throw new Error(`${row}: no such row`);
    for (const [column, operation] of Object.entries(operations))
      if (await mayDo(actor, operation(emitted), organization)) columns.push(column);
    return columns;
  }

  const working = ROWS.filter((row) =>
    /^(signer|reader|custodian|generator), (with the policy|in its)|^deployer/.test(row),
  );
  test.each(working)("%s may do what it may do without them", async (row) => {
    expect(await allowed(row, guards)).toEqual(await allowed(row));
  });

  // What says which key is current is public data.
  const isLooking = (column: string) =>
    /^(see |verify$|decrypt for a secret of the workspace$)/.test(column) ||
    (heading === "The secret that says which key is current" && column === "read");
  test.each(ADMINISTRATORS)("%s may only look", async (row) => {
    expect((await allowed(row, guards)).filter((column) => !isLooking(column))).toEqual([]);
  });
});

describe("a fleet that is applied with the policies attached", () => {
  const policy = deployerPolicy(COMMERCIAL);
  const deployer = ACTORS["deployer, with the policy of docs/deployer.md"];
  // Without removal protection, so that a destroy is allowed.
  const unprotected = { deployers: true, removalProtection: false, place: COMMERCIAL };
  const emitted = emit({ ...unprotected, custody: "secrets-manager" });
  const signing = emit({ ...unprotected, custody: "kms" });

  /** Calls on what the deployer's policy names, with names in place of its wildcards. */
  const callsOf = ({ Action, Resource, Condition }: (typeof policy.Statement)[number]): Call[] =>
    [Action]
      .flat()
      .flatMap((action) =>
        [Resource]
          .flat()
          .flatMap((pattern) =>
            pattern === "*"
              ? [{ action, resource: "*" }]
              : [
                  ...(pattern.endsWith(":key/*")
                    ? KEYS
                    : [{ resource: pattern.replace(/\*$/, "some-AbCdEf") }]),
                ].map((on) => ({ action, ...on, context: contextOf(Condition) })),
          ),
      );
  const KEYS = [
    { resource: emitted.workspaceKeyArn, policy: emitted.workspaceKeyPolicy },
    { resource: signing.keyArn, policy: signing.keyPolicy },
  ];
  const contextOf = (condition: Record<string, Record<string, string | string[]>> = {}) =>
    Object.fromEntries(
      Object.values(condition)
        .flatMap((keys) => Object.entries(keys))
        .filter(([key]) => !key.startsWith("aws:ResourceTag/"))
        .map(([key, value]) => [key, String(value).replace("*", "amazonaws.com")]),
    );
  /** Undefined where the simulator knows no such action on such a thing. */
  const may = (call: Call, guards?: ReturnType<typeof guarded>) =>
    deployer === undefined
      ? undefined
      : mayDo(deployer(emitted), [call], guards).catch((error: Error) => {
          if (/resource\.types|must\.use\.wildcard/.test(error.message)) return undefined;
          throw error;
        });

  test.each(
    policy.Statement.filter(({ Effect }) => Effect === "Allow").map(
      (statement) => [statement.Sid, statement] as const,
    ),
  )("may make every call that its policy allows: %s", async (_, statement) => {
    const tried = new Set<string>();
    for (const call of callsOf(statement)) {
      const without = await may(call);
      expect([call, await may(call, guarded(COMMERCIAL))]).toEqual([call, without]);
      if (without) tried.add(call.action);
    }
    expect([...tried].sort()).toEqual([...new Set([statement.Action].flat())].sort());
  });

  test("the generator sees its rules, writes its log and stores a key", async () => {
    const generator = ACTORS["generator, in its function"]?.(emitted) as Actor;
    const at = (service: string, resource: string) =>
      `arn:aws:${service}:${COMMERCIAL.region}:${ACCOUNT}:${resource}`;
    const log = `log-group:/aws/lambda/ledger-enterprise-${WORKSPACE}-key-generator`;
    const rule = at("events", `rule/ledger-enterprise.${WORKSPACE}.denied`);
    const calls: Call[] = [
      { action: "events:DescribeRule", resource: rule },
      { action: "events:ListTargetsByRule", resource: rule },
      { action: "logs:CreateLogStream", resource: at("logs", `${log}:log-stream:one`) },
      { action: "logs:PutLogEvents", resource: at("logs", `${log}:log-stream:one`) },
      ...["DescribeSecret", "PutSecretValue"].map((name) => ({
        action: `secretsmanager:${name}`,
        resource: emitted.keyArn,
        policy: emitted.keyPolicy,
      })),
    ];
    for (const call of calls)
      expect([call.action, await mayDo(generator, [call], guarded(COMMERCIAL))]).toEqual([call.action, true]);
  });
});

test("a role that --role-admin names changes and passes the signers' roles of its account, and no others", async () => {
  const emitted = emittedIn(COMMERCIAL);
  const arn = roleAdmin(COMMERCIAL);
  const administrator = ACTORS["administrator of a signer account"]?.(emitted) as Actor;
  const admin = { ...administrator, context: { ...administrator.context, "aws:PrincipalArn": arn } };
  const change = GUARDED["change a signer's role of a signer account, or pass it"]?.(emitted) ?? [];
  expect(change.length).toBeGreaterThan(5);
  expect(await mayDo(admin, change, guarded(COMMERCIAL))).toBe(true);
  expect(await mayDo(administrator, change.slice(0, 1), guarded(COMMERCIAL))).toBe(false);
});

describe("the RCP", () => {
  const emitted = emittedIn(COMMERCIAL);
  const read: Call = {
    action: "secretsmanager:GetSecretValue",
    resource: emitted.keyArn,
    policy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "secretsmanager:*", Resource: "*" }],
    },
  };
  const decrypt: Call = {
    action: "kms:Decrypt",
    resource: emitted.workspaceKeyArn,
    policy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }],
    },
  };
  const actor = (row: string) => ACTORS[row]?.(emitted) as Actor;
  const { "aws:PrincipalOrgID": _, ...alone } = actor("administrator of another account").context;
  const STRANGERS: readonly (readonly [string, Actor])[] = [
    ...[
      "administrator of another account",
      "role of another account, named as the signer",
      "anybody, unsigned",
    ].map((row) => [row, actor(row)] as const),
    [
      "administrator of an account of no organization",
      { ...actor("administrator of another account"), context: alone },
    ],
  ];

  test.each(STRANGERS)("keeps out, if a policy lets in everyone: %s", async (_, stranger) => {
    for (const call of [read, decrypt]) {
      expect(await mayDo(stranger, [call])).toBe(true);
      expect(await mayDo(stranger, [call], guarded(COMMERCIAL))).toBe(false);
    }
  });

  test("lets pass the organization's accounts, and AWS's services in their own name", async () => {
    for (const row of [
      "signer of a signer account that is an administrator there",
      "another AWS service in its own name",
    ])
      for (const call of [read, decrypt])
        expect([row, await mayDo(actor(row), [call], guarded(COMMERCIAL))]).toEqual([row, true]);
  });

  test("is about the organization that was named", () => {
    const [rcp] = guarded(COMMERCIAL).rcps(ACCOUNT);
    expect(JSON.stringify(rcp)).toContain(`"aws:PrincipalOrgID":"${ORGANIZATION}"`);
    expect(guarded(COMMERCIAL).rcps(SIGNER_ACCOUNT)).toEqual([]);
  });
});
