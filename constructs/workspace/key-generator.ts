import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { generatorFunctionName, generatorRoleName, NAME_PREFIX } from "../../rules/aws-names";
import {
  ATTACH_TO_NETWORK,
  ENCRYPT_SECRET,
  LOAD_SECRET,
  SEE_ALERT_RULE,
  WRITE_LOG,
} from "../policies/actions";
import { type PolicyStatement, policyJson } from "../policies/policy";
import { viaSecretsManager } from "../terraform/aws-location";
import { literal } from "../terraform/literal";
import { GeneratorCode, generatorCodeSha256, generatorZip } from "./generator-code";
import type { ILedgerWorkspace } from "./interface";
import type { LedgerWorkspaceProps } from "./options";

export interface KeyGeneratorProps {
  readonly workspace: ILedgerWorkspace;
  readonly options: LedgerWorkspaceProps;
}

/**
 * The function that makes keys. Its role can write keys to the workspace's secrets, can read none, and works for this
 * function only.
 */
export class KeyGenerator extends Construct {
  readonly functionName: string;
  /** What must exist before the function is asked for a key, but not before the function is made. */
  readonly dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: KeyGeneratorProps) {
    super(scope, id);
    const { workspace, options } = props;
    const { tags } = workspace;
    const { codeSigningConfig, vpc } = options;
    const functionName = generatorFunctionName(workspace.name);
    const logGroup = new CloudwatchLogGroup(this, "LogGroup", {
      name: `/aws/lambda/${functionName}`,
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
      policy: policyJson(() => permissionsOf(props, functionName, logGroup.arn)),
    });
    const code = new TerraformAsset(this, "Code", { path: generatorZip(), type: AssetType.FILE });
    const fn = new LambdaFunction(this, "Resource", {
      functionName,
      description: `Makes the keys of the API users of ${workspace.name}`,
      role: role.arn,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      filename: code.path,
      sourceCodeHash: generatorCodeSha256(),
      timeout: 120,
      memorySize: 256,
      tags,
      vpcConfig: vpc && { subnetIds: [...vpc.subnetIds], securityGroupIds: [...vpc.securityGroupIds] },
      codeSigningConfigArn: codeSigningConfig,
      // Not on the permissions, which wait long for the KMS key. But Lambda checks those for the network at once.
      dependsOn: vpc ? [logGroup, permissions] : [logGroup],
    });
    this.functionName = fn.functionName;
    const asDeployed = new GeneratorCode(this, "AsDeployed", {
      functionName: fn.functionName,
      codeSigningConfig,
    });
    this.dependables = [permissions, asDeployed.dependable];
  }
}

function permissionsOf({ workspace, options }: KeyGeneratorProps, functionName: string, logGroupArn: string) {
  const { partition, account, region } = workspace.location;
  const secrets = `arn:${partition}:secretsmanager:${region}:${account}:secret:${NAME_PREFIX}/${workspace.name}/*/private-key-??????`;
  // The role's credentials, or iam:PassRole for it, give nothing to anyone else: only this function may use the role.
  const Condition = {
    ArnEquals: {
      "lambda:SourceFunctionArn": `arn:${partition}:lambda:${region}:${account}:function:${functionName}`,
    },
  };
  return [
    {
      Sid: "WriteKeysNeverRead",
      Effect: "Allow" as const,
      Action: LOAD_SECRET,
      Resource: secrets,
      Condition,
    },
    {
      // Secrets Manager makes these calls in the function's name, and it is not known to pass on lambda:SourceFunctionArn.
      // Decrypt is for a repeated PutSecretValue, and reads nothing without GetSecretValue.
      Sid: "EncryptBySecretsManager",
      Effect: "Allow" as const,
      Action: ENCRYPT_SECRET,
      Resource: workspace.encryptionKeyArn,
      Condition: {
        StringLike: {
          "kms:ViaService": viaSecretsManager(workspace.location),
          "kms:EncryptionContext:SecretARN": secrets,
        },
      },
    },
    {
      Sid: "WriteOwnLog",
      Effect: "Allow" as const,
      Action: WRITE_LOG,
      Resource: `${logGroupArn}:*`,
      Condition,
    },
    ...(workspace.alertRules.length > 0
      ? [
          {
            Sid: "SeeThatAlertsAreOn",
            Effect: "Allow" as const,
            Action: SEE_ALERT_RULE,
            Resource: workspace.alertRules.map(
              (name) => `arn:${partition}:events:${region}:${account}:rule/${name}`,
            ),
            Condition,
          },
        ]
      : []),
    ...(options.vpc ? networkPermissions(Condition) : []),
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
