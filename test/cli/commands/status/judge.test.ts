/** What `status` concludes from what was looked up: in process, without AWS and workspace. */
import type { ApiUserRecord } from "../../../../cli/commands/status/api-users";
import type { Custody } from "../../../../cli/commands/status/custody";
import { judge } from "../../../../cli/commands/status/judge";
import { statusText } from "../../../../cli/commands/status/report";
import type { LiveUser } from "../../../../cli/commands/status/workspace";
import type { UserDeclaration } from "../../../../fleet";
import type { RegisteredUser } from "../../../../registration/read";

const KEY = `04${"ab".repeat(64)}`;
const READY: Custody = { key: "ready", credentials: "not declared yet" };
const COMMON = { role: "operator", custody: "kms", generation: 1, signers: [], readers: [] } as const;
const NOW = new Date("2026-01-01T00:00:00Z");

const userOf = (username: string): ApiUserRecord => ({
  workspace: "acme",
  username,
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

test.each([
  ["PENDING_REGISTRATION", "registered", "to do"],
  ["PENDING_APPROVAL", "registered", "to do"],
  ["APPROVED", "approved", "to do"],
  ["ACTIVE", "active", undefined],
])("%s is the stage %s", (status, expected, level) => {
  const { users, problems } = judged([liveOf({ status })]);
  expect(users.map((user) => user.stage)).toEqual([expected]);
  expect(problems.map((problem) => problem.level)).toEqual(level ? [level] : []);
});

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

test.each([
  ["2025-12-31T23:59:59Z", "alarm: acme-team/bot: its request expired on 2025-12-31T23:59:59.000Z"],
  ["2026-01-02T00:00:00Z", "alarm: acme-team/bot: its request expires on 2026-01-02T00:00:00.000Z"],
])("a request that ends at %s is an alarm", (expires, line) => {
  expect(lines([liveOf({ status: "PENDING_APPROVAL", expires: new Date(expires) })])).toEqual([line]);
});

test("a request that ends later is not", () => {
  expect(lines([liveOf({ status: "PENDING_APPROVAL", expires: new Date("2026-01-05T00:00:00Z") })])).toEqual(
    [],
  );
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
    "1 approved; 1 alarm.",
  ]);
});
