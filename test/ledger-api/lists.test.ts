import { listed, NotListed } from "../../ledger-api/lists";
import { sessionWith } from "../support/workspace/canned";

const page = (has_next_page: boolean, ...nodes: readonly unknown[]) => ({
  edges: nodes.map((node) => ({ node })),
  page_info: { has_next_page },
});
const user = (id: unknown, username: string, more = {}) => ({ id, username, pub_key: "04AA", ...more });
const idsIn = async (...pages: readonly unknown[]) => [
  ...(await listed(sessionWith(...pages), "users")).keys(),
];

test("pages that overlap are one list, and a status may change between them", async () => {
  const pages = [
    page(true, user(1, "a"), user(2, "b")),
    page(false, user(2, "b", { status: "ACTIVE" }), user(3, "c")),
  ];
  expect(await idsIn(...pages)).toEqual(["1", "2", "3"]);
});

test.each<[string, object, object]>([
  ["names", user(1, "a"), user(1, "b")],
  ["keys", user(1, "a"), user(1, "a", { pub_key: "04BB" })],
  ["spellings of the id", user(1, "a"), user("1", "a")],
  ["types, as requests have", { id: 1, type: "EDIT_GROUP" }, { id: 1, type: "REVOKE_USER" }],
  ["users, one of whom has no id", { username: "a" }, { username: "a", pub_key: "04BB" }],
])("one id with two %s is no list", async (_, one, other) => {
  await expect(idsIn(page(false, one, other))).rejects.toThrow(NotListed);
  await expect(idsIn(page(true, one), page(false, other))).rejects.toThrow(NotListed);
});

test("what has no id that can be told is listed, each by itself", async () => {
  for (const id of [undefined, null, {}, [], true])
    expect(await idsIn(page(false, { id }, { id }, null, 7))).toHaveLength(4);
});

test.each<[string, unknown]>([
  ["no list", {}],
  ["a list without an end", { edges: [], page_info: {} }],
  ["the same page again", page(true, user(1, "a"))],
])("%s is refused", async (_, answer) => {
  await expect(idsIn(answer)).rejects.toThrow(NotListed);
});
