/** A user of custody kms moves: the rules that watch its key go from one stack to the other. */
import { together } from "../../../../cli/commands/review/join-patterns";
import { signingKeyRules } from "../../../../rules/alerts/signing-keys";
import { entry, found, output, plan } from "../../../support/cli/plan";

const [MOVES, STAYS, THERE] = ["moves", "stays", "there"].map((username, index) => ({
  username,
  keyId: `1111111${index}-2222-3333-4444-555555555555`,
  alias: `alias/ledger-enterprise/acme/${username}/generation-1`,
}));
type Key = NonNullable<typeof MOVES>;
const keyArn = ({ keyId }: Key) => `arn:aws:kms:eu-west-1:123456789012:key/${keyId}`;
const DEPLOYERS = ["arn:aws:iam::123456789012:role/terraform"];
const STATE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts";
const KINDS = ["denied", "tamper", "use"] as const;

type Keys = readonly (Key | undefined)[];
const patternOf = (kind: (typeof KINDS)[number], keys: Keys, deployers = DEPLOYERS) =>
  JSON.stringify(signingKeyRules(keys as Key[], deployers)[kind].pattern);

/** The rules of a stack, with a target each, before and after. */
function rules(stack: string, before: Keys | undefined, after: Keys | undefined, change = {}, arn = TOPIC) {
  return KINDS.flatMap((kind) => {
    const name = `ledger-enterprise.acme.kms-${kind}-${stack}-0`;
    const rule = (keys: Keys | undefined, more = {}) =>
      keys && { name, state: STATE, event_pattern: patternOf(kind, keys), ...more };
    const target = (keys: Keys | undefined, sent: string) =>
      keys && { rule: name, target_id: "page", arn: sent };
    const actions =
      before && after && JSON.stringify(before) === JSON.stringify(after) ? ["no-op"] : undefined;
    return [
      {
        type: "aws_cloudwatch_event_rule",
        name: `${kind}`,
        before: rule(before),
        after: rule(after, change),
        actions,
      },
      {
        ...{ type: "aws_cloudwatch_event_target", name: `${kind}_Page` },
        ...{
          before: target(before, TOPIC),
          after: target(after, arn),
          actions: before && after && ["no-op"],
        },
      },
    ];
  });
}

const user = (key: Key | undefined) => ({
  [key?.username ?? ""]: entry({ username: key?.username, custody: "kms", keyArn: keyArn(key as Key) }),
});
const kmsKey = { arn: keyArn(MOVES as Key), key_id: MOVES?.keyId, tags: {} };
const ALIAS = {
  name: MOVES?.alias,
  target_key_id: MOVES?.keyId,
  arn: "arn:aws:kms:eu-west-1:123456789012:alias/x",
};
const parts = (more: object) => [
  { type: "aws_kms_key", name: "user-moves_Key", before: kmsKey, ...more },
  { type: "aws_kms_alias", name: "user-moves_Alias", before: ALIAS, ...more },
];
type Changes = ReturnType<typeof rules>;
const letsGo = (watched: Changes) =>
  plan(
    [...parts({ actions: ["forget"] }), ...watched],
    output({ ...user(MOVES), ...user(STAYS) }, user(STAYS)),
  );
const takesOver = (watched: Changes) =>
  plan(
    [
      {
        type: "aws_kms_key",
        name: "user-moves_Key",
        before: kmsKey,
        after: kmsKey,
        actions: ["no-op"],
        importing: "k",
      },
      {
        type: "aws_kms_alias",
        name: "user-moves_Alias",
        before: ALIAS,
        after: ALIAS,
        actions: ["no-op"],
        importing: "a",
      },
      ...watched,
    ],
    output(user(THERE), { ...user(THERE), ...user(MOVES) }),
  );

const leavesNone = rules("old", [MOVES], undefined);
const leavesOne = rules("old", [MOVES, STAYS], [STAYS]);
const comesAlone = rules("new", undefined, [MOVES]);
const comesToOne = rules("new", [THERE], [THERE, MOVES]);

describe("no gate closes where the rules of both stacks together watch every key as before", () => {
  test.each([
    ["the last key leaves, for a stack without any", leavesNone, comesAlone],
    ["the last key leaves, for a stack with others", leavesNone, comesToOne],
    ["other keys stay, and there are none in the new stack", leavesOne, comesAlone],
    ["other keys stay, and there are others in the new stack", leavesOne, comesToOne],
  ])("%s", (_, left, taken) => {
    for (const plans of [
      [letsGo(left), takesOver(taken)],
      [takesOver(taken), letsGo(left)],
    ]) {
      const { code, text, facts } = found(plans);
      expect(facts.filter(({ fact }) => fact === "moved")).toHaveLength(2);
      expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
      expect(facts.filter(({ fact }) => fact === "watched elsewhere")).toHaveLength(3);
      expect(text).toContain(
        "rules of another stack take over what the rule ledger-enterprise.acme.kms-denied-old-0 watches: apply that stack first",
      );
    }
  });
});

