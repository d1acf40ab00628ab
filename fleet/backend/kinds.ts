/**
 * What this package must know of each kind of backend beyond its settings, which schemas/backend.schema.json lists
 * (https://developer.hashicorp.com/terraform/language/backend, a page for each kind).
 */
export interface BackendKind {
  /** The setting that names a stack's state, as a path into the settings. */
  readonly name: readonly string[];
  /** What that setting is unless declared. */
  readonly unlessDeclared?: string;
  /** A setting that Terraform puts in front of the name, with a slash. */
  readonly prefix?: string;
  /** How the server reads a name: two texts that it takes for one are one state. */
  readonly reads: "path" | "url" | "identifier" | "label";
  /** The settings, as paths, that say on which server and in which container the state is. */
  readonly place: readonly (readonly string[])[];
  /** What Terraform takes for one of them that is not declared, where that does not depend on the machine. */
  readonly placeUnlessDeclared?: Readonly<Record<string, string>>;
  /** The settings, as paths, that hold a credential, and where Terraform takes it from instead. */
  readonly credentials: readonly (readonly [setting: string, instead: string])[];
}

/** What stands for a stack's name in a backend's settings. */
export const STACK = "STACK";

const OBJECT = `${STACK}.tfstate`;

const HCP: BackendKind = {
  name: ["workspaces", "name"],
  unlessDeclared: STACK,
  reads: "path",
  place: [["hostname"], ["organization"]],
  placeUnlessDeclared: { hostname: "app.terraform.io" },
  credentials: [["token", "terraform login, or the variable TF_TOKEN_app_terraform_io"]],
};

export const KINDS: Readonly<Record<string, BackendKind>> = {
  s3: {
    name: ["key"],
    unlessDeclared: OBJECT,
    reads: "path",
    place: [["endpoints", "s3"], ["endpoint"], ["bucket"]],
    credentials: [
      ["access_key", "a role, or the variable AWS_ACCESS_KEY_ID"],
      ["secret_key", "a role, or the variable AWS_SECRET_ACCESS_KEY"],
      ["token", "a role, or the variable AWS_SESSION_TOKEN"],
      ["sse_customer_key", "kms_key_id, or the variable AWS_SSE_CUSTOMER_KEY"],
      ["assume_role_with_web_identity.web_identity_token", "web_identity_token_file"],
    ],
  },
  azurerm: {
    name: ["key"],
    unlessDeclared: OBJECT,
    reads: "path",
    place: [["storage_account_name"], ["container_name"]],
    credentials: [
      ["access_key", "use_azuread_auth, or the variable ARM_ACCESS_KEY"],
      ["sas_token", "use_azuread_auth, or the variable ARM_SAS_TOKEN"],
      ["client_secret", "use_oidc, or the variable ARM_CLIENT_SECRET"],
      ["client_certificate", "use_oidc, or the variable ARM_CLIENT_CERTIFICATE"],
      ["client_certificate_password", "use_oidc, or the variable ARM_CLIENT_CERTIFICATE_PASSWORD"],
      ["oidc_token", "oidc_token_file_path, or the variable ARM_OIDC_TOKEN"],
      ["oidc_request_token", "the variable ARM_OIDC_REQUEST_TOKEN"],
    ],
  },
  gcs: {
    name: ["prefix"],
    unlessDeclared: STACK,
    reads: "path",
    place: [["storage_custom_endpoint"], ["bucket"]],
    credentials: [
      ["access_token", "workload identity, or the variable GOOGLE_OAUTH_ACCESS_TOKEN"],
      ["encryption_key", "kms_encryption_key, or the variable GOOGLE_ENCRYPTION_KEY"],
    ],
  },
  consul: {
    name: ["path"],
    unlessDeclared: STACK,
    reads: "path",
    place: [["address"], ["datacenter"]],
    credentials: [
      ["access_token", "the variable CONSUL_HTTP_TOKEN"],
      ["http_auth", "the variable CONSUL_HTTP_AUTH"],
    ],
  },
  cos: {
    name: ["key"],
    unlessDeclared: OBJECT,
    prefix: "prefix",
    reads: "path",
    place: [["endpoint"], ["domain"], ["region"], ["bucket"]],
    credentials: [
      ["secret_id", "the variable TENCENTCLOUD_SECRET_ID"],
      ["secret_key", "the variable TENCENTCLOUD_SECRET_KEY"],
      ["security_token", "the variable TENCENTCLOUD_SECURITY_TOKEN"],
    ],
  },
  oss: {
    name: ["key"],
    unlessDeclared: OBJECT,
    prefix: "prefix",
    reads: "path",
    place: [["endpoint"], ["region"], ["bucket"]],
    credentials: [
      ["access_key", "ecs_role_name, or the variable ALICLOUD_ACCESS_KEY"],
      ["secret_key", "ecs_role_name, or the variable ALICLOUD_SECRET_KEY"],
      ["security_token", "ecs_role_name, or the variable ALICLOUD_SECURITY_TOKEN"],
    ],
  },
  oci: {
    name: ["key"],
    unlessDeclared: OBJECT,
    reads: "path",
    place: [["region"], ["namespace"], ["bucket"]],
    credentials: [
      ["private_key", "private_key_path, or another auth"],
      ["private_key_password", "another auth, or the variable OCI_private_key_password"],
      ["sse_customer_key", "kms_key_id"],
    ],
  },
  pg: {
    name: ["schema_name"],
    unlessDeclared: STACK,
    reads: "identifier",
    place: [["conn_str"]],
    credentials: [],
  },
  kubernetes: {
    name: ["secret_suffix"],
    // Not STACK alone: Terraform refuses what ends in a hyphen and a number, as WORKSPACE-eu-west-1 does.
    unlessDeclared: `${STACK}-state`,
    reads: "label",
    place: [["host"], ["config_context"], ["namespace"]],
    placeUnlessDeclared: { namespace: "default" },
    credentials: [
      ["password", "the variable KUBE_PASSWORD"],
      ["token", "in_cluster_config, or the variable KUBE_TOKEN"],
      ["client_key", "config_path, or the variable KUBE_CLIENT_KEY_DATA"],
    ],
  },
  http: {
    name: ["address"],
    reads: "url",
    place: [],
    credentials: [
      ["password", "the variable TF_HTTP_PASSWORD"],
      ["client_private_key_pem", "the variable TF_HTTP_CLIENT_PRIVATE_KEY_PEM"],
    ],
  },
  local: {
    name: ["path"],
    // Where cdktf keeps it, beside cdktf.json, but relative: the same bytes on every machine.
    unlessDeclared: `../../../terraform.${STACK}.tfstate`,
    reads: "path",
    place: [],
    credentials: [],
  },
  remote: HCP,
  cloud: HCP,
};
