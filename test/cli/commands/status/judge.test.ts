/** What `status` concludes from what was looked up: in process, without AWS and workspace. */
import type { ApiUserRecord } from "../../../../cli/commands/status/api-users";
import type { Custody } from "../../../../cli/commands/status/custody";
import { judge } from "../../../../cli/commands/status/judge";
import { statusText } from "../../../../cli/commands/status/report";
import type { LiveUser, PendingRequest } from "../../../../cli/commands/status/workspace";
import type { UserDeclaration } from "../../../../fleet";
import type { RegisteredUser } from "../../../../registration/read";

const KEY = `04${"ab".repeat(64)}`;
const READY: Custody = { key: "ready", credentials: "not declared yet" };
const COMMON = { role: "operator", custody: "kms", generation: 1, signers: [], readers: [] } as const;
const NOW = new Date("2026-01-01T00:00:00Z");

const userOf = (username: string): ApiUserRecord => ({
  workspace: "acme",
  username,
  registeredAs: [username],
  address: `acme-team/${username}`,
  declared: COMMON as unknown as UserDeclaration,
  applied: { ...COMMON, workspace: "acme", username, publicKey: KEY } as unknown as RegisteredUser,
});
const liveOf = (more: Partial<LiveUser> = {}): LiveUser => ({
  ...{ username: "bot", publicKey: KEY, role: "OPERATOR", status: "ACTIVE" },
  ...more,
});

function judged(users: LiveUser[] | undefined, own: Partial<Custody> = {}, user = userOf("bot")) {
  const custody = new Map(user.applied && [[user.applied, { ...READY, ...own }]]);
  const workspace = users && { name: "acme", users };
  return judge({ users: [user], hasYaml: true, hasRegistration: true, custody, workspace }, NOW);
}
const lines = (...args: Parameters<typeof judged>) =>
  judged(...args).problems.map(({ level, subject, problem }) => `${level}: ${subject}: ${problem}`);
const stage = (...args: Parameters<typeof judged>) => judged(...args).users[0]?.stage;

test.each<[Partial<Custody>, string]>([
  [{ key: "wrong" }, "declared"],
  [{ credentials: "none" }, "approved"],
  [{ credentials: "stored" }, "active"],
])("an active user with %j is %s", (own, expected) => {
  expect(stage([liveOf()], own)).toBe(expected);
});

test.each(["ACCESS_SUSPENDED", "PENDING_REVOCATION", "REVOKED", "REJECTED"])("%s is an alarm", (status) => {
  expect(lines([liveOf({ status })])).toEqual([
    `alarm: acme-team/bot: is declared, but ${status} in the workspace`,
  ]);
});

test("so are another role, another key, and a second user of the name", () => {
  expect(lines([liveOf({ role: "ADMIN" })])).toEqual([
    "alarm: acme-team/bot: is declared as operator and registered as ADMIN",
  ]);
  const other = liveOf({ publicKey: `04${"cd".repeat(64)}` });
  expect(lines([other])).toEqual([
    "alarm: acme-team/bot: is registered with another public key than the one in custody",
  ]);
  expect(lines([liveOf(), other])).toEqual(["alarm: acme-team/bot: is in the workspace more than once"]);
});

/** A user whose request 7 waits, for one of alice and two whom nobody may see. */
const pendingOf = (more: Partial<PendingRequest> = {}, status = "PENDING_APPROVAL") =>
  liveOf({
    status,
    request: {
      ...{
        id: 7,
        status: "PENDING_APPROVAL",
        expires: new Date("2026-01-05T00:00:00Z"),
        approvers: ["alice"],
      },
      waiting: { approvals: 1, of: ["3"], unseen: 2 },
      ...more,
    },
  });
const WAITS =
  'is PENDING_APPROVAL: request 7 waits for 1 more of "alice", 2 whom these credentials may not see';

