/** The comparison of two policies by itself: facts, where weakened.test.ts has the lines that people read. */
import { deniesAlways, deniesEveryone, mayDo, weakenings } from "../../../../cli/commands/review/policy";
import {
  A,
  allows,
  B,
  C,
  denies,
  except,
  only,
  policy,
  type Written,
} from "../../../support/review/statements";

/** By default nothing is reported elsewhere. */
const compared = (before: unknown[], after: unknown[], told = {}) =>
  weakenings(policy(...before), policy(...after), { withAccess: [], unprotected: [], ...told });
const less = (actions: string[], more = {}) => ({
  ...{ statement: "S", effect: "Deny", fact: "denies less", actions },
  ...more,
});
const more = (actions: string[], whom: string[]) => ({
  ...{ statement: "S", effect: "Allow", fact: "allows more", whom, actions },
});

describe("weakenings of what is denied", () => {
  const cases: [string, unknown[], unknown[], unknown[]][] = [
    ["nothing changes", [denies("x:A")], [denies("x:A")], []],
    ["it is gone", [denies(["x:A", "x:B"])], [], [less(["x:A", "x:B"])]],
    ["an action is gone", [denies(["x:A", "x:B"])], [denies("x:B")], [less(["x:A"])]],
    ["another statement denies it", [denies("x:A")], [denies("x:A", { Sid: "T" })], []],
    ["by a pattern, in other letters", [denies("x:Abc")], [denies("X:a?C"), denies("x:B*")], []],
    ["an Allow does not deny it", [denies("x:A")], [allows("x:A")], [less(["x:A"]), more(["x:A"], ["*"])]],
    [
      "a role is excepted",
      [denies("x:A")],
      [denies("x:A", { Condition: except(A) })],
      [less(["x:A"], { role: A })],
    ],
    [
      "roles are excepted from several",
      [denies(["x:A", "x:B"])],
      [denies(["x:A", "x:B"], { Condition: except(A, B) })],
      [less(["x:A", "x:B"], { role: A }), less(["x:A", "x:B"], { role: B })],
    ],
    [
      "fewer are",
      [denies("x:A", { Condition: except(A, B) })],
      [denies("x:A", { Condition: except(B) })],
      [],
    ],
    [
      "another one is",
      [denies("x:A", { Condition: except(A) })],
      [denies("x:A", { Condition: except(B) })],
      [less(["x:A"], { role: B })],
    ],
    [
      "the statement with the fewest exceptions counts",
      [denies("x:A")],
      [
        denies("x:A", { Sid: "T", Condition: except(A, B) }),
        denies("x:A", { Sid: "U", Condition: except(C) }),
        denies("x:A", { Sid: "V", Condition: except(A, B, C) }),
      ],
      [less(["x:A"], { role: C })],
    ],
    [
      "of some things only",
      [denies("x:A")],
      [denies("x:A", { Resource: "r" })],
      [less(["x:A"], { inFewerCases: true })],
    ],
    [
      "of one thing less",
      [denies("x:A", { Resource: ["r", "s"] })],
      [denies("x:A", { Resource: "r" })],
      [less(["x:A"], { inFewerCases: true })],
    ],
    ["of more", [denies("x:A", { Resource: "r1" })], [denies("x:A", { Resource: ["s", "r*"] })], []],
    [
      "to some only",
      [denies("x:A")],
      [denies("x:A", { Principal: { AWS: A } })],
      [less(["x:A"], { inFewerCases: true })],
    ],
    ["to more", [denies("x:A", { Principal: { AWS: A } })], [denies("x:A")], []],
    [
      "to whom it was, without a principal",
      [denies("x:A")],
      [denies("x:A", { Sid: "T", Principal: undefined })],
      [],
    ],
    [
      "to roles that are asked for",
      [denies("x:A")],
      [denies("x:A", { Condition: only(A) })],
      [less(["x:A"], { inFewerCases: true })],
    ],
    [
      "to more of these",
      [denies("x:A", { Condition: only(A) })],
      [denies("x:A", { Condition: only(A, B) })],
      [],
    ],
    [
      "to fewer of these",
      [denies("x:A", { Condition: only(A, B) })],
      [denies("x:A", { Condition: only(A) })],
      [less(["x:A"], { inFewerCases: true })],
    ],
    ["to all instead of these", [denies("x:A", { Condition: only(A) })], [denies("x:A")], []],
    [
      "partly, the rest in no case",
      [denies(["x:A", "x:B"])],
      [denies("x:A", { Resource: "r" })],
      [less(["x:B"]), less(["x:A"], { inFewerCases: true })],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(compared(before, after)).toEqual(expected);
  });

  test("what is reported elsewhere is not repeated", () => {
    const told = { access: "x:Read", withAccess: ["x:Read", "x:List"], unprotected: ["x:Delete"] };
    expect(compared([denies(["x:Delete", "x:A"])], [], told)).toEqual([less(["x:A"])]);
    const excepting = denies("x:Delete", { Condition: except(A) });
    expect(compared([excepting], [], told)).toEqual([less(["x:Delete"])]);
    // A is allowed and excepted, B is excepted only.
    const after = [
      denies(["x:Read", "x:List", "x:A"], { Condition: except(A, B) }),
      allows("x:Read", { Sid: "T", Condition: only(A) }),
    ];
    expect(compared([denies(["x:Read", "x:List", "x:A"]), after[1]], after, told)).toEqual([
      less(["x:Read", "x:List", "x:A"], { role: B }),
      less(["x:A"], { role: A }),
    ]);
  });
});

