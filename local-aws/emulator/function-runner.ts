/** Runs Lambda functions: the handler of the very zip that was deployed, in a Node process of its own per invocation. */
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, normalize, relative, resolve, sep } from "node:path";
import { createInterface } from "node:readline";
import { unzipSync } from "fflate";
import { privateFolder } from "../private-folder";
import { OwnedProcess } from "../terraform/processes";
import { functionEnvironment } from "./environment";
import type { SessionTokens } from "./session-tokens";

/** What `GetFunctionConfiguration` tells of a function, as far as it is needed to run it. */
export interface FunctionConfiguration {
  readonly FunctionName: string;
  readonly FunctionArn: string;
  readonly CodeSha256: string;
  readonly Handler: string;
  readonly Runtime: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Version: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

export interface Invocation {
  readonly configuration: FunctionConfiguration;
  readonly account: string;
  readonly region: string;
  /** The event, as JSON. */
  readonly payload: string;
}

/** What the handler returned, or in which way it failed, as JSON in Lambda's own form. */
export interface Outcome {
  readonly failed: boolean;
  readonly payload: string;
}

const RUNTIME = join(__dirname, "function-runtime.mjs");

/** Loading is not counted as the function's time, as on AWS. Four times the limit there: our machines are busier. */
const LOAD_TIMEOUT_S = 40;

export class FunctionRunner {
  private readonly running = new Set<{ functionName: string; child: OwnedProcess }>();

  /**
   * @param directory where code is unzipped and logs are written
   * @param tokens of the embedded AWS that functions call
   */
  constructor(
    private readonly directory: string,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * Keeps the code of a function. Code is found again by its hash, which moto tells with the configuration: so functions of one name in two
   * accounts or regions, and versions of a function, need no bookkeeping here.
   */
  keepCode(zip: Buffer): void {
    const folder = this.codeFolder(createHash("sha256").update(zip).digest("base64"));
    if (existsSync(folder)) return;
    privateFolder(dirname(folder));
    const unfinished = `${folder}.${randomUUID()}`;
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      const file = resolve(unfinished, normalize(name));
      if (relative(unfinished, file).startsWith(".."))
        throw new Error(`zip entry outside of the zip: ${name}`);
      mkdirSync(name.endsWith("/") ? file : dirname(file), { recursive: true });
      if (!name.endsWith("/")) writeFileSync(file, bytes);
    }
    try {
      renameSync(unfinished, folder);
    } catch {
      // Another request with the same code was quicker.
      rmSync(unfinished, { recursive: true });
    }
  }

  async invoke(invocation: Invocation, endpoint: string): Promise<Outcome> {
    const { configuration, account, region, payload } = invocation;
    const requestId = randomUUID();
    if (!existsSync(this.codeFolder(configuration.CodeSha256))) {
      return failure("Runtime.ImportModuleError", requestId, "the local AWS saw no zip of this function");
    }
    const log = this.openLog(account, region, configuration.FunctionName);
    try {
      writeSync(log, `START RequestId: ${requestId} Version: ${configuration.Version}\n`);
      const child = this.start(invocation, endpoint, log);
      const entry = { functionName: configuration.FunctionName, child };
      this.running.add(entry);
      const outcome = await run(child, configuration, requestId, payload);
      this.running.delete(entry);
      writeSync(log, `END RequestId: ${requestId}\n`);
      return outcome;
    } finally {
      closeSync(log);
    }
  }

  private start({ configuration, account, region }: Invocation, endpoint: string, log: number): OwnedProcess {
    const code = this.codeFolder(configuration.CodeSha256);
    const sessionToken = this.tokens.ofFunction({
      account,
      region,
      functionName: configuration.FunctionName,
    });
    const access = { endpoint, sessionToken };
    return new OwnedProcess(process.execPath, [RUNTIME, endpoint], {
      cwd: code,
      env: {
        ...functionEnvironment(access, account, region, configuration.Environment?.Variables),
        TMPDIR: privateFolder(join(this.directory, "functions", "tmp")),
        AWS_LAMBDA_FUNCTION_NAME: configuration.FunctionName,
        AWS_LAMBDA_FUNCTION_VERSION: configuration.Version,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup(configuration),
        AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
        LAMBDA_TASK_ROOT: code,
        _HANDLER: configuration.Handler,
      },
      stdio: ["pipe", log, log],
      answers: true,
      graceMs: 500,
    });
  }

  /** Kills the running invocations of a function, as a crash of its machine would. */
  kill(functionName: string): void {
    for (const entry of this.running) if (entry.functionName === functionName) entry.child.kill();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running].map(({ child }) => child.stop()));
  }

  /** `hash` is base64; a folder's name cannot hold its slashes. */
  private codeFolder(hash: string): string {
    return join(this.directory, "functions", Buffer.from(hash, "base64").toString("hex").slice(0, 32));
  }

  private openLog(account: string, region: string, functionName: string): number {
    const folder = privateFolder(join(this.directory, "log"));
    const name = `function.${account}.${region}.${functionName.replaceAll(sep, "_")}.log`;
    return openSync(join(folder, name), "a");
  }
}

function logGroup({ FunctionName }: FunctionConfiguration): string {
  return `/aws/lambda/${FunctionName}`;
}

/** Hands the event to the child, waits for its answer, and ends the child. */
async function run(
  child: OwnedProcess,
  configuration: FunctionConfiguration,
  requestId: string,
  payload: string,
): Promise<Outcome> {
  const context = {
    awsRequestId: requestId,
    functionName: configuration.FunctionName,
    functionVersion: configuration.Version,
    invokedFunctionArn: configuration.FunctionArn,
    memoryLimitInMB: String(configuration.MemorySize),
    logGroupName: logGroup(configuration),
    logStreamName: requestId,
    timeoutMs: configuration.Timeout * 1000,
  };
  child.stdin?.end(`{"event":${payload || "{}"},"context":${JSON.stringify(context)}}`);
  let timer: NodeJS.Timeout | undefined;
  const answered = new Promise<Outcome>((resolve) => {
    const allow = (seconds: number) => {
      clearTimeout(timer);
      const late = `Error: Task timed out after ${seconds.toFixed(2)} seconds`;
      timer = setTimeout(() => resolve(failure("Sandbox.Timedout", requestId, late)), seconds * 1000);
    };
    allow(LOAD_TIMEOUT_S);
    createInterface(child.answer).on("line", (line) => {
      const message = JSON.parse(line) as { ready?: true; result?: unknown; error?: unknown };
      if (message.ready) allow(configuration.Timeout);
      else if (message.error) resolve({ failed: true, payload: JSON.stringify(message.error) });
      else resolve({ failed: false, payload: JSON.stringify(message.result) });
    });
  });
  const ended = child.exited.then(({ code, signal }) => {
    const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
    return failure("Runtime.ExitError", requestId, `Error: Runtime exited with error: ${how}`);
  });
  try {
    // The answer's last line may arrive with the end: look at it first.
    return await Promise.race([answered, ended.then((end) => settled(answered, end))]);
  } finally {
    clearTimeout(timer);
    child.kill();
    await child.exited.catch(() => {});
  }
}

/** The value of `promise` if it has one by now, else `otherwise`. */
async function settled<T>(promise: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([promise, new Promise<T>((resolve) => setImmediate(() => resolve(otherwise)))]);
}

function failure(errorType: string, requestId: string, message: string): Outcome {
  return {
    failed: true,
    payload: JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} ${message}` }),
  };
}