test.each<[string, Partial<PendingRequest>, string]>([
  ["has time", {}, `to do: acme-team/bot: ${WAITS}; it expires on 2026-01-05T00:00:00.000Z`],
  [
    "expires soon",
    { expires: new Date("2026-01-02T00:00:00Z") },
    `alarm: acme-team/bot: ${WAITS}; it expires on 2026-01-02T00:00:00.000Z`,
  ],
  [
    "has expired",
    { expires: new Date("2025-12-31T23:59:59Z") },
    "alarm: acme-team/bot: its request 7 expired on 2025-12-31T23:59:59.000Z",
  ],
  ["does not say when it expires", { expires: undefined }, `not seen: acme-team/bot: ${WAITS}`],
  [
    "does not say whom it waits for",
    { waiting: undefined },
    "to do: acme-team/bot: is PENDING_APPROVAL: request 7 waits, and whom for is not said; it expires on 2026-01-05T00:00:00.000Z",
  ],
  ...["REJECTED", "ABORTED", "BLOCKED", "EXPIRED"].map(
    (status): [string, Partial<PendingRequest>, string] => [
      `is ${status}`,
      { status },
      `alarm: acme-team/bot: its request 7 is ${status}`,
    ],
  ),
  [
    "has a status that nobody knows",
    { status: "FROZEN" },
    'not seen: acme-team/bot: is PENDING_APPROVAL: request 7 is "FROZEN"',
  ],
])("a pending request that %s", (_, more, line) => {
  expect(lines([pendingOf(more)])).toEqual([line]);
});

test("a revocation that waits says whom it waits for", () => {
  expect(lines([pendingOf({}, "PENDING_REVOCATION")])).toEqual([
    'alarm: acme-team/bot: is declared, but PENDING_REVOCATION in the workspace: request 7 waits for 1 more of "alice", 2 whom these credentials may not see',
  ]);
});

/** All of `User.status` and `User.role` in version 1.35 of the specification. */
describe("what a user may be, by the specification", () => {
  test.each([
    ["ABORTED", "key ready", "alarm"],
    ["ACCESS_SUSPENDED", "registered", "alarm"],
    ["ACTIVE", "active", undefined],
    ["APPROVED", "approved", "to do"],
    ["PENDING_APPROVAL", "registered", "to do"],
    ["PENDING_REGISTRATION", "registered", "to do"],
    ["PENDING_REVOCATION", "registered", "alarm"],
    ["PENDING_SECRET", "approved", "to do"],
    ["REJECTED", "key ready", "alarm"],
    ["REVOKED", "key ready", "alarm"],
    ["SUSPENDED", "registered", "alarm"],
    ["active", "registered", "not seen"],
    ["FROZEN", "registered", "not seen"],
    ["toString", "registered", "not seen"],
    ["", "registered", "not seen"],
  ])("the status %j: %s, %s", (status, expected, level) => {
    const { users, problems } = judged([liveOf({ status })]);
    expect(users.map((user) => [user.stage, user.workspace])).toEqual([[expected, status]]);
    expect(problems.map((problem) => problem.level)).toEqual(level ? [level] : []);
  });

  test.each([
    "ADMIN",
    "ADMIN_SYSTEM",
    "SHARED_OWNER",
    "WRAPPING_KEYS",
    "READ_ONLY_API_KEY",
    "AUDITOR",
  ])("the role %s is not an operator's", (role) => {
    expect(lines([liveOf({ role })])).toEqual([
      `alarm: acme-team/bot: is declared as operator and registered as ${role}`,
    ]);
  });

  test("a role that is not said is not seen", () => {
    expect(lines([liveOf({ role: "" })])).toEqual(["not seen: acme-team/bot: is registered without a role"]);
  });

  test("an undeclared user of a status that nobody knows is an alarm, one that is aborted none", () => {
    const others = [liveOf(), liveOf({ username: "x", publicKey: "", status: "FROZEN" })];
    expect(lines([...others, liveOf({ username: "y", publicKey: "", status: "ABORTED" })])).toEqual([
      'alarm: workspace acme: has the API user "x" (FROZEN), which nobody declared',
    ]);
  });
});

test("YAML and registration that differ: each field is named", () => {
  const user = userOf("bot");
  const applied = { ...user.applied, role: "administrator", signers: ["x"] } as RegisteredUser;
  expect(lines(undefined, {}, { ...user, applied })).toEqual([
    "to do: acme-team/bot: is declared with other values than were applied: role, signers",
  ]);
});

test("the text shows the worst problems first, each with its fix", () => {
  const { users, problems } = judged([liveOf({ status: "APPROVED", role: "ADMIN" })]);
  const text = statusText({ users, problems: [...problems].reverse(), workspaceSeen: true });
  expect(text.slice(2).map(String)).toEqual([
    "alarm: acme-team/bot: is declared as operator and registered as ADMIN; revoke it and register it again, or fix the YAML",
    "to do: acme-team/bot: is approved; have an admin click Generate API Access",
    "1 approved; 1 alarm; whose credentials asked it is unknown.",
  ]);
});
