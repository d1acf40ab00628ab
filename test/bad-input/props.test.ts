import * as fc from "fast-check";
import {
  ApiUser,
  ApiUserRole,
  KeyCustody,
  LedgerWorkspace,
  RoleWatch,
  WorkspaceTrail,
} from "../../constructs";
import { forAll, runs } from "../support/for-all";
import { PUBLIC_KEY } from "../support/keys/public-key";
import { outcome, UNSEEN, withoutTraces } from "./compile";
import { textOf } from "./good-stack";
import { hostileText, malformedAws, oddNumber, oneIn, strangeName, wrongType } from "./hostile";

const mostly = oneIn(15);

const USERS = 1500;
const WORKSPACES = 1000;
const OTHERS = 500;

const any = [hostileText, malformedAws, oddNumber, wrongType] as const;
const maybe = (value: fc.Arbitrary<unknown>) => fc.option(mostly(value, ...any), { nil: undefined, freq: 2 });
const arn = mostly(
  fc.constantFrom("a", "b/c").map((name) => `arn:aws:iam::123456789012:role/${name}`),
  malformedAws,
  wrongType,
);
const arns = fc.array(arn, { maxLength: 2 });
const names = fc.array(mostly(strangeName, hostileText, wrongType), { maxLength: 2 });
const tags = fc.dictionary(
  mostly(fc.constantFrom("team", "Z\u00fcrich"), hostileText) as fc.Arbitrary<string>,
  mostly(fc.constantFrom("a b", ""), hostileText, wrongType),
  { maxKeys: 2 },
);

/** Props as JavaScript may pass them, most of them right but for one or two. */
const userProps = fc.record({
  username: mostly(strangeName, ...any),
  role: mostly(fc.constantFrom(ApiUserRole.OPERATOR, ApiUserRole.ADMINISTRATOR), wrongType),
  custody: maybe(
    fc.constantFrom(
      KeyCustody.secretsManager(),
      KeyCustody.kms(),
      KeyCustody.kms({ publicKey: PUBLIC_KEY }),
      KeyCustody.imported({ publicKey: PUBLIC_KEY }),
    ),
  ),
  signers: maybe(arns),
  readers: maybe(arns),
  generations: maybe(mostly(fc.constantFrom({ 1: "current" }, { 9999: "current" }), ...any)),
  removalProtection: maybe(fc.boolean()),
  assignments: maybe(fc.record({ groups: names, accountRules: names }, { requiredKeys: [] })),
  tags: maybe(tags),
});

const workspaceProps = fc.record({
  name: mostly(fc.constantFrom("acme", "a".repeat(24)), ...any),
  account: maybe(fc.constant("123456789012")),
  region: maybe(fc.constantFrom("eu-west-1", "us-isob-east-1")),
  deployers: maybe(arns),
  custodians: maybe(arns),
  signerAccounts: maybe(fc.constant(["210987654321"])),
  allowUsers: maybe(fc.boolean()),
  removalProtection: maybe(fc.boolean()),
  alerts: mostly(fc.constant(false), ...any),
  apiUrl: maybe(fc.constant("https://api.example/${x}")),
  rolePath: maybe(fc.constantFrom("/", "/a/b/")),
  tags: maybe(tags),
  permissionsBoundary: maybe(fc.constant("arn:aws:iam::123456789012:policy/x")),
  keyGenerator: maybe(fc.boolean()),
  logRetentionInDays: maybe(fc.constant(400)),
  alertEmails: maybe(fc.constant(["${x}@acme.example"])),
  journalRetentionInDays: maybe(fc.constant(1)),
  logKmsKey: maybe(fc.constant("arn:aws:kms:eu-west-1:123456789012:key/1")),
  alertTopic: maybe(fc.constant("arn:aws:sns:eu-west-1:123456789012:x")),
  vpc: maybe(fc.constant({ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] })),
});

