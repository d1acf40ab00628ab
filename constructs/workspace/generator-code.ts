import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import type { Precondition } from "cdktf";
import { Construct } from "constructs";

/** The path of the function's code, which `npm run build` makes; the same in the sources and in the installed package. */
export function generatorZip(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const zip = join(folder, "dist", "functions", "key-generator.zip");
  if (!existsSync(zip)) throw new Error(`${zip} is missing; run npm run build in ${folder}`);
  return zip;
}

/** The code's hash, Lambda's CodeSha256: reviewers can compare it with the hash of their own build. */
export function generatorCodeSha256(): string {
  return createHash("sha256").update(readFileSync(generatorZip())).digest("base64");
}

export interface GeneratorCodeProps {
  readonly functionName: string;
  /** ARN of the code signing configuration that is accepted in place of the hash: signing a zip changes its hash. */
  readonly codeSigningConfig?: string;
  /** Preconditions of looking at it. @default - none */
  readonly conditions?: Precondition[];
}

/**
 * Checks that the function that makes keys has this package's code and nothing else. The AWS provider does not check it: it
 * compares `source_code_hash` with the state and never with AWS, so that it misses code that somebody changed.
 */
export class GeneratorCode extends Construct {
  /** Read before a key is asked for; it fails plan or apply if the code differs. */
  readonly dependable: DataAwsLambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { functionName, codeSigningConfig, conditions }: GeneratorCodeProps,
  ) {
    super(scope, id);
    const signed = codeSigningConfig ? ` || self.code_signing_config_arn == "${codeSigningConfig}"` : "";
    this.dependable = new DataAwsLambdaFunction(this, "Resource", {
      functionName,
      lifecycle: {
        precondition: conditions,
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
