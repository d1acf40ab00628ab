import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import {
  ApiUser,
  ApiUserRole,
  KeyCustody,
  LedgerWorkspace,
  RoleWatch,
  WorkspaceTrail,
} from "../../../constructs";
import { generateKeyPair } from "../../../keys";
import { role, synthesize } from "../../support/synthesis";

/**
 * What AWS provider 6 deprecates of each type that we use, from its documentation and from the types of a newer binding of it
 * (provider 6.66). `terraform validate` reports the same, as a warning; the workflow engines.yml runs it.
 */
const DEPRECATED: Readonly<Record<string, string>> = {
  "data.aws_caller_identity": "",
  "data.aws_cloudwatch_log_groups": "",
  "data.aws_kms_alias": "",
  "data.aws_kms_key": "",
  "data.aws_kms_public_key": "",
  "data.aws_lambda_function": "source_code_hash",
  "data.aws_partition": "id",
  "data.aws_region": "id name",
  "data.aws_secretsmanager_secret": "",
  "data.aws_secretsmanager_secret_rotation": "",
  "data.aws_secretsmanager_secret_versions": "arn name",
  "data.aws_secretsmanager_secrets": "",
  aws_cloudtrail: "",
  aws_cloudwatch_dashboard: "",
  aws_cloudwatch_event_rule: "is_enabled",
  aws_cloudwatch_event_target: "",
  aws_cloudwatch_log_group: "",
  aws_cloudwatch_log_resource_policy: "",
  aws_cloudwatch_query_definition: "",
  aws_iam_role: "inline_policy managed_policy_arns",
  aws_iam_role_policy: "",
  aws_kms_alias: "",
  aws_kms_key: "",
  aws_lambda_function: "",
  aws_lambda_invocation: "",
  aws_s3_bucket:
    "acceleration_status acl cors_rule grant lifecycle_rule logging object_lock_configuration policy replication_configuration request_payer server_side_encryption_configuration versioning website website_domain website_endpoint",
  aws_s3_bucket_lifecycle_configuration: "expected_bucket_owner rule.prefix",
  aws_s3_bucket_policy: "",
  aws_s3_bucket_public_access_block: "",
  aws_s3_bucket_server_side_encryption_configuration: "expected_bucket_owner",
  aws_s3_bucket_versioning: "expected_bucket_owner",
  aws_secretsmanager_secret: "",
  aws_sns_topic: "",
  aws_sns_topic_subscription: "",
};

/** Every public construct, and no option that would leave something out. */
const { json, text } = synthesize((stack) => {
  new WorkspaceTrail(stack, "Trail");
  new RoleWatch(stack, "Roles", { workspace: "acme", roles: [role("a")], alertEmails: ["a@acme.example"] });
  const workspace = new LedgerWorkspace(stack, "Workspace", {
    name: "acme",
    custodians: [role("c")],
    alertEmails: ["a@acme.example"],
  });
  const deployed = LedgerWorkspace.fromName(stack, "Deployed", { name: "other" });
  const { publicKey } = generateKeyPair();
  const user = { role: ApiUserRole.OPERATOR, signers: [role("a")] };
  for (const [id, custody] of Object.entries({
    a: KeyCustody.secretsManager(),
    b: KeyCustody.kms(),
    c: KeyCustody.imported({ publicKey }),
  }))
    new ApiUser(stack, id, { ...user, workspace, username: id, custody });
  new ApiUser(stack, "d", { ...user, workspace: deployed, username: "d" }).takeOver();
  const moving = { ...user, workspace: deployed, username: "e", custody: KeyCustody.kms() };
  new ApiUser(stack, "e", moving).takeOver();
});

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON has the shape that each resource gives it
type Json = any;

/** The attributes that are set, those of blocks by their path. */
const attributesOf = (block: Json, prefix = ""): string[] =>
  Object.entries<Json>(block).flatMap(([name, value]) => [
    `${prefix}${name}`,
    ...(typeof value === "object" && value !== null && name !== "//"
      ? [value]
          .flat()
          .flatMap((each) => (typeof each === "object" ? attributesOf(each, `${prefix}${name}.`) : []))
      : []),
  ]);

const declared = (kind: "data" | "resource", prefix: string) =>
  Object.entries<Json>(json[kind]).flatMap(([type, all]) =>
    Object.values<Json>(all).flatMap((each) =>
      attributesOf(each).map((name) => ({ type: `${prefix}${type}`, name })),
    ),
  );
const referred = [...text.matchAll(/\b((?:data\.)?aws_[a-z0-9_]+)\.\w+\.([a-z_]+)/g)].map(
  ([, type = "", name = ""]) => ({ type, name }),
);
const used = [...declared("data", "data."), ...declared("resource", ""), ...referred];

test("no attribute is used that AWS provider 6 deprecates, but where provider 5 has no other", () => {
  const found = used.filter(({ type, name }) => DEPRECATED[type]?.split(" ").includes(name));
  const unavoidable = "region" in DataAwsRegion.prototype ? [] : ["data.aws_region.name"];
  expect([...new Set(found.map(({ type, name }) => `${type}.${name}`))]).toEqual(unavoidable);
});

test("what is deprecated is known of each type that is used", () => {
  expect([...new Set(used.map(({ type }) => type))].sort()).toEqual(Object.keys(DEPRECATED).sort());
});
