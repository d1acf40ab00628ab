import {
  DeleteFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { record, session, USER } from "../../../support/alerts/records";
import {
  account,
  declared,
  FUNCTION as FunctionName,
  fleet,
  journal,
  lambda,
  makeGenerator,
  role,
  settlement,
  status,
} from "../../../support/cli/status-run";

jest.setTimeout(120_000);

const SUBJECT = "key generator of acme-prod in eu-west-1";
const EVIL = zipSync({ "index.js": strToU8("exports.handler = async () => ({})") });

/** The problems of a fleet in order but for what a test changes. */
async function problemsOf(settings = ""): Promise<string[]> {
  const users = fleet(declared("settlement bot"), settings);
  return (await status([settlement], { args: ["--users", users] })).problems;
}

/** As the workspace's stack makes it, whatever a test did to it. */
async function asDeployed(): Promise<void> {
  await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  await makeGenerator();
}

describe("the key generator", () => {
  afterEach(asDeployed);

  test("that is what this package deploys is no problem", async () => {
    expect(await problemsOf()).toEqual([]);
  });

  test("that is not there is an alarm", async () => {
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    expect(await problemsOf()).toEqual([`alarm: ${SUBJECT}: is missing`]);
    await makeGenerator();
  });

  test("whose unpublished code was swapped, and whose newest version is foreign", async () => {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: EVIL }));
    const swapped = await problemsOf();
    expect(swapped).toEqual([
      expect.stringMatching(/^alarm: .*: what is not published \(\$LATEST\), .* it differs in code$/),
    ]);
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^alarm: .*: version 2, last changed .* it differs in code$/),
    ]);
    const { problems } = await status([settlement]);
    expect(problems).toEqual([expect.stringMatching(/version 2, .* it differs in code$/)]);
  });

  test("whose settings were changed: each is named, those too that only a newer AWS has", async () => {
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        Handler: "index.other",
        Runtime: "nodejs20.x",
        Role: role("other"),
        Timeout: 3,
        MemorySize: 1024,
      }),
    );
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    const hidden = {
      PackageType: "Image",
      Architectures: ["x86_64"],
      Environment: { Error: { ErrorCode: "AccessDeniedException", Message: "no" } },
      KMSKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
      Layers: [{ Arn: "arn:aws:lambda:eu-west-1:123456789012:layer:x:1" }],
      FileSystemConfigs: [{ Arn: "arn:aws:elasticfilesystem:x", LocalMountPath: "/mnt/x" }],
      VpcConfig: { SubnetIds: ["subnet-0a"], SecurityGroupIds: ["sg-0a"] },
      DurableConfig: { ExecutionTimeout: 60 },
    };
    const stop = account.aws.intercept(async ({ action }, forward) => {
      if (action !== "GetFunctionConfiguration") return undefined;
      const real = await forward();
      return { status: 200, body: { ...JSON.parse(String(real.body)), ...hidden } };
    });
    const problems = await problemsOf().finally(stop);
    const parts = ["DurableConfig", "handler", "runtime", "architecture", "role", "package", "layers"].concat(
      ["file systems", "environment variables", "key of the environment variables", "subnets"],
      ["security groups", "time limit", "memory"],
    );
    expect(problems).toHaveLength(2);
    for (const [index, what] of ["version 2", "what is not published ($LATEST)"].entries()) {
      expect(problems[index]).toContain(`: ${what}, last changed `);
      expect(problems[index]).toMatch(new RegExp(`it differs in ${parts.join(", ")}$`));
    }
  });

  test("whose role or network only the YAML knows is compared with it", async () => {
    const problems = await problemsOf(
      "rolePath: /custody/\nvpc: { subnetIds: [subnet-0a], securityGroupIds: [sg-0a] }\n",
    );
    // The alert rules name the role, and are another's, too.
    expect(problems).toContainEqual(
      expect.stringMatching(/version 1, .* it differs in role, subnets, security groups$/),
    );
  });

  test.each([
    "ListVersionsByFunction",
    "GetFunctionConfiguration",
  ])("is not seen where %s is denied", async (denied) => {
    const stop = account.aws.intercept(({ action }) =>
      action === denied
        ? { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: { message: "no" } }
        : undefined,
    );
    expect(await problemsOf().finally(stop)).toEqual([
      `not seen: ${SUBJECT}: its versions could not be read (AWS denies it)`,
    ]);
  });
});

describe("a change of the key generator before a key was made", () => {
  const DEPLOYER = role("terraform");
  const change = (eventID: string, detail: Record<string, unknown> = {}) =>
    record("lambda", "UpdateFunctionCode20150331v2", {
      eventID,
      requestParameters: { functionName: FunctionName },
      ...detail,
    });
  const [first, second] = ["00000001", "00000002"].map((id) => `${id}-1111-4222-8333-000000000001`);

  test("by a deployer, one that failed, and one after the key was made are no problem", async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await journal(
      change("a", { userIdentity: session(DEPLOYER, "pipeline") }),
      change("b", { errorCode: "ResourceConflictException" }),
      change("c", { eventTime: later }),
      { source: "aws.secretsmanager", detail: {} },
    );
    expect(await problemsOf()).toEqual([]);
  });

  test("by anybody else makes it suspect, until each change is looked into", async () => {
    await journal(
      change(first ?? ""),
      change(second ?? "", { userIdentity: USER, eventName: "PublishVersion20150331" }),
    );
    const [suspect, ...others] = await problemsOf();
    expect(others).toEqual([]);
    expect(suspect).toMatch(
      /^alarm: acme-prod-treasury\/settlement bot: its key was made on 2\S+Z, after changes of the key generator by others than deployers: /,
    );
    expect(suspect).toContain(
      `UpdateFunctionCode20150331v2 by arn:aws:sts::123456789012:assumed-role/mallory/alice on 2026-02-03T02:14:15.000Z (event ${first})`,
    );
    expect(suspect).toContain(
      `PublishVersion20150331 by arn:aws:iam::123456789012:user/bob on 2026-02-03T02:14:15.000Z (event ${second})`,
    );
    const looked = (...ids: (string | undefined)[]) =>
      `lookedInto: [${ids.map((event) => `{ event: ${event}, reason: a drill }`).join(", ")}]\n`;
    const [rest] = await problemsOf(looked(first));
    expect(rest).toContain(`(event ${second})`);
    expect(rest).not.toContain(first);
    expect(await problemsOf(looked(first, second))).toEqual([]);
  });

  test("cannot be told from a reviewed one without deployers", async () => {
    // The alert rules are those of a workspace with deployers, and not as declared either.
    expect(await problemsOf("deployers: []\n")).toContain(
      `not seen: ${SUBJECT}: deployers is empty: a change of it that was reviewed looks like any other`,
    );
  });

  test("is not seen where the journal cannot be read, or not as a whole", async () => {
    const stop = account.aws.intercept(({ action }) =>
      action === "FilterLogEvents"
        ? { status: 400, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: { message: "no" } }
        : undefined,
    );
    const looked = [first, second].map((event) => `{ event: ${event}, reason: a drill }`).join(", ");
    expect(await problemsOf(`lookedInto: [${looked}]\n`).finally(stop)).toEqual([
      `not seen: ${SUBJECT}: who changed it could not be read (AWS denies it)`,
    ]);
    await journal("not a record");
    expect(await problemsOf(`lookedInto: [${looked}]\n`)).toEqual([
      `not seen: ${SUBJECT}: its journal could not be read as a whole`,
    ]);
  });
});
