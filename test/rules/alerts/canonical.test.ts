import * as fc from "fast-check";
import { canonicalJson, canonicalRule, readPattern } from "../../../rules/alerts/canonical";
import { hasFilter, isSubscribed } from "../../../rules/alerts/subscriptions";
import { forAll } from "../../support/for-all";

const name = fc.oneof(
  fc.constantFrom("detail", "source", "$or", 'a"b', "a:b", "\\", "__proto__"),
  fc.string(),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(true, false, null),
    fc.string(),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(name, tie("json"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** The same value with the members of its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

test("the order of members makes no difference, nor do blanks", () => {
  forAll(json, 500, (value) => {
    const text = canonicalJson(value);
    return (
      canonicalJson(reversed(value)) === text &&
      canonicalJson(readPattern(JSON.stringify(value, null, 2))) === text
    );
  });
});

test("two values that differ have two forms", () => {
  forAll(fc.tuple(json, json), 500, ([one, other]) => {
    const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
    return (canonicalJson(one) === canonicalJson(other)) === same;
  });
});

/** By another way than the one that is tested: pairs in place of members. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ["list", ...value.map(sorted)];
  if (value === null || typeof value !== "object") return ["value", value];
  const names = Object.keys(value).sort();
  return ["object", ...names.map((each) => [each, sorted((value as Record<string, unknown>)[each])])];
}

test("a pattern with a member twice, at any depth, is none", () => {
  forAll(fc.tuple(fc.array(name, { maxLength: 4 }), name, json, json), 500, ([path, twice, one, other]) => {
    const member = JSON.stringify(twice);
    const flat = `{${member}:${JSON.stringify(one)},${member}:${JSON.stringify(other)}}`;
    const deep = path.reduce((text, outer) => `{${JSON.stringify(outer)}:[${text}]}`, flat);
    return readPattern(flat) === undefined && readPattern(deep) === undefined;
  });
});

test("what is no JSON is no pattern", () => {
  for (const text of ["", "{", '{"source":["a"]} x']) expect(readPattern(text)).toBeUndefined();
});

test("targets count whatever their order, and with every member", () => {
  const page = { Id: "page", Arn: "a" };
  const journal = { Id: "journal", Arn: "b" };
  expect(canonicalRule({}, [page, journal])).toBe(canonicalRule({}, [journal, page]));
  expect(canonicalRule({}, [page])).not.toBe(canonicalRule({}, [page, journal]));
  expect(canonicalRule({}, [page])).not.toBe(
    canonicalRule({}, [{ ...page, MemberToCome: {} } as typeof page]),
  );
});

test.each([
  ["{}", false],
  [" { } ", false],
  ["", false],
  ['{"never":["seen"]}', true],
  ['{"eventName":[{"exists":false}]}', true],
])("a filter policy %j: %p", (FilterPolicy, expected) => {
  expect(hasFilter({ FilterPolicy })).toBe(expected);
  expect(hasFilter({ FilterPolicy, FilterPolicyScope: "MessageBody" })).toBe(expected);
});

test("a subscription that was ended is none, nor is one by another protocol", () => {
  const of = { Endpoint: "Night@acme.example", Protocol: "email", SubscriptionArn: "PendingConfirmation" };
  expect(isSubscribed(of, "night@acme.example")).toBe(true);
  expect(isSubscribed({ ...of, SubscriptionArn: "Deleted" }, "night@acme.example")).toBe(false);
  expect(isSubscribed({ ...of, Protocol: "sms" }, "night@acme.example")).toBe(false);
  expect(isSubscribed({ ...of, Protocol: "email-json" }, "night@acme.example")).toBe(false);
});
