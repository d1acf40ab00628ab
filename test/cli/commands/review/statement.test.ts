/** How a policy as it is written is read. */
import { parsePolicy } from "../../../../cli/commands/review/statement";
import { A, B, C, denies, policy } from "../../../support/review/statements";

describe("parsePolicy", () => {
  test.each([[""], [null], [undefined], ["null"]])("%j has no statements", (value) => {
    expect(parsePolicy(value)).toEqual([]);
  });

  test.each([["{"], [5], ["5"], [[]], [true]])("%j is none", (value) => {
    expect(parsePolicy(value)).toBeUndefined();
  });

  test("reads each field into lists", () => {
    const written = {
      ...{
        Sid: "One",
        Effect: "Allow",
        Action: "x:Y",
        Resource: ["r"],
        Principal: { AWS: ["a", "*"], Service: "s" },
      },
      Condition: { StringLike: { "kms:ViaService": "v" }, Bool: { b: ["true", false] } },
    };
    expect(parsePolicy(JSON.stringify({ Statement: written }))).toEqual([
      {
        ...{ sid: "One", effect: "Allow", principals: ["AWS a", "*", "Service s"], actions: ["x:Y"] },
        ...{ resources: ["r"], except: [], only: undefined, strange: false, source: JSON.stringify(written) },
        conditions: new Map([
          ["StringLike kms:ViaService", ["v"]],
          ["Bool b", ["true", "false"]],
        ]),
      },
    ]);
    const [bare] = policy({ Effect: "Deny", Action: ["x", "y"] });
    expect(bare).toMatchObject({
      sid: "",
      effect: "Deny",
      actions: ["x", "y"],
      resources: ["*"],
      strange: false,
    });
    expect(bare?.principals).toBeUndefined();
    expect(
      policy({ Principal: "*" }, { Principal: { Federated: "*" } }).map(({ principals }) => principals),
    ).toEqual([["*"], ["Federated *"]]);
  });

  test.each([
    ["text", "x"],
    ["nothing", undefined],
    ["a list", []],
    ["no effect", { Action: "x" }],
    ["another effect", { Effect: "deny", Action: "x" }],
    ["no action", { Effect: "Deny" }],
    ["NotAction", denies("x", { NotAction: "y" })],
    ["a condition that is text", denies("x", { Condition: "y" })],
    ["a condition that is a list", denies("x", { Condition: [] })],
    ["an operator that is text", denies("x", { Condition: { Bool: "y" } })],
  ])("does not understand %s", (_, statement) => {
    const [read] = policy(statement);
    expect(read?.strange).toBe(true);
    expect(read?.source).toBe(JSON.stringify(statement) ?? "");
  });

  test.each([
    "ArnNotEquals",
    "ArnNotLike",
    "StringNotEquals",
    "StringNotLike",
  ])("%s excepts roles", (operator) => {
    const [read] = policy(denies("x", { Condition: { [operator]: { "AWS:principalArn": [A, B] } } }));
    expect([read?.except, read?.only, read?.conditions.size]).toEqual([[A, B], undefined, 0]);
  });

  test.each(["ArnEquals", "ArnLike", "StringEquals", "StringLike"])("%s asks for roles", (operator) => {
    const [read] = policy(denies("x", { Condition: { [operator]: { "aws:PrincipalArn": A } } }));
    expect([read?.except, read?.only, read?.conditions.size]).toEqual([[], [A], 0]);
  });

  test("two conditions ask for the roles of both", () => {
    const Condition = { ArnEquals: { "aws:PrincipalArn": [A, B] }, ArnLike: { "aws:PrincipalArn": [B, C] } };
    expect(policy(denies("x", { Condition }))[0]?.only).toEqual([B]);
  });

  test.each([
    "ArnNotEqualsIfExists",
    "ForAnyValue:ArnNotEquals",
    "ArnEqualsIfExists",
    "ForAllValues:ArnEquals",
    "NumericEquals",
  ])("%s is a condition like others", (operator) => {
    const [read] = policy(denies("x", { Condition: { [operator]: { "aws:PrincipalArn": A } } }));
    expect([read?.except, read?.only, [...(read?.conditions.keys() ?? [])]]).toEqual([
      [],
      undefined,
      [`${operator} aws:PrincipalArn`],
    ]);
  });

  test("another key than the principal's is a condition like others", () => {
    const Condition = { ArnNotEquals: { "aws:SourceArn": A }, ArnEquals: { "aws:SourceArn": A } };
    const [read] = policy(denies("x", { Condition }));
    expect([read?.except, read?.only, read?.conditions.size]).toEqual([[], undefined, 2]);
  });
});
