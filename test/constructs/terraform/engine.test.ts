/**
 * cdktf and cdktn mark their constructs by the same symbols. The bindings of the AWS provider are cdktf's here, on either engine:
 * `npm run engines` runs the tests on each with its own.
 */
import { Construct } from "constructs";

type Engine = typeof import("cdktf");
type Library = typeof import("../../../constructs");
type Stacks = typeof import("../../../fleet/stacks");
type Provider = typeof import("@cdktf/provider-aws/lib/provider");

interface Loaded {
  readonly engine: Engine;
  readonly library: Library;
  readonly stacks: Stacks;
  readonly provider: Provider;
}

/** The sources, and all that they import, on an engine. */
function loadedOn(name: "cdktf" | "cdktn"): Loaded {
  let loaded: Loaded | undefined;
  jest.isolateModules(() => {
    jest.doMock("cdktf", () => jest.requireActual(name));
    loaded = {
      engine: require("cdktf"),
      library: require("../../../constructs"),
      stacks: require("../../../fleet/stacks"),
      provider: require("@cdktf/provider-aws/lib/provider"),
    };
    jest.dontMock("cdktf");
  });
  if (loaded === undefined) throw new Error(`${name} was not loaded`);
  return loaded;
}

const on = { cdktf: loadedOn("cdktf"), cdktn: loadedOn("cdktn") };

const userOf = ({ ApiUserRole }: Library) => ({ username: "bot", role: ApiUserRole.OPERATOR });

function stackOn({ engine, provider }: Loaded, providers = provider) {
  const stack = new engine.TerraformStack(engine.Testing.app(), "test");
  new providers.AwsProvider(stack, "aws", { region: "eu-west-1" });
  return stack;
}

/** What Terraform is given of a user in a workspace. cdktn breaks lines at other places. */
function jsonOn(loaded: Loaded) {
  const stack = stackOn(loaded);
  const workspace = new loaded.library.LedgerWorkspace(stack, "Workspace", { name: "acme" });
  new loaded.library.ApiUser(stack, "Bot", { workspace, ...userOf(loaded.library) });
  const moving = { workspace, ...userOf(loaded.library), username: "moving" };
  new loaded.library.ApiUser(stack, "Moving", moving).takeOver();
  loaded.library.ApiUser.letGo(stack, "Moved");
  return JSON.parse(loaded.engine.Testing.synth(stack, true));
}

test("cdktn gives the JSON that cdktf gives", () => {
  const json = jsonOn(on.cdktn);
  expect(Object.keys(json.resource)).toContain("aws_lambda_invocation");
  expect([json.import.length, json.removed.length]).toEqual([2, 5]);
  expect(json).toEqual(jsonOn(on.cdktf));
});

test("a construct beside many users is looked at once, and not for each of them", () => {
  const stack = stackOn(on.cdktf);
  const { ApiUser, LedgerWorkspace } = on.cdktf.library;
  const workspace = LedgerWorkspace.fromName(stack, "Workspace", { name: "acme" });
  const beside = new Construct(stack, "Beside");
  let looks = 0;
  Object.defineProperty(beside, "constructor", { get: () => ++looks && Construct });
  for (let i = 0; i < 20; i++)
    new ApiUser(stack, `bot${i}`, { workspace, ...userOf(on.cdktf.library), username: `bot ${i}` });
  expect(looks).toBe(1);
});

const BOTH = [
  { theirs: "cdktn", own: "cdktf", from: "cdktf-ledger-api-user/cdktn" },
  { theirs: "cdktf", own: "cdktn", from: "cdktf-ledger-api-user" },
] as const;

describe.each(BOTH)("constructs for $own, where something is of $theirs", ({ theirs, own, from }) => {
  const fix = `; import this from ${from}, or make everything with ${own}`;
  const { library } = on[own];

  test("are refused in its app", () => {
    const stack = stackOn(on[theirs]);
    const what = (name: string, path: string) =>
      `${name} ${path}: the app is made with ${theirs}, and this is made for ${own}${fix}`;
    expect(() => new library.LedgerWorkspace(stack, "W", { name: "acme" })).toThrow(
      what("LedgerWorkspace", "test/W"),
    );
    expect(() => new library.WorkspaceTrail(stack, "T")).toThrow(what("WorkspaceTrail", "test/T"));
    expect(() => new library.RoleWatch(stack, "R", { workspace: "acme", roles: [] })).toThrow(
      what("RoleWatch", "test/R"),
    );
  });

  test("are refused beside its provider, which is what one import that was not changed does", () => {
    const stack = stackOn(on[own], on[theirs].provider);
    expect(() => new library.LedgerWorkspace(stack, "W", { name: "acme" })).toThrow(
      `LedgerWorkspace test/W: test/aws is made with ${theirs}, and this is made for ${own}${fix}`,
    );
  });

  test("are refused with its KeyCustody", () => {
    const stack = stackOn(on[own]);
    const workspace = new library.LedgerWorkspace(stack, "W", { name: "acme" });
    const custody = on[theirs].library.KeyCustody.kms();
    expect(() => new library.ApiUser(stack, "Bot", { workspace, ...userOf(library), custody })).toThrow(
      new RegExp(
        `^ApiUser test/Bot: test/Bot/Generation1/Key/\\S+ is made with ${theirs}, and this is made for ${own}${fix}$`,
      ),
    );
  });

  test("are refused as a fleet in its app", () => {
    const workspace = { name: "acme", account: "123456789012", region: "eu-west-1", files: [] };
    expect(() => on[own].stacks.addStacks(new on[theirs].engine.App(), workspace as never)).toThrow(
      `addStacks: the app is made with ${theirs}, and this is made for ${own}${fix}`,
    );
  });
});

test("a class of one's own, below an engine's class, is of that engine", () => {
  class Stack extends on.cdktn.engine.TerraformStack {}
  const stack = new Stack(new on.cdktf.engine.App(), "mine");
  expect(() => new on.cdktf.library.LedgerWorkspace(stack, "W", { name: "acme" })).toThrow(
    "LedgerWorkspace mine/W: mine is made with cdktn, and this is made for cdktf",
  );
});
