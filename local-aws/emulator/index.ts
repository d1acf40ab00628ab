/** The embedded AWS: moto and the function runner behind one endpoint on the loopback interface. */
import { privateFolder } from "../private-folder";
import type { Call } from "./calls";
import { type Access, awsEnvironment } from "./environment";
import { FunctionRunner } from "./function-runner";
import { startMoto } from "./moto";
import { type Interceptor, type ProxyOptions, type SharedMoto, startProxy } from "./proxy";
import { SessionTokens } from "./session-tokens";

export type { Answer, Call } from "./calls";
export { CUT, type Interceptor } from "./proxy";

/** Where an embedded AWS is, be it in this process or another. */
export interface AwsEndpoint extends Access {
  /** The variables that lead an AWS SDK, the AWS CLI or Terraform to an account and region of it. */
  env(account: string, region: string): Record<string, string>;
  stop(): Promise<void>;
}

/** An embedded AWS in this process. */
export interface LocalAws extends AwsEndpoint {
  /** The calls since the start, in the order in which they came. */
  calls(): readonly Call[];
  /** Lets `interceptor` see each call first; returns the way to remove it. */
  intercept(interceptor: Interceptor): () => void;
  /** Kills the running invocations of a function, as a crash would. */
  killFunction(functionName: string): void;
}

export interface LocalAwsOptions {
  /** Where it keeps logs, functions' code and, if need be, moto itself: `.local`. */
  readonly directory: string;
  /** Called with what takes long. @default nothing is reported */
  readonly log?: (line: string) => void;
  readonly admin?: ProxyOptions["admin"];
  /** A moto that runs already and is not ended with this embedded AWS. @default one of its own */
  readonly moto?: SharedMoto;
}

/** Starts an embedded AWS, empty, that ends with this process. */
export async function startLocalAws({
  directory,
  log = () => {},
  admin,
  moto: shared,
}: LocalAwsOptions): Promise<LocalAws> {
  privateFolder(directory);
  const moto = shared ?? (await startMoto(directory, log));
  const tokens = new SessionTokens();
  const functions = new FunctionRunner(directory, tokens);
  const proxy = await startProxy({ moto, functions, tokens, admin });
  const access = { endpoint: proxy.endpoint, sessionToken: tokens.ofRun };
  return {
    ...access,
    env: (account, region) => awsEnvironment(access, account, region),
    calls: () => proxy.calls,
    intercept: (interceptor) => {
      proxy.interceptors.add(interceptor);
      return () => proxy.interceptors.delete(interceptor);
    },
    killFunction: (functionName) => functions.kill(functionName),
    stop: async () => {
      await functions.stop();
      await proxy.stop();
      if ("stop" in moto) await moto.stop();
    },
  };
}
