/** Which users of a live workspace count as API users. */
import { liveUsers } from "../../../../cli/commands/status/workspace";
import { generateKeyPair } from "../../../../keys";
import { readSettings } from "../../../../ledger-api/settings";
import { startWorkspace, type Workspace } from "../../../support/workspace";

let workspace: Workspace;
beforeEach(async () => {
  workspace = await startWorkspace();
  add("settlement bot", {});
});
afterEach(() => workspace.stop());

const { publicKey } = generateKeyPair();
const add = (username: string, more: object) => workspace.addUser({ username, publicKey, ...more });

async function live() {
  const settings = readSettings(workspace.env("settlement bot"));
  const { users, reportingKeys, problems } = await liveUsers(
    settings,
    { timeoutSeconds: 5, maxWaitSeconds: 0 },
    () => false,
  );
  const names = (list: readonly { username: string }[] = []) => list.map(({ username }) => username);
  return { users: names(users), reportingKeys: names(reportingKeys), problems };
}

test("a reporting key has no key pair: with one it can sign, and is an API user", async () => {
  for (const isApi of [true, false]) {
    add(`reports ${isApi}`, { role: "READ_ONLY_API_KEY", publicKey: "", isApi });
    add(`signs ${isApi}`, { role: "READ_ONLY_API_KEY", isApi });
    add(`frozen ${isApi}`, { role: "READ_ONLY_API_KEY", publicKey: "", status: "FROZEN", isApi });
  }
  add("alice", { isApi: false });
  expect(await live()).toEqual({
    users: ["settlement bot", "signs true", "frozen true", "signs false", "frozen false"],
    reportingKeys: ["reports true", "reports false"],
    problems: [],
  });
});

test.each([7, {}, ["04"], true])("a user whose key is %j closes the list", async (pub_key) => {
  workspace.intercept(({ path }, forward) => {
    if (path !== "/users") return undefined;
    const answer = forward();
    const { edges, page_info } = answer.body as { edges: { node: object }[]; page_info: object };
    return {
      ...answer,
      body: { page_info, edges: edges.map(({ node }) => ({ node: { ...node, pub_key } })) },
    };
  });
  const { users, problems } = await live();
  expect(users).toEqual([]);
  expect(problems).toEqual([expect.objectContaining({ level: "not seen" })]);
});