test.each<[string, unknown[]]>([
  ["the other plan is not there", [letsGo(leavesNone)]],
  ["the other stack makes no rules", [letsGo(leavesNone), takesOver([])]],
  ["they watch another key", [letsGo(leavesNone), takesOver(rules("new", undefined, [THERE]))]],
  ["one of them is not made", [letsGo(leavesNone), takesOver(comesAlone.slice(2))]],
  ["one is not on", [letsGo(leavesNone), takesOver(rules("new", undefined, [MOVES], { state: "ENABLED" }))]],
  [
    "one has another pattern beside the keys",
    [
      letsGo(leavesNone),
      takesOver(
        rules("new", undefined, [MOVES]).map((each) =>
          each.name === "tamper"
            ? {
                ...each,
                after: { ...each.after, event_pattern: patternOf("tamper", [MOVES], [`${DEPLOYERS}2`]) },
              }
            : each,
        ) as Changes,
      ),
    ],
  ],
  [
    "they send elsewhere",
    [letsGo(leavesNone), takesOver(rules("new", undefined, [MOVES], {}, `${TOPIC}-2`))],
  ],
  [
    "the key that stays is dropped too",
    [letsGo(rules("old", [MOVES, STAYS], undefined)), takesOver(comesAlone)],
  ],
  [
    "they are on another bus",
    [letsGo(leavesNone), takesOver(rules("new", undefined, [MOVES], { event_bus_name: "other" }))],
  ],
  [
    "they are in another region",
    [letsGo(leavesNone), takesOver(rules("new", undefined, [MOVES], { region: "us-east-1" }))],
  ],
  [
    "they are in a plan of another region",
    [
      letsGo(leavesNone),
      takesOver([]),
      {
        ...plan(comesAlone),
        configuration: {
          provider_config: { aws: { expressions: { region: { constant_value: "us-east-1" } } } },
          root_module: {},
        },
      },
    ],
  ],
  [
    "the pattern is known after apply only",
    [
      letsGo(leavesNone),
      takesOver(
        comesAlone.map((each) => ({
          ...each,
          after: { ...each.after, event_pattern: undefined },
          unknown: { event_pattern: true },
        })) as unknown as Changes,
      ),
    ],
  ],
  [
    "a rule is forgotten",
    [letsGo(leavesNone.map((each) => ({ ...each, actions: ["forget"] }))), takesOver(comesAlone)],
  ],
])("the gate closes where %s", (_, plans) => {
  expect(found(plans).code).toBe(1);
});

test("where nobody moves, rules of another plan excuse nothing", () => {
  const goes = plan(leavesNone, output(user(STAYS), user(STAYS)));
  expect(found([goes, plan(comesAlone, output(user(THERE), user(THERE)))]).code).toBe(1);
});

test.each<[string, unknown, unknown[], unknown]>([
  [
    "alternatives of one field become one",
    { detail: { $or: [{ a: { b: ["x"] } }] } },
    [{ detail: { $or: [{ a: { b: ["y"] } }, { c: ["z"] }] } }, { detail: { $or: [{ a: { b: ["x"] } }] } }],
    { detail: { $or: [{ a: { b: ["y", "x"] } }, { c: ["z"] }] } },
  ],
  [
    "alternatives of several fields stay as they are, since joined they would match more",
    { detail: { $or: [] } },
    [{ detail: { $or: [{ a: ["x"], b: ["y"] }] } }, { detail: { $or: [{ a: ["z"], b: ["v"] }] } }],
    {
      detail: {
        $or: [
          { a: ["x"], b: ["y"] },
          { a: ["z"], b: ["v"] },
        ],
      },
    },
  ],
  [
    "alternatives within an alternative stay as they are",
    { detail: { $or: [] } },
    [{ detail: { $or: [{ $or: [{ a: ["x"] }] }] } }],
    { detail: { $or: [{ $or: [{ a: ["x"] }] }] } },
  ],
  [
    "what differs in more is left out",
    { source: ["s"], detail: { $or: [] } },
    [
      { source: ["t"], detail: { $or: [{ a: ["x"] }] } },
      { source: ["s"], detail: { $or: [{ b: ["y"] }] } },
    ],
    { source: ["s"], detail: { $or: [{ b: ["y"] }] } },
  ],
  ["none is like it", { detail: { $or: [] } }, [{ detail: { a: ["x"] } }, "no JSON"], undefined],
])("patterns together: %s", (_, like, patterns, joined) => {
  const texts = patterns.map((pattern) => (typeof pattern === "string" ? pattern : JSON.stringify(pattern)));
  const result = together(JSON.stringify(like), texts);
  expect(result && JSON.parse(result)).toEqual(joined);
});
