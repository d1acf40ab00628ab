import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import { Construct } from "constructs";

/** The function's code, built by `npm run build` below the package's root, from sources and package alike. */
export function generatorZip(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const zip = join(folder, "dist", "functions", "key-generator.zip");
  if (!existsSync(zip)) throw new Error(`${zip} is missing; run npm run build in ${folder}`);
  return zip;
}

/** What Lambda calls CodeSha256: a reviewer can compare it with the hash of their own build. */
export function generatorCodeSha256(): string {
  return createHash("sha256").update(readFileSync(generatorZip())).digest("base64");
}

export interface GeneratorCodeProps {
  readonly functionName: string;
  /** ARN of the code signing configuration that vouches for the code in place of its hash: signing a zip changes it. */
  readonly codeSigningConfig?: string;
}

/**
 * Looks whether the function that is to make keys is the one of this package, with nothing put beside it. The AWS provider does
 * not: it compares `source_code_hash` with the state and never with AWS, so that code which somebody changed stays, unseen.
 */
export class GeneratorCode extends Construct {
  /** What is read before a key is asked for; it fails plan or apply where the code is another. */
  readonly dependable: DataAwsLambdaFunction;

  constructor(scope: Construct, id: string, { functionName, codeSigningConfig }: GeneratorCodeProps) {
    super(scope, id);
    const signed = codeSigningConfig ? ` || self.code_signing_config_arn == "${codeSigningConfig}"` : "";
    this.dependable = new DataAwsLambdaFunction(this, "Resource", {
      functionName,
      lifecycle: {
        postcondition: [
          {
            condition: `\${self.code_sha256 == "${generatorCodeSha256()}"${signed}}`,
            errorMessage: `The key generator's code is not that of this version: apply the workspace's stack of this version first. If that changes nothing, somebody changed the function: see docs/alerts.md, and put it back with terraform apply -replace.`,
          },
          {
            condition: `\${try(length(self.layers), 0) == 0 && try(length(self.environment[0].variables), 0) == 0}`,
            errorMessage:
              "The key generator has layers or environment variables, which this package gives it none of: somebody changed the function; see docs/alerts.md, and put it back with terraform apply -replace.",
          },
        ],
      },
    });
  }
}
