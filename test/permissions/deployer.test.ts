import { isWildcardOnlyAction } from "@cloud-copilot/iam-simulate";
import { ACTORS } from "./actors";
import { DEPLOYER_POLICY_TEXT, deployerPolicy } from "./deployer-policy";
import { ACCOUNT, COMMERCIAL, emit, type Policy, WORKSPACE } from "./emitted";
import { CREDENTIALS } from "./operations";
import { mayDo } from "./simulate";

describe("the deployer's policy in docs/deployer.md", () => {
  const { Version, Statement } = deployerPolicy(COMMERCIAL);

  test("is a policy of statements with names, which allow, all but one", () => {
    expect(Version).toBe("2012-10-17");
    for (const { Sid } of Statement) expect(Sid).toEqual(expect.any(String));
    expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
    expect(Statement.filter(({ Effect }) => Effect !== "Allow").map(({ Sid }) => Sid)).toEqual([
      "OnlyVersionsMakeKeys",
    ]);
  });

  test("invokes versions of the key generator, and nothing that is not published, whatever else is attached", async () => {
    const { partition, region } = COMMERCIAL;
    const fn = `arn:${partition}:lambda:${region}:${ACCOUNT}:function:ledger-enterprise-${WORKSPACE}-key-generator`;
    const administrator: Policy = {
      Version,
      Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }],
    };
    const may = (resource: string, ...more: Policy[]) =>
      mayDo(
        {
          principal: `arn:${partition}:sts::${ACCOUNT}:assumed-role/terraform/session`,
          identity: [deployerPolicy(COMMERCIAL), ...more],
          context: { "aws:PrincipalArn": `arn:${partition}:iam::${ACCOUNT}:role/terraform` },
        },
        [{ action: "lambda:InvokeFunction", resource }],
      );
    for (const version of ["1", "12", "4711"])
      expect([version, await may(`${fn}:${version}`)]).toEqual([version, true]);
    for (const unpublished of [fn, `${fn}:$LATEST`]) {
      expect([unpublished, await may(unpublished)]).toEqual([unpublished, false]);
      expect([unpublished, await may(unpublished, administrator)]).toEqual([unpublished, false]);
    }
    expect(await may(fn.replace("key-generator", "key-generator-2:1"))).toBe(false);
  });

  test("names each action, none by a wildcard", () => {
    for (const action of Statement.flatMap(({ Action }) => Action))
      expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  });

  test("reads no secret and signs nothing", () => {
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(
      actions.filter((action) => /GetSecretValue|PutSecretValue|UpdateSecret|:Sign|CreateGrant/.test(action)),
    ).toEqual([]);
  });

  test("locks and deletes a user's credentials as it does keys, and neither reads nor writes them", async () => {
    const emitted = emit({
      custody: "kms",
      deployers: true,
      removalProtection: false,
      place: COMMERCIAL,
    });
    const actor = ACTORS["deployer, with the policy of docs/deployer.md"]?.(emitted);
    const may = async (column: string) => actor && (await mayDo(actor, CREDENTIALS[column]?.(emitted) ?? []));
    for (const column of ["see metadata", "change policy", "delete", "restore"])
      expect([column, await may(column)]).toEqual([column, true]);
    for (const column of ["read credentials", "write credentials", "move labels", "update secret"])
      expect([column, await may(column)]).toEqual([column, false]);
  });

  test("asks for everything (*) only where AWS knows no narrower resource", async () => {
    const anywhere = Statement.filter(({ Resource }) => [Resource].flat().includes("*"));
    for (const action of anywhere.flatMap(({ Action }) => Action)) {
      const [service = "", name = ""] = action.split(":");
      expect([action, await isWildcardOnlyAction(service, name)]).toEqual([action, true]);
    }
  });

  test("has no placeholder that the page does not explain, and no partition of its own", () => {
    // $LATEST is Lambda's name of what is not published.
    const placeholders = DEPLOYER_POLICY_TEXT.match(/(?<!\$)\b[A-Z]{4,}\b/g) ?? [];
    expect([...new Set(placeholders)].sort()).toEqual(["ACCOUNT", "PARTITION", "REGION", "WORKSPACE"]);
    expect(DEPLOYER_POLICY_TEXT).not.toContain("arn:aws");
  });

  test("fits into a managed policy, for the longest workspace's name", () => {
    const policy = deployerPolicy(
      { ...COMMERCIAL, partition: "aws-us-gov", region: "us-gov-west-1" },
      "a".repeat(24),
    );
    expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
  });
});
