/** The policies that synthesis really emits, with Terraform's references resolved as AWS would fill them in. */
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../constructs";
import { generateKeyPair } from "../../keys";
import type { Generations } from "../../rules/generations";
import { CREDENTIALS_SECRET, KEY_SECRET, synthesize, type Template } from "../support/synthesis";

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Policy {
  Version: string;
  Statement: Statement[];
}

export type Custody = "secrets-manager" | "imported" | "kms";

/** One of AWS's partitions, with a region of it and what its host names end in. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly dnsSuffix: string;
}

export const COMMERCIAL: Place = { partition: "aws", region: "eu-west-1", dnsSuffix: "amazonaws.com" };
export const ACCOUNT = "123456789012";
/** Listed in `signerAccounts`. */
export const SIGNER_ACCOUNT = "210987654321";
export const WORKSPACE = "acme-prod";

export interface Variant {
  readonly custody: Custody;
  /** Whether `deployers` are declared. */
  readonly deployers: boolean;
  readonly removalProtection: boolean;
  readonly place: Place;
  /** Whether the generator is in a network. */
  readonly vpc?: boolean;
  /** The stages of the user's generations, of which the first is judged. @default - one, which is current */
  readonly generations?: Generations;
}

/** What a deployment of a variant consists of, as far as permissions go. */
export interface Emitted extends Variant {
  /** ARN of the key's secret; of the signing key where custody is kms; of the credentials' secret where that is judged. */
  readonly keyArn: string;
  readonly credentialsArn: string;
  /** Of the secret that says which generation is current, where there are several. */
  readonly currentArn?: string;
  currentPolicy?: Policy;
  readonly workspaceKeyArn: string;
  /** The resource policy of what `keyArn` names. */
  keyPolicy: Policy;
  credentialsPolicy: Policy;
  workspaceKeyPolicy: Policy;
  generatorPolicy: Policy;
  signerPolicy: Policy;
  readerPolicy: Policy;
  custodianPolicy?: Policy;
  readonly topicArn: string;
  topicPolicy: Policy;
  /** Of the KMS key that encrypts the topic. */
  topicKeyPolicy: Policy;
  /** Of CloudWatch Logs, for the journal. */
  journalPolicy: Policy;
}

export const roleArn = ({ partition }: Place, name: string, account = ACCOUNT) =>
  `arn:${partition}:iam::${account}:role/${name}`;

export const GENERATOR_ROLE = ({ region }: Place) => `ledger-${WORKSPACE}-${region}-key-generator`;
export const GENERATOR_FUNCTION = `ledger-enterprise-${WORKSPACE}-key-generator`;

const { publicKey } = generateKeyPair();
const CUSTODIES: Readonly<Record<Custody, () => KeyCustody>> = {
  "secrets-manager": () => KeyCustody.secretsManager(),
  imported: () => KeyCustody.imported({ publicKey }),
  kms: () => KeyCustody.kms(),
};

const NETWORK = { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: ["sg-0123456789abcdef0"] };

