import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { generatorCodeSha256, generatorZip } from "../../functions/key-generator/zip";
import {
  generatorFunctionName,
  generatorLogName,
  generatorRoleName,
  NAME_PREFIX,
  workspaceKeyAlias,
} from "../../rules/aws-names";
import { GENERATOR } from "../../rules/key-generator";
import {
  ATTACH_TO_NETWORK,
  ENCRYPT_SECRET,
  LOAD_SECRET,
  MOVE_POINTER,
  SEE_ALERT_RULE,
  SEE_SUBSCRIPTIONS,
  WRITE_LOG,
} from "../policies/actions";
import { allow, type PolicyStatement, policyJson } from "../policies/policy";
import { arnIn, viaSecretsManager } from "../terraform/aws-location";
import { literal } from "../terraform/literal";
import { GeneratorLook } from "./generator-look";
import type { OwnWorkspace } from "./interface";

/**
 * The function that makes keys. Its role can write keys to the workspace's secrets, can read none, and works for this
 * function only.
 */
export class KeyGenerator extends Construct {
  readonly functionName: string;
  /** Token: the number of the published version that makes keys. */
  readonly version: string;
  /** What must exist before the function is asked for a key, but not before the function is made. */
  readonly dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, workspace: OwnWorkspace) {
    super(scope, id);
    const { tags, options } = workspace;
    const { codeSigningConfig, vpc } = options;
    const functionName = generatorFunctionName(workspace.name);
    const logGroup = new CloudwatchLogGroup(this, "LogGroup", {
      name: generatorLogName(workspace.name),
      retentionInDays: options.logRetentionInDays ?? 400,
      kmsKeyId: options.logKmsKey,
      tags,
    });
    const role = new IamRole(this, "Role", {
      name: generatorRoleName(workspace.name, workspace.location.region),
      path: literal(workspace.rolePath),
      description: `Makes the keys of the API users of ${workspace.name}; cannot read them`,
      permissionsBoundary: options.permissionsBoundary,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
      tags,
    });
    const permissions = new IamRolePolicy(this, "Permissions", {
      name: "make-keys",
      role: role.name,
      policy: policyJson(() => permissionsOf(workspace, functionName, logGroup.arn)),
    });
    const code = new TerraformAsset(this, "Code", {
      path: generatorZip(),
      type: AssetType.FILE,
      // A part of the path, and a new path is an update of the function. cdktn's own hash is another than cdktf's, and of the
      // file's mode too, which differs from machine to machine.
      assetHash: Buffer.from(generatorCodeSha256(), "base64").toString("hex", 0, 16).toUpperCase(),
    });
    const fn = new LambdaFunction(this, "Resource", {
      functionName,
      description: `Makes the keys of the API users of ${workspace.name}`,
      role: role.arn,
      runtime: GENERATOR.runtime,
      architectures: [GENERATOR.architecture],
      handler: GENERATOR.handler,
      filename: code.path,
      sourceCodeHash: generatorCodeSha256(),
      timeout: GENERATOR.timeout,
      memorySize: GENERATOR.memorySize,
      // A version cannot be changed. Users' stacks ask one for keys, by its number.
      publish: true,
      tags,
      vpcConfig: vpc && { subnetIds: [...vpc.subnetIds], securityGroupIds: [...vpc.securityGroupIds] },
      codeSigningConfigArn: codeSigningConfig,
      // Not on the permissions, which wait long for the KMS key. But Lambda checks those for the network at once.
      dependsOn: vpc ? [logGroup, permissions] : [logGroup],
    });
    this.functionName = fn.functionName;
    const look = new GeneratorLook(this, "AsDeployed", { workspace, functionName: fn.functionName });
    this.version = look.version;
    this.dependables = [permissions, ...look.dependables];
  }
}

function permissionsOf(
  workspace: OwnWorkspace,
  functionName: string,
  logGroupArn: string,
): PolicyStatement[] {
  const { name, location, alertRules, alerts } = workspace;
  const [secrets, credentials, pointers] = (["private-key", "credentials", "current"] as const).map((last) =>
    arnIn(location, "secretsmanager", `secret:${NAME_PREFIX}/${name}/*/${last}-??????`),
  ) as [string, string, string];
  const rules = alertRules.map((rule) => arnIn(location, "events", `rule/${rule}`));
  // The role's credentials, or iam:PassRole for it, give nothing to anyone else: only this function may use the role.
  const Condition = {
    ArnEquals: { "lambda:SourceFunctionArn": arnIn(location, "lambda", `function:${functionName}`) },
  };
  return [
    allow("WriteKeysNeverRead", LOAD_SECRET, { Resource: secrets, Condition }),
    allow("MovePointers", MOVE_POINTER, { Resource: pointers, Condition }),
    // Before a generation becomes current: whether credentials are stored for it, and whether its KMS key is there.
    allow("SeeThatCredentialsAreStored", "secretsmanager:DescribeSecret", {
      Resource: credentials,
      Condition,
    }),
    allow("SeeThatKeysAreEnabled", "kms:DescribeKey", {
      Resource: arnIn(location, "kms", "key/*"),
      Condition: {
        ...Condition,
        StringLike: { "kms:RequestAlias": `${workspaceKeyAlias(name)}/*` },
      },
    }),
    // Secrets Manager makes these calls in the function's name, and it is not known to pass on lambda:SourceFunctionArn.
    // Decrypt is for a repeated PutSecretValue, and reads nothing without GetSecretValue.
    allow("EncryptBySecretsManager", ENCRYPT_SECRET, {
      Resource: workspace.encryptionKeyArn,
      Condition: {
        StringLike: {
          "kms:ViaService": viaSecretsManager(location),
          "kms:EncryptionContext:SecretARN": [secrets, pointers],
        },
      },
    }),
    allow("WriteOwnLog", WRITE_LOG, { Resource: `${logGroupArn}:*`, Condition }),
    ...(rules.length > 0
      ? [allow("SeeThatAlertsAreOn", SEE_ALERT_RULE, { Resource: rules, Condition })]
      : []),
    // The service authorization reference names the topic as the resource of both; a subscription's ARN is longer by its id.
    ...(alerts
      ? [
          allow("SeeThatAlertsAreReceived", SEE_SUBSCRIPTIONS, {
            Resource: [alerts.topicArn, `${alerts.topicArn}:*`],
            Condition,
          }),
        ]
      : []),
    ...(workspace.options.vpc ? networkPermissions(Condition) : []),
  ];
}

/** Lambda uses the role to attach the function to the network. EC2 has no narrower resource for most of it; so the code is denied it. */
function networkPermissions(onlyThisFunction: PolicyStatement["Condition"]): PolicyStatement[] {
  const statement = { Action: ATTACH_TO_NETWORK, Resource: "*" };
  return [
    { Sid: "LambdaAttachesToTheNetwork", Effect: "Allow", ...statement },
    { Sid: "TheCodeDoesNot", Effect: "Deny", ...statement, Condition: onlyThisFunction },
  ];
}