describe("conditions", () => {
  const when = (operator: string, values: unknown, key = "k") =>
    denies("x:A", { Condition: { [operator]: { [key]: values } } });
  test.each([
    ["a limit that is raised", when("NumericLessThan", "7"), when("NumericLessThan", ["7", "30"]), true],
    ["one that is lowered", when("NumericLessThan", ["7", "30"]), when("NumericLessThan", "29"), false],
    ["one of some kind", when("NumericLessThanEquals", "30"), when("NumericLessThanEquals", "31"), true],
    [
      "one of several, the largest the same",
      when("NumericLessThan", ["7", "30"]),
      when("NumericLessThan", ["30", "8"]),
      true,
    ],
    ["another operator that ends so", when("XNumericLessThan", "7"), when("XNumericLessThan", "8"), false],
    ["a number that must be", when("NumericEquals", "30"), when("NumericEquals", ["30", "31"]), false],
    ["a value more", when("StringEquals", "a"), when("StringEquals", ["b", "a"]), true],
    ["a value less", when("StringEquals", ["a", "b"]), when("StringEquals", "a"), false],
    ["more that it is not", when("StringNotEquals", "a"), when("StringNotEquals", ["a", "b"]), false],
    ["less that it is not", when("StringNotEquals", ["a", "b"]), when("StringNotEquals", "b"), true],
    ["an ARN more", when("ArnLike", "a"), when("ArnLike", ["a", "b"]), true],
    ["another truth", when("Bool", "true"), when("Bool", "false"), false],
    ["both truths", when("Bool", "true"), when("Bool", ["true", "false"]), true],
    [
      "an operator unknown here",
      when("ForAllValues:StringEquals", "a"),
      when("ForAllValues:StringEquals", ["a", "b"]),
      false,
    ],
    ["another operator", when("StringEquals", "a"), when("StringLike", "a"), false],
    ["another key", when("StringEquals", "a"), when("StringEquals", "a", "l"), false],
    ["no condition any more", when("StringEquals", "a"), denies("x:A"), true],
    ["a condition", denies("x:A"), when("StringEquals", "a"), false],
  ])("%s", (_, before, after, covered) => {
    // Another source, so that it is compared and not just the same.
    expect(compared([before], [{ ...after, Sid: "T" }])).toEqual(
      covered ? [] : [less(["x:A"], { inFewerCases: true })],
    );
  });

  test("an operator unknown here covers what is identical", () => {
    const condition = { Condition: { IpAddress: { k: ["a", "b"] } } };
    expect(compared([denies(["x:A", "x:B"], condition)], [denies(["x:B", "x:A"], condition)])).toEqual([]);
  });
});

