/** What an app of one's own may add: a trail, and the watch over roles; and the dashboard that every workspace has. */

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LedgerWorkspace, RoleWatch, WorkspaceTrail } from "../../../constructs";
import { MAX_PATTERN_LENGTH } from "../../../rules/alerts/pattern";
import { credentialsSecretName, privateKeySecretName, userKeyAlias } from "../../../rules/aws-names";
import { matches } from "../../support/alerts/event-bridge";
import { DEPLOYER, record, session, USER } from "../../support/alerts/records";
import { role, type Statement, synthesize } from "../../support/synthesis";

describe("a trail", () => {
  const template = synthesize((stack) => new WorkspaceTrail(stack, "Trail"));
  const trail = template.one("aws_cloudtrail");
  const policy = JSON.parse(template.one("aws_s3_bucket_policy").policy).Statement as Statement[];

  test("logs management events, reads and writes, KMS included, of every region, and can be checked", () => {
    expect(trail.event_selector).toEqual([
      { include_management_events: true, read_write_type: "All", exclude_management_event_sources: [] },
    ]);
    expect(trail).toMatchObject({
      enable_log_file_validation: true,
      enable_logging: true,
      include_global_service_events: true,
      is_multi_region_trail: true,
    });
  });

  test("has a bucket that only this trail writes to, that nobody makes public, and that keeps seven years", () => {
    const writes = policy.find(({ Sid }) => Sid === "CloudTrailWrites");
    expect(writes?.Condition?.["StringEquals"]?.["aws:SourceArn"]).toMatch(/:trail\/ledger-enterprise$/);
    expect(policy.filter(({ Effect }) => Effect === "Allow").map(({ Principal }) => Principal)).toEqual(
      Array(2).fill({ Service: "cloudtrail.amazonaws.com" }),
    );
    expect(Object.values(template.one("aws_s3_bucket_public_access_block"))).toEqual(
      expect.arrayContaining([true, true, true, true]),
    );
    expect(template.one("aws_s3_bucket_lifecycle_configuration").rule[0].expiration).toEqual([
      { days: 2555 },
    ]);
    expect(template.one("aws_s3_bucket").lifecycle).toEqual({ prevent_destroy: true });
    expect(template.one("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
  });

  test("is encrypted with a key of one's own where that is named", () => {
    const kmsKey = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    const own = synthesize((stack) => new WorkspaceTrail(stack, "Trail", { kmsKey }));
    expect(own.one("aws_cloudtrail").kms_key_id).toBe(kmsKey);
    expect(JSON.stringify(own.one("aws_s3_bucket_server_side_encryption_configuration"))).toContain(kmsKey);
  });
});

describe("the watch over roles", () => {
  const many = Array.from({ length: 120 }, (_, i) => role(`signers/${"s".repeat(50)}-${i}`));
  const watch = (roles: string[]) =>
    synthesize(
      (stack) => new RoleWatch(stack, "Roles", { workspace: "acme-prod", roles, deployers: [DEPLOYER] }),
    );
  const template = watch([role("settlement"), role("batch/sweep"), DEPLOYER]);
  const pattern = JSON.parse(template.one("aws_cloudwatch_event_rule").event_pattern);
  const iam = (eventName: string, roleName: string, detail = {}) =>
    record("iam", eventName, { requestParameters: { roleName }, ...detail });

  test.each([
    "CreateRole",
    "UpdateAssumeRolePolicy",
    "AttachRolePolicy",
    "PutRolePolicy",
    "DeleteRolePermissionsBoundary",
  ])("sees %s, whoever does it and whatever the role's path is", (eventName) => {
    expect(matches(pattern, iam(eventName, "sweep"))).toBe(true);
    expect(matches(pattern, iam(eventName, "terraform", { userIdentity: USER }))).toBe(true);
  });

  test("is not woken by deployers, other roles, or what changes nothing", () => {
    expect(matches(pattern, iam("PutRolePolicy", "sweep", { userIdentity: session(DEPLOYER) }))).toBe(false);
    expect(matches(pattern, iam("PutRolePolicy", "sweeper"))).toBe(false);
    expect(matches(pattern, iam("GetRole", "sweep"))).toBe(false);
    expect(matches(pattern, iam("PutRolePolicy", "sweep", { errorCode: "AccessDenied" }))).toBe(false);
  });

  test("splits many roles over rules that EventBridge takes", () => {
    const rules = watch(many).all("aws_cloudwatch_event_rule") as { event_pattern: string }[];
    for (const { event_pattern } of rules)
      expect(event_pattern.length).toBeLessThanOrEqual(MAX_PATTERN_LENGTH);
    expect(rules.flatMap(({ event_pattern }) => event_pattern.match(/s{50}-\d+/g))).toHaveLength(120);
  });

  test("watches a role that is a token by its name, as Terraform finds it", () => {
    const other = synthesize((stack) => {
      const made = new IamRole(stack, "made", { name: "made", assumeRolePolicy: "{}" });
      new RoleWatch(stack, "Roles", { workspace: "acme-prod", roles: [made.arn, role("sweep")] });
    });
    const [names] = /"roleName":\[.*?\]/.exec(other.one("aws_cloudwatch_event_rule").event_pattern) ?? [];
    expect(names).toBe('"roleName":["${element(reverse(split("/", aws_iam_role.made.arn)), 0)}","sweep"]');
  });

  test("is refused by Terraform in a region that IAM's records do not come to", () => {
    const [{ condition, error_message }] = template.one("aws_cloudwatch_event_rule").lifecycle.precondition;
    const region = "data.aws_region.Roles_Region_[0-9A-F]{8}.(name|region)"; // the latter with AWS provider 6
    expect(condition).toMatch(
      new RegExp(
        `^\\$\\{\\(lookup\\(\\{"aws" = "us-east-1", .*\\}, data.aws_partition.[\\w]+.partition, ${region}\\) == ${region}\\)\\}$`,
      ),
    );
    expect(error_message).toContain("us-east-1");
  });

  test("tells by a topic of its own, in the region it is in", () => {
    expect(template.one("aws_sns_topic").name).toBe("ledger-enterprise-acme-prod-roles-alerts");
    expect(template.all("aws_cloudwatch_event_target")).toHaveLength(1);
  });
});

describe("the dashboard", () => {
  const template = synthesize(
    (stack) => new LedgerWorkspace(stack, "W", { name: "acme", region: "eu-west-1" }),
  );
  const { widgets } = JSON.parse(template.one("aws_cloudwatch_dashboard").dashboard_body);

  test("shows reads and signatures over time and by API user, from the journal", () => {
    const text = JSON.stringify(widgets);
    for (const part of [
      "GetSecretValue",
      "Sign",
      "bin(1h)",
      "apiUser",
      "SOURCE '/aws/events/ledger-enterprise/acme'",
    ]) {
      expect(text).toContain(part);
    }
    expect(widgets.map(({ properties }: { properties: { region: string } }) => properties.region)).toEqual(
      Array(4).fill("eu-west-1"),
    );
  });

  test("tells keys, credentials and generations apart, by whatever names them", () => {
    const queries = template.all("aws_cloudwatch_query_definition").map(({ query_string }) => query_string);
    const [pattern = ""] = queries.flatMap((query) => /parse thing \/(.*)\/$/m.exec(query)?.[1] ?? []);
    const named = (thing: string) => new RegExp(pattern).exec(thing)?.groups?.["named"];
    const key = { workspace: "acme", awsName: "bot", generation: 12 };
    const arn = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;
    expect(named(arn(privateKeySecretName(key)))).toBe("bot/generation-12/private-key");
    expect(named(credentialsSecretName(key))).toBe("bot/generation-12/credentials");
    expect(named(userKeyAlias(key))).toBe("bot/generation-12");
  });

  test("has its queries saved, to be run for other times", () => {
    const saved = template.all("aws_cloudwatch_query_definition");
    expect(saved.map(({ name }) => name)).toContain("ledger-enterprise/acme/Who used which key from where");
    for (const { log_group_names } of saved)
      expect(log_group_names).toEqual(["/aws/events/ledger-enterprise/acme"]);
  });
});
