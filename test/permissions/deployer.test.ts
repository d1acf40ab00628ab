import { isWildcardOnlyAction } from "@cloud-copilot/iam-simulate";
import { ACTORS } from "./actors";
import { DEPLOYER_POLICY_TEXT, deployerPolicy } from "./deployer-policy";
import { COMMERCIAL, emit } from "./emitted";
import { CREDENTIALS } from "./operations";
import { mayDo } from "./simulate";

describe("the deployer's policy in docs/deployer.md", () => {
  const { Version, Statement } = deployerPolicy(COMMERCIAL);

  test("is a policy of allowing statements, each with a name", () => {
    expect(Version).toBe("2012-10-17");
    for (const { Sid, Effect } of Statement) expect([Sid, Effect]).toEqual([expect.any(String), "Allow"]);
    expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
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
    const placeholders = DEPLOYER_POLICY_TEXT.match(/\b[A-Z]{4,}\b/g) ?? [];
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