describe("weakenings of what is allowed", () => {
  test.each<[string, unknown[], unknown[], unknown[]]>([
    ["a statement more", [], [allows(["x:A", "x:B"])], [more(["x:A", "x:B"], ["*"])]],
    ["an action more", [allows("x:A")], [allows(["x:A", "x:B"])], [more(["x:B"], ["*"])]],
    ["it is allowed already", [allows("x:*")], [allows("x:A")], []],
    [
      "a denial allows nothing",
      [denies("x:A", { Sid: "T" })],
      [denies("x:A", { Sid: "T" }), allows("x:A")],
      [more(["x:A"], ["*"])],
    ],
    ["to a role", [], [allows("x:A", { Condition: only(A) })], [more(["x:A"], [A])]],
    ["to an account", [], [allows("x:A", { Principal: { AWS: A } })], [more(["x:A"], [`AWS ${A}`])]],
    ["in a role's own policy", [], [allows("x:A", { Principal: undefined })], [more(["x:A"], [])]],
    ["on more", [allows("x:A", { Resource: "r" })], [allows("x:A")], [more(["x:A"], ["*"])]],
    ["on less", [allows("x:A")], [allows("x:A", { Resource: "r" })], []],
    ["to fewer", [allows("x:A")], [allows("x:A", { Condition: only(A) })], []],
    ["without its roles", [allows("x:A", { Condition: only(A) })], [allows("x:A")], [more(["x:A"], ["*"])]],
    ["an Allow less", [allows("x:A")], [], []],
    [
      "to roles that were excepted",
      [allows("x:A", { Condition: except(A, B) })],
      [allows("x:A", { Condition: except(B) })],
      [more(["x:A"], ["*"])],
    ],
    [
      "to fewer roles than were not excepted",
      [allows("x:A", { Condition: except(A) })],
      [allows("x:A", { Condition: except(A, B) })],
      [],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(compared(before, after)).toEqual(expected);
  });

  test.each<[string, unknown[], unknown[], unknown[]]>([
    [
      "a role more",
      [allows("x:Read", { Condition: only(A) })],
      [allows("x:Read", { Condition: only(A, B) })],
      [],
    ],
    ["the first", [], [allows("x:Read", { Condition: only(A) })], []],
    [
      "none asked for any more",
      [allows("x:Read", { Condition: only(A) })],
      [allows("x:Read")],
      [more(["x:Read"], ["*"])],
    ],
    [
      "on more",
      [allows("x:Read", { Resource: "r", Condition: only(A) })],
      [allows("x:Read", { Condition: only(A) })],
      [more(["x:Read"], [A])],
    ],
    ["asked for now", [allows("x:Read")], [allows("x:Read", { Condition: only(A) })], []],
    ["still none", [allows("x:Read")], [allows("x:Read", { Sid: "T" })], []],
  ])("of an action whose roles are reported elsewhere: %s", (_, before, after, expected) => {
    expect(compared(before, after, { access: "x:Read", withAccess: ["x:Read"] })).toEqual(expected);
  });

  const service = (Action: string | string[], more: Written = {}) =>
    allows(Action, { Principal: { Service: "events.amazonaws.com", AWS: A }, ...more });
  const lost = (actions: string[]) => ({
    ...{ statement: "S", effect: "Allow", fact: "allows services less" },
    ...{ services: ["Service events.amazonaws.com"], actions },
  });
  test.each<[string, unknown[], unknown[], unknown[]]>([
    ["is gone", [service(["x:A", "x:B"])], [], [lost(["x:A", "x:B"])]],
    ["may do less", [service(["x:A", "x:B"])], [service("x:A")], [lost(["x:B"])]],
    ["may do it by two statements", [service(["x:A", "x:B"])], [service("x:A"), service("x:B")], []],
    ["may do it on less", [service("x:A")], [service("x:A", { Resource: "r" })], [lost(["x:A"])]],
    ["is denied it", [service("x:A")], [service("x:A", { Effect: "Deny" })], [lost(["x:A"])]],
  ])("a service %s", (_, before, after, expected) => {
    expect(compared(before, after)).toEqual(expected);
  });
});

test("what is not understood is reported, and compared with nothing", () => {
  const strange = { ...denies("x:A"), NotAction: "y" };
  const fact = (change: string) => ({
    statement: "S",
    effect: "Deny",
    fact: "statement not comparable",
    change,
  });
  expect(compared([], [strange])).toEqual([fact("added")]);
  expect(compared([strange], [])).toEqual([fact("removed")]);
  expect(compared([strange], [strange])).toEqual([]);
  expect(compared([denies("x:A")], [strange])).toEqual([fact("added"), less(["x:A"])]);
  const [strangeAllow, good] = [{ ...allows("x:A"), NotAction: "y" }, allows("x:A")];
  expect(compared([strangeAllow], [strangeAllow, good])).toEqual([more(["x:A"], ["*"])]);
});

describe("who may do something", () => {
  test.each<[string, unknown[], string[]]>([
    ["nobody", [denies("x:A")], []],
    [
      "the roles asked for",
      [allows("x:*", { Condition: only(A, B) }), allows("x:B", { Condition: only(C) })],
      [A, B],
    ],
    [
      "each once",
      [allows("x:A", { Condition: only(A) }), allows("x:a", { Sid: "T", Condition: only(A) })],
      [A],
    ],
    ["the principals", [allows("x:A", { Principal: { AWS: [A] } })], [`AWS ${A}`]],
    ["in a role's own policy", [allows("x:A", { Principal: undefined })], []],
    ["whoever a denial excepts", [allows("x:A"), denies("x:A", { Condition: except(A, B) })], [A, B]],
    [
      "whoever each denial excepts",
      [
        allows("x:A", { Condition: only(A, B) }),
        denies("x:A", { Condition: except(B, C) }),
        denies("x:B", { Condition: except(C) }),
      ],
      [B],
    ],
    [
      "a denial in some cases does not count",
      [allows("x:A", { Condition: only(A) }), denies("x:A", { Condition: { Bool: { k: "true" } } })],
      [A],
    ],
    [
      "nor one to some",
      [allows("x:A", { Condition: only(A) }), denies("x:A", { Principal: { AWS: B } })],
      [A],
    ],
  ])("%s", (_, statements, expected) => {
    expect(mayDo(policy(...statements), "x:A")).toEqual(expected);
  });

  test("a statement denies in every case, or not", () => {
    const always = (statement: unknown) => policy(statement).map(deniesAlways)[0];
    expect(always(denies("x:A"))).toBe(true);
    expect(always(denies("x:A", { Principal: undefined }))).toBe(true);
    expect(always(denies("x:A", { Condition: except(A) }))).toBe(true);
    for (const more of [
      { Effect: "Allow" },
      { NotAction: "y" },
      { Condition: { Bool: { k: "true" } } },
      { Condition: only(A) },
      { Principal: { AWS: A } },
    ])
      expect(always(denies("x:A", more))).toBe(false);
  });

  test("a policy denies everyone", () => {
    expect(deniesEveryone(policy(denies("x:B"), denies("x:A")), "x:A")).toBe(true);
    expect(deniesEveryone(policy(denies("x:B"), denies("x:A", { Condition: except(A) })), "x:A")).toBe(false);
    expect(deniesEveryone(policy(denies("x:A", { Condition: only(A) })), "x:A")).toBe(false);
    expect(deniesEveryone([], "x:A")).toBe(false);
  });

  test.each([
    ["x:*", "x:A", true],
    ["*", "x:A", true],
    ["x:?", "x:A", true],
    ["x:A?", "x:A", false],
    ["x:A*", "x:A", true],
    ["x:A**", "x:A", true],
    ["*:A", "x:A", true],
    ["*A*B", "xAyAzB", true],
    ["*A*B", "xAyAzBc", false],
    ["x:A", "x:AB", false],
    ["x:AB", "x:A", false],
    ["x:?", "x:", false],
    ["", "x:A", false],
    ["x*z", "xyz", true],
    ["x*z", "xy", false],
    ["a*?c", "abbc", true],
    ["a*?c", "ac", false],
  ])("the action %s covers %s: %s", (pattern, action, covered) => {
    expect(deniesEveryone(policy(denies(pattern)), action)).toBe(covered);
  });
});
