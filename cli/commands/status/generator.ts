/** Whether the key generator in AWS is what this package deploys: its newest version, and what is not published. */
import type { FunctionConfiguration, LambdaClient } from "@aws-sdk/client-lambda";
import type { AwsClients } from "../../../aws/clients";
import { nameOf } from "../../../aws/failure";
import { generatorCodeSha256 } from "../../../functions/key-generator/zip";
import { generatorFunctionName, generatorRoleArn } from "../../../registration/read";
import { GENERATOR } from "../../../rules/key-generator";
import type { Place } from "./api-users";
import { alarm, type Problem, unseen } from "./problem";

/** What of a function's configuration decides nothing about the code that runs. Whatever AWS adds to it later counts. */
const DECIDES_NOTHING = new Set([
  ...["CodeSize", "ConfigSha256", "Description", "FunctionArn", "FunctionName", "LastModified", "RevisionId"],
  ...["Version", "State", "StateReason", "StateReasonCode", "LastUpdateStatus", "LastUpdateStatusReason"],
  ...["LastUpdateStatusReasonCode", "SigningJobArn", "SigningProfileVersionArn", "DeadLetterConfig"],
  // Lambda's own patches of the runtime come with another of these: docs/threat-model.md.
  ...["EphemeralStorage", "LoggingConfig", "RuntimeVersionConfig", "SnapStart", "TracingConfig", "$metadata"],
]);

/** @param made whether a key that it made is registered, so that it has to be there */
export async function generatorProblems(
  place: Place,
  clients: AwsClients,
  made: boolean,
): Promise<Problem[]> {
  const { workspace, region } = place;
  const subject = `key generator of ${workspace} in ${region}`;
  const stack = `${workspace}-${region}`;
  try {
    const client = await clients.lambda(region);
    const { newest, unpublished } = await statesOf(client, generatorFunctionName(workspace));
    if (newest === undefined)
      return [
        alarm(subject, "has no published version", `apply the stack ${stack} of this version of the package`),
      ];
    const fix = `if the package or workspace.yaml has changed, apply the stack ${stack}; otherwise find in CloudTrail who changed it, and apply that stack with -replace (docs/alerts.md)`;
    const declared = await settingsOf(place, newest, client);
    const states = [
      { name: `version ${newest.Version}`, state: newest, expected: declared },
      {
        name: "what is not published ($LATEST)",
        state: unpublished,
        expected: { ...declared, code: newest.CodeSha256 ?? "" },
      },
    ];
    return states.flatMap(({ name, state, expected }) => {
      const differing = differences(partsOf(state), expected);
      if (differing.length === 0) return [];
      const what = `${name}, last changed ${state.LastModified}, is not what this package deploys: it differs in ${differing.join(", ")}`;
      return [alarm(subject, what, fix)];
    });
  } catch (error) {
    if (nameOf(error) === "ResourceNotFoundException")
      return made
        ? [alarm(subject, "is missing", `find in CloudTrail who deleted it, and apply the stack ${stack}`)]
        : [];
    const actions = "lambda:GetFunctionConfiguration and ListVersionsByFunction";
    return [unseen(subject, "its versions", { actions, region }, error)];
  }
}

/** The newest version, by its number, and `$LATEST`, each with its whole configuration. */
async function statesOf(client: LambdaClient, FunctionName: string) {
  const { GetFunctionConfigurationCommand, ListVersionsByFunctionCommand } = await import(
    "@aws-sdk/client-lambda"
  );
  let newest = 0;
  let Marker: string | undefined;
  do {
    const page = await client.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    for (const { Version } of page.Versions ?? []) newest = Math.max(newest, Number(Version) || 0);
    Marker = page.NextMarker;
  } while (Marker);
  const stateOf = (Qualifier: string) =>
    client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));
  const unpublished = await stateOf("$LATEST");
  return { newest: newest > 0 ? await stateOf(String(newest)) : undefined, unpublished };
}

type Parts = Readonly<Record<string, string>>;

const list = (ids: readonly (string | undefined)[] = []) => [...ids].sort().join(",");

/** What decides which code runs, and with which rights, each as a text that is empty where there is none. */
function partsOf(state: FunctionConfiguration): Parts {
  const {
    CodeSha256,
    Handler,
    Runtime,
    Architectures,
    Role,
    PackageType,
    Layers,
    FileSystemConfigs,
    ...rest
  } = state;
  const { Environment, KMSKeyArn, VpcConfig, Timeout, MemorySize, ...others } = rest;
  const more = Object.entries(others)
    .filter(([name, value]) => !DECIDES_NOTHING.has(name) && value !== undefined && value !== null)
    .map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
  return {
    ...Object.fromEntries(more),
    code: CodeSha256 ?? "",
    handler: Handler ?? "",
    runtime: Runtime ?? "",
    architecture: list(Architectures),
    role: Role ?? "",
    package: PackageType ?? "Zip",
    layers: list(Layers?.map(({ Arn }) => Arn)),
    "file systems": list(FileSystemConfigs?.map(({ Arn }) => Arn)),
    // Variables that the caller cannot decrypt are not shown: AWS answers with an error.
    "environment variables": Environment?.Error ? "hidden" : list(Object.keys(Environment?.Variables ?? {})),
    "key of the environment variables": KMSKeyArn ?? "",
    subnets: list(VpcConfig?.SubnetIds),
    "security groups": list(VpcConfig?.SecurityGroupIds),
    "time limit": String(Timeout),
    memory: String(MemorySize),
  };
}

/** What the parts must be. Role and network are declared in the YAML; without it, both states must at least have the same. */
async function settingsOf(place: Place, newest: FunctionConfiguration, client: LambdaClient): Promise<Parts> {
  const { workspace, region, account, declaration } = place;
  const { role = "", subnets = "", "security groups": groups = "" } = partsOf(newest);
  return {
    code: (await isSigned(declaration?.codeSigningConfig, newest, client))
      ? (newest.CodeSha256 ?? "")
      : generatorCodeSha256(),
    handler: GENERATOR.handler,
    runtime: GENERATOR.runtime,
    architecture: GENERATOR.architecture,
    role: declaration ? generatorRoleArn(workspace, region, account, declaration.rolePath) : role,
    package: "Zip",
    subnets: declaration ? list(declaration.vpc?.subnetIds) : subnets,
    "security groups": declaration ? list(declaration.vpc?.securityGroupIds) : groups,
    "time limit": String(GENERATOR.timeout),
    memory: String(GENERATOR.memorySize),
  };
}

/** Whether the version is signed by one whom the declared configuration trusts. */
async function isSigned(
  CodeSigningConfigArn: string | undefined,
  { FunctionName, SigningProfileVersionArn }: FunctionConfiguration,
  client: LambdaClient,
): Promise<boolean> {
  if (CodeSigningConfigArn === undefined || SigningProfileVersionArn === undefined) return false;
  const { GetCodeSigningConfigCommand, GetFunctionCodeSigningConfigCommand } = await import(
    "@aws-sdk/client-lambda"
  );
  const [used, { CodeSigningConfig }] = await Promise.all([
    client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName })),
    client.send(new GetCodeSigningConfigCommand({ CodeSigningConfigArn })),
  ]);
  const trusted = CodeSigningConfig?.AllowedPublishers?.SigningProfileVersionArns ?? [];
  return used.CodeSigningConfigArn === CodeSigningConfigArn && trusted.includes(SigningProfileVersionArn);
}

const differences = (found: Parts, expected: Parts): string[] =>
  Object.keys(found).filter((name) => found[name] !== (expected[name] ?? ""));
