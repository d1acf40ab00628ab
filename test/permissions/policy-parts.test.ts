import type { Policy, Statement } from "./emitted";
import { partFor, wholeOf } from "./policy-parts";

const statement = (part: object) => ({ Effect: "Allow", Resource: "*", ...part }) as Statement;
const STATEMENTS = [
  statement({ Action: "kms:Sign" }),
  statement({ Action: ["kms:verify", "KMS:SIGN"] }),
  statement({ Action: ["kms:Verify", "kms:S*"] }),
  statement({ Action: "?ms:Verify" }),
  statement({ NotAction: "kms:Sign" }),
];
const OTHER = statement({ Action: ["kms:Verify", "kms:SignAll", "sts:Sign"] });
const policy = (...Statement: Statement[]): Policy => ({ Version: "2012-10-17", Statement });

test("a policy's part for an action has each statement that can have a say about it, and no other", () => {
  const part = partFor(policy(...STATEMENTS, OTHER), "kms:Sign");
  expect(part.policy).toEqual(policy(...STATEMENTS));
});

test("parts of the same text are the same part", () => {
  expect(partFor(policy(OTHER, ...STATEMENTS), "kms:Sign")).toBe(partFor(policy(...STATEMENTS), "kms:Sign"));
  expect(wholeOf(policy(OTHER))).not.toBe(partFor(policy(OTHER), "kms:Sign"));
});

test("a policy cannot be changed after it was asked about, which would make its parts another policy's", () => {
  const asked = policy(...STATEMENTS);
  partFor(asked, "kms:Sign");
  expect(() => asked.Statement.splice(0, 1)).toThrow(TypeError);
  expect(() => Object.assign(asked.Statement[0] ?? {}, { Action: "*" })).toThrow(TypeError);
});
