/** The policy of docs/gitops.md for the role that plans pull requests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/project";
import { DEPLOYER_POLICY_TEXT } from "./deployer-policy";
import { ACCOUNT, COMMERCIAL, emit, type Policy, roleArn, WORKSPACE } from "./emitted";
import { mayDo } from "./simulate";

const PAGE = readFileSync(join(PROJECT, "docs/gitops.md"), "utf8");
const TEXT = /```json\n([\s\S]+?)\n```/.exec(PAGE)?.[1] ?? "";
const READS = /^[a-z0-9]+:(Describe|Get|List)/;

interface Statement {
  readonly Action: string | readonly string[];
}
const { Statement: ours } = JSON.parse(TEXT);
const { Statement: deployers } = JSON.parse(DEPLOYER_POLICY_TEXT);

test("is the deployer's policy, without what writes", () => {
  const reading = (deployers as Statement[])
    .map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((each) => READS.test(each)),
    }))
    .filter(({ Action }) => Action.length > 0);
  expect(reading.length).toBeGreaterThan(7);
  expect(ours).toEqual(reading);
});

const planner = {
  principal: `arn:aws:sts::${ACCOUNT}:assumed-role/planner/session`,
  identity: [
    JSON.parse(
      TEXT.replaceAll("PARTITION", "aws")
        .replaceAll("REGION", COMMERCIAL.region)
        .replaceAll("ACCOUNT", ACCOUNT)
        .replaceAll("WORKSPACE", WORKSPACE),
    ) as Policy,
  ],
  context: { "aws:PrincipalArn": roleArn(COMMERCIAL, "planner") },
};
describe.each(["secrets-manager", "kms", "imported"] as const)("with custody %s and deployers", (custody) => {
  const { keyArn, keyPolicy, workspaceKeyArn, workspaceKeyPolicy } = emit({
    custody,
    deployers: true,
    removalProtection: true,
    place: COMMERCIAL,
  });
  const may = (action: string, resource = keyArn) =>
    mayDo(planner, [{ action, resource, policy: resource === keyArn ? keyPolicy : workspaceKeyPolicy }]);
  const service = custody === "kms" ? "kms" : "secretsmanager";

  test("it sees what a plan asks for", async () => {
    const reads = {
      kms: ["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "GetPublicKey", "ListResourceTags"],
      secretsmanager: ["DescribeSecret", "GetResourcePolicy", "ListSecretVersionIds"],
    };
    for (const action of reads[service])
      expect([action, await may(`${service}:${action}`)]).toEqual([action, true]);
    for (const action of reads.kms.filter((each) => each !== "GetPublicKey"))
      expect([action, await may(`kms:${action}`, workspaceKeyArn)]).toEqual([action, true]);
    // Of a user that moves.
    expect(await mayDo(planner, [{ action: "secretsmanager:ListSecrets", resource: "*" }])).toBe(true);
  });

  test("it reads no key, signs nothing, and changes nothing", async () => {
    const writes = {
      kms: ["Sign", "CreateGrant", "PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey"],
      secretsmanager: [
        "GetSecretValue",
        "PutSecretValue",
        "PutResourcePolicy",
        "DeleteSecret",
        "UpdateSecret",
      ],
    };
    for (const action of writes[service])
      expect([action, await may(`${service}:${action}`)]).toEqual([action, false]);
    expect(await may("kms:Decrypt", workspaceKeyArn)).toBe(false);
  });
});
