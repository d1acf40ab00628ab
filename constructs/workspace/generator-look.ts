import { DataAwsLambdaCodeSigningConfig } from "@cdktf/provider-aws/lib/data-aws-lambda-code-signing-config";
import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import { Fn, type ITerraformDependable, type Precondition, TerraformLocal, Token } from "cdktf";
import { Construct } from "constructs";
import { generatorCodeSha256 } from "../../functions/key-generator/zip";
import { GENERATOR } from "../../rules/key-generator";
import type { ILedgerWorkspace } from "./interface";

export interface GeneratorLookProps {
  readonly workspace: ILedgerWorkspace;
  readonly functionName: string;
  /** Preconditions of looking at it. @default - none */
  readonly conditions?: Precondition[];
}

/** A list in one line, in an order that does not depend on AWS; empty if there is none. */
const inOneLine = (list: string) => `try(join(",", sort(${list})), "")`;

/** A text, which is empty if there is none. */
const textOrNone = (text: string) => `try(coalesce(${text}), "")`;

/** The settings of a function, as the AWS provider shows them, in Terraform's language. Each is a text. */
const SETTINGS = {
  handler: "self.handler",
  runtime: "self.runtime",
  architecture: inOneLine("self.architectures"),
  role: "self.role",
  "container image": textOrNone("self.image_uri"),
  layers: inOneLine("self.layers"),
  "file systems": inOneLine("self.file_system_config[*].arn"),
  // Variables that the caller cannot decrypt are not shown: there is an environment, and it has none.
  "environment variables":
    'length(self.environment) == 0 ? "" : try(join(",", keys(self.environment[0].variables)), "hidden")',
  "key of the environment variables": textOrNone("self.kms_key_arn"),
  subnets: inOneLine("self.vpc_config[0].subnet_ids"),
  "security groups": inOneLine("self.vpc_config[0].security_group_ids"),
  "time limit": "tostring(self.timeout)",
  memory: "tostring(self.memory_size)",
} as const;

/**
 * Looks at the function that makes keys, and fails plan or apply unless its newest published version is, as a whole, what this
 * package deploys, and its unpublished code is the same. The AWS provider does not check that: it compares `source_code_hash` with
 * the state and never with AWS.
 *
 * Only a version runs, and a version cannot be changed. `$LATEST` must be the same all the same: it has the same role, so that
 * whoever changes it could fill a secret while that is empty, and the version would answer with the key that it finds.
 */
export class GeneratorLook extends Construct {
  /** Token: the number of the version that was looked at. */
  readonly version: string;
  /** Read before a key is asked for. */
  readonly dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, { workspace, functionName, conditions }: GeneratorLookProps) {
    super(scope, id);
    const declared = `local.${new TerraformLocal(this, "Declared", settingsOf(workspace)).friendlyUniqueId}`;
    const fix = fixFor(workspace);
    const what = `of the key generator ${functionName}, last changed \${self.last_modified}, `;
    const newest = new DataAwsLambdaFunction(this, "Newest", {
      functionName,
      lifecycle: {
        precondition: conditions,
        postcondition: [
          {
            condition: '${self.version != "$LATEST"}',
            errorMessage: `The key generator ${functionName} has no published version. ${fix}`,
          },
          {
            condition: `\${${this.isReviewed(workspace.options.codeSigningConfig)}}`,
            errorMessage: `Version \${self.version} ${what}has other code than this package. ${fix}`,
          },
          hasSettings(declared, `Version \${self.version} ${what}`, fix),
        ],
      },
    });
    const unpublished = new DataAwsLambdaFunction(this, "Unpublished", {
      functionName,
      qualifier: "$LATEST",
      lifecycle: {
        precondition: conditions,
        postcondition: [
          {
            condition: `\${self.code_sha256 == ${newest.fqn}.code_sha256}`,
            errorMessage: `The unpublished state ($LATEST) ${what}has other code than its newest version. ${fix}`,
          },
          hasSettings(declared, `The unpublished state ($LATEST) ${what}`, fix),
        ],
      },
    });
    this.version = newest.version;
    this.dependables = [newest, unpublished];
  }

  /** Whether a version has this package's code, or is signed by one whom the configuration trusts. Where it only warns, others get past it. */
  private isReviewed(codeSigningConfig?: string): string {
    const isOurs = `self.code_sha256 == "${generatorCodeSha256()}"`;
    if (codeSigningConfig === undefined) return isOurs;
    const { fqn } = new DataAwsLambdaCodeSigningConfig(this, "Signing", { arn: codeSigningConfig });
    const trusted = `flatten([for each in ${fqn}.allowed_publishers : tolist(each.signing_profile_version_arns)])`;
    const isSigned = `contains(${trusted}, ${textOrNone("self.signing_profile_version_arn")})`;
    return `${isOurs} || (self.code_signing_config_arn == ${fqn}.arn && ${isSigned})`;
  }
}

/** What the settings must be. */
function settingsOf({ generatorRoleArn, options }: ILedgerWorkspace): Record<keyof typeof SETTINGS, string> {
  const { subnetIds = [], securityGroupIds = [] } = options.vpc ?? {};
  // What tokens stand for, only Terraform can sort.
  const list = (ids: readonly string[]) =>
    ids.some(Token.isUnresolved) ? Fn.join(",", Fn.sort([...ids])) : [...ids].sort().join(",");
  return {
    handler: GENERATOR.handler,
    runtime: GENERATOR.runtime,
    architecture: GENERATOR.architecture,
    role: generatorRoleArn,
    "container image": "",
    layers: "",
    "file systems": "",
    "environment variables": "",
    "key of the environment variables": "",
    subnets: list(subnetIds),
    "security groups": list(securityGroupIds),
    "time limit": String(GENERATOR.timeout),
    memory: String(GENERATOR.memorySize),
  };
}

/** A postcondition that names the settings that differ. */
function hasSettings(declared: string, what: string, fix: string) {
  const found = Object.entries(SETTINGS).map(([name, setting]) => `${JSON.stringify(name)} = ${setting}`);
  const differing = `[for name, found in { ${found.join(", ")} } : name if found != ${declared}[name]]`;
  return {
    condition: `\${length(${differing}) == 0}`,
    errorMessage: `${what}differs from what this package deploys, in: \${join(", ", ${differing})}. ${fix}`,
  };
}

function fixFor({ name, location }: ILedgerWorkspace): string {
  return `If the package or the workspace's settings have changed, apply the workspace's stack first (a fleet calls it ${name}-${location.region}). If that changes nothing, somebody changed the function: see docs/alerts.md, and make it again with terraform apply -replace=ADDRESS in that stack, where terraform state list shows the ADDRESS, aws_lambda_function.NAME.`;
}