const trailProps = fc.record({
  name: maybe(fc.constantFrom("ledger", "a".repeat(24), "a--b", "ab", "sthree-x")),
  kmsKey: maybe(fc.constant("arn:aws:kms:eu-west-1:123456789012:key/1")),
  multiRegion: maybe(fc.boolean()),
  retentionInDays: maybe(fc.constantFrom(1, 2555)),
  tags: maybe(tags),
});

const watchProps = fc.record({
  workspace: mostly(fc.constantFrom("acme", "a".repeat(24)), ...any),
  roles: mostly(arns, ...any),
  deployers: maybe(arns),
  alertTopic: maybe(fc.constant("arn:aws:sns:us-east-1:123456789012:x")),
  alertEmails: maybe(fc.constant(["${x}@acme.example"])),
  removalProtection: maybe(fc.boolean()),
  tags: maybe(tags),
});

/** Such text is a token, as cdktf reads it: whoever has constructs may pass some. */
const hasNoToken = (props: object) => !JSON.stringify(props).includes("${TfToken[");

/** An error of ours: each of its lines names a construct and a prop, and shows all that is in it. */
function isClear(message: string): void {
  const lines = message.split("\n").filter((line) => !/^(Validation failed|If you wish|$)/.test(line));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatch(/^(?: {2}\[test\/[\w/-]+\]|\w+ test\/\w+:) (?:custody )?[\w.]+(?:\[.*\])?: .*; /);
    expect(line).not.toMatch(UNSEEN);
    expect(line).not.toMatch(/undefined \(reading|is not a function|is not iterable/);
  }
}

test(`of ${USERS} API users each ends as an error that names its props, or as a good stack`, () => {
  let good = 0;
  withoutTraces(() => {
    forAll(userProps.filter(hasNoToken), USERS, (props) => {
      const { json, message } = outcome((stack) => {
        const workspace = LedgerWorkspace.fromName(stack, "Workspace", {
          name: "acme",
          account: "123456789012",
          region: "eu-west-1",
          custodians: ["arn:aws:iam::123456789012:role/custodian"],
        });
        new ApiUser(stack, "User", { workspace, ...(props as object) } as never);
      });
      if (message !== undefined) {
        isClear(message);
        return undefined;
      }
      good += 1;
      const [[username = "", entry] = []] = Object.entries<Record<string, string[]>>(
        json.output.registration.value,
      );
      expect(textOf(username)).toBe(props.username);
      const { groups = [], accountRules = [] } = (props.assignments ?? {}) as Record<string, string[]>;
      expect(entry?.["groups"]?.map(textOf)).toEqual(groups);
      expect(entry?.["accountRules"]?.map(textOf)).toEqual(accountRules);
      return undefined;
    });
  });
  expect(good).toBeGreaterThan(runs(USERS) / 10);
});

test(`of ${WORKSPACES} workspaces each ends as an error that names its props, or as a good stack`, () => {
  let good = 0;
  withoutTraces(() => {
    forAll(workspaceProps.filter(hasNoToken), WORKSPACES, (props) => {
      const { message } = outcome((stack) => new LedgerWorkspace(stack, "Workspace", props as never));
      if (message === undefined) good += 1;
      else isClear(message);
      return undefined;
    });
  });
  expect(good).toBeGreaterThan(runs(WORKSPACES) / 10);
});

test.each([
  ["trails", trailProps, WorkspaceTrail],
  ["watches over roles", watchProps, RoleWatch],
] as const)(`of ${OTHERS} %s each ends as an error that names its props, or as a good stack`, (_, props, Construct) => {
  let good = 0;
  withoutTraces(() => {
    forAll((props as fc.Arbitrary<object>).filter(hasNoToken), OTHERS, (each) => {
      const { message } = outcome((stack) => new Construct(stack, "It", each as never));
      if (message === undefined) good += 1;
      else isClear(message);
      return undefined;
    });
  });
  expect(good).toBeGreaterThan(runs(OTHERS) / 10);
});
