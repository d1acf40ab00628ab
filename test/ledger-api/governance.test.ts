/** How far a request is, from what the workspace answers: nothing is made up where it does not say. */
import * as fc from "fast-check";
import { progressOf } from "../../ledger-api/governance";
import { NotListed } from "../../ledger-api/lists";
import { runs } from "../support/for-all";
import { sessionWith } from "../support/workspace/canned";

const approval = (id: unknown, type = "APPROVE") => ({ type, user: { id } });
const users = (...ids: readonly unknown[]) => ids.map((id) => ({ id }));
const step = (more = {}) => ({
  step_index: 1,
  quorum: 2,
  approvals: [],
  approvers: users(1, 2, null),
  ...more,
});
const request = (more = {}) => ({ id: 7, status: "PENDING_APPROVAL", current_step_index: 1, ...more });
const progress = (governance_steps: unknown, more = {}) =>
  progressOf(sessionWith({ governance_steps, request: request(more) }), 7);
const waiting = async (more: object) => (await progress([step({ step_index: 0 }), step(more)])).waiting;

test.each<[string, object, object]>([
  ["nobody has approved", {}, { approvals: 2, of: ["1", "2"], unseen: 1 }],
  ["one has", { approvals: [approval(1)] }, { approvals: 1, of: ["2"], unseen: 1 }],
  [
    "one has whom nobody may see",
    { approvals: [approval(null)] },
    { approvals: 1, of: ["1", "2"], unseen: 0 },
  ],
  [
    "one has, and is listed twice",
    { approvals: [approval(1), approval(1)] },
    { approvals: 1, of: ["2"], unseen: 1 },
  ],
  ["one has rejected", { approvals: [approval(1, "REJECT")] }, { approvals: 2, of: ["1", "2"], unseen: 1 }],
  [
    "an approver is listed twice",
    { approvers: users(1, 1, "1", 2) },
    { approvals: 2, of: ["1", "2"], unseen: 0 },
  ],
  ["all have", { approvals: [approval(1), approval(2), approval(3)] }, { approvals: 0, of: [], unseen: 1 }],
])("where %s, so many approvals are missing", async (_, more, expected) => {
  expect(await waiting(more)).toEqual(expected);
});

test.each<[string, object]>([
  ...[undefined, null, 0, -1, 1.5, "2", [2], 1e300].map((quorum): [string, object] => [
    `the quorum ${quorum}`,
    { quorum },
  ]),
  ...[undefined, null, {}, "x", [7], [null]].flatMap((list): [string, object][] => [
    [`the approvals ${JSON.stringify(list)}`, { approvals: list }],
    [`the approvers ${JSON.stringify(list)}`, { approvers: list }],
  ]),
])("with %s, nothing is said of whom it waits for", async (_, more) => {
  expect(await progress([step(more)])).toEqual({ status: "PENDING_APPROVAL" });
});

test.each([undefined, null, "1", 1.5, Number.NaN, 7])("nor with the step %s", async (current_step_index) => {
  const steps = [
    step(),
    step({ step_index: undefined }),
    step({ step_index: null }),
    step({ step_index: 1.5 }),
  ];
  expect(await progress([...steps, step({ step_index: "1" }), null, 7], { current_step_index })).toEqual({
    status: "PENDING_APPROVAL",
  });
});

test("its end is a date with a zone, or not said", async () => {
  const expires = async (expired_at: unknown) =>
    (await progress([step()], { expired_at })).expires?.toISOString();
  expect(await expires("2026-01-02T03:04:05.678901Z")).toBe("2026-01-02T03:04:05.678Z");
  expect(await expires("2026-01-02T03:04:05+02:00")).toBe("2026-01-02T01:04:05.000Z");
  const others = [
    "2026-01-02",
    "2026-01-02T03:04:05",
    "Jan 2 2026 03:04 UTC",
    "1",
    "2026-99-02T03:04:05Z",
    "",
  ];
  for (const other of [...others, 1767322800000, null, undefined, ["2026-01-02T03:04:05Z"], {}])
    expect([other, await expires(other)]).toEqual([other, undefined]);
});

test("the answer for another request is none", async () => {
  await expect(progress([step()], { id: 8 })).rejects.toThrow(NotListed);
  await expect(progress([step()], { id: null })).rejects.toThrow(NotListed);
  expect(await progress([], { id: "7" })).toEqual({ status: "PENDING_APPROVAL" });
  expect(await progress([], { id: undefined })).toEqual({ status: "PENDING_APPROVAL" });
});

test("whatever is answered, it is NotListed, or its numbers can be counted", async () => {
  const part = fc.oneof(
    fc.constantFrom<unknown>(null, 0, 1, 2, -1, 1.5, "1", "APPROVE", [], {}),
    fc.array(
      fc.record({
        type: fc.constantFrom("APPROVE", 1),
        user: fc.constantFrom<unknown>({ id: 1 }, { id: [] }, 1),
        id: fc.constantFrom<unknown>(1, "1", null, {}),
      }),
    ),
  );
  const answer = fc.record({
    governance_steps: fc.oneof(
      part,
      fc.array(fc.record({ step_index: part, quorum: part, approvals: part, approvers: part })),
    ),
    request: fc.oneof(
      part,
      fc.record({
        id: fc.constant(7),
        status: fc.constantFrom<unknown>("X", 1),
        current_step_index: part,
        expired_at: part,
      }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(answer, async (json) => {
      const found = await progressOf(sessionWith(json), 7).catch((error) => error);
      if (found instanceof NotListed || found.waiting === undefined) return true;
      const { approvals, of, unseen } = found.waiting;
      return (
        [approvals, unseen].every((each) => Number.isSafeInteger(each) && each >= 0) &&
        new Set(of).size === of.length
      );
    }),
    { numRuns: runs(300), seed: 1 },
  );
});