/** Synthesizes a variant and takes its policies out of the JSON that Terraform would be given. */
export function emit(variant: Variant): Emitted {
  const { custody, place, deployers, removalProtection, vpc, generations } = variant;
  const template = synthesize((stack) => {
    const workspace = new LedgerWorkspace(stack, "Workspace", {
      name: WORKSPACE,
      account: ACCOUNT,
      region: place.region,
      deployers: deployers ? [roleArn(place, "terraform")] : [],
      custodians: [roleArn(place, "custodian")],
      signerAccounts: [SIGNER_ACCOUNT],
      removalProtection,
      keyGenerator: true,
      ...(vpc && { vpc: NETWORK }),
    });
    new ApiUser(stack, "Settlement", {
      workspace,
      username: "settlement bot",
      role: ApiUserRole.OPERATOR,
      custody: CUSTODIES[custody](),
      generations,
      signers: [roleArn(place, "settlement"), roleArn(place, "settlement", SIGNER_ACCOUNT)],
      readers: [roleArn(place, "reporting"), roleArn(place, "reporting", SIGNER_ACCOUNT)],
    });
  });
  const registration = template.json.output.registration.value["settlement bot"];
  const resolve = (value: unknown): Policy => resolved(value, template, place);
  const keys = template.all("aws_kms_key");
  const workspaceKey = keys.find(({ policy }) => policy.includes("NobodyUsesDirectly"));
  const topicKey = keys.find(({ policy }) => policy.includes("EventBridgePublishesAlerts"));
  const signingKey = keys.find(({ key_usage }) => key_usage === "SIGN_VERIFY");
  const first = (last: string) => template.one(KEY_SECRET[0], `/generation-1${last}`);
  const holder = signingKey ?? first(KEY_SECRET[1]);
  const pointer = generations && template.one(KEY_SECRET[0], "/current");
  const generator = template.all("aws_iam_role_policy").find(({ name }) => name === "make-keys");
  return {
    ...variant,
    keyArn: signingKey ? SIGNING_KEY(place) : secretArn(place),
    workspaceKeyArn: WORKSPACE_KEY(place),
    keyPolicy: resolve(holder.policy),
    credentialsArn: credentialsArn(place),
    credentialsPolicy: resolve(first(CREDENTIALS_SECRET[1]).policy),
    ...(pointer && { currentArn: arnOf(pointer.name, place), currentPolicy: resolve(pointer.policy) }),
    workspaceKeyPolicy: resolve(workspaceKey.policy),
    generatorPolicy: resolve(generator.policy),
    signerPolicy: resolve(registration.signerPolicy),
    readerPolicy: resolve(registration.readerPolicy),
    ...(registration.custodianPolicy && { custodianPolicy: resolve(registration.custodianPolicy) }),
    topicArn: `arn:${place.partition}:sns:${place.region}:${ACCOUNT}:${template.one("aws_sns_topic").name}`,
    topicPolicy: resolve(template.one("aws_sns_topic").policy),
    topicKeyPolicy: resolve(topicKey.policy),
    journalPolicy: resolve(template.one("aws_cloudwatch_log_resource_policy").policy_document),
  };
}

const arnOf = (secret: string, { partition, region }: Place) =>
  `arn:${partition}:secretsmanager:${region}:${ACCOUNT}:secret:${secret}-AbCdEf`;
export const secretArn = (place: Place, name = "settlement-bot") =>
  arnOf(`ledger-enterprise/${WORKSPACE}/${name}/generation-1/private-key`, place);
const credentialsArn = (place: Place) => secretArn(place).replace("/private-key-", "/credentials-");
const keyArn = ({ partition, region }: Place, id: string) =>
  `arn:${partition}:kms:${region}:${ACCOUNT}:key/${id}`;
const WORKSPACE_KEY = (place: Place) => keyArn(place, "11111111-2222-3333-4444-555555555555");
const SIGNING_KEY = (place: Place) => keyArn(place, "66666666-7777-8888-9999-000000000000");

/** Fails on a reference that it does not know, so that no policy is judged by half. */
function resolved(value: unknown, template: Template, place: Place): Policy {
  const json = typeof value === "string" ? value : JSON.stringify(value);
  const text = json.replace(/\$\{([^}]+)\}/g, (reference, path: string) => {
    const [type = "", name = "", attribute = ""] = path.replace(/^data\./, "").split(".");
    if (type === "aws_partition" && attribute === "partition") return place.partition;
    if (type === "aws_partition" && attribute === "dns_suffix") return place.dnsSuffix;
    if (attribute !== "arn") throw new Error(`${reference} in a policy: say in emitted.ts what it is`);
    if (type === "aws_secretsmanager_secret") {
      return arnOf(template.json.resource.aws_secretsmanager_secret[name].name, place);
    }
    if (type === "aws_kms_key") {
      const signs = template.json.resource.aws_kms_key[name].key_usage === "SIGN_VERIFY";
      return signs ? SIGNING_KEY(place) : WORKSPACE_KEY(place);
    }
    if (type === "aws_cloudwatch_log_group") {
      const group = template.json.resource.aws_cloudwatch_log_group[name].name;
      return `arn:${place.partition}:logs:${place.region}:${ACCOUNT}:log-group:${group}`;
    }
    if (type === "aws_sns_topic") {
      const topic = template.json.resource.aws_sns_topic[name].name;
      return `arn:${place.partition}:sns:${place.region}:${ACCOUNT}:${topic}`;
    }
    throw new Error(`${reference} in a policy: say in emitted.ts what it is`);
  });
  return JSON.parse(text);
}
