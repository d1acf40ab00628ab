import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CUT } from "../../../local-aws/emulator";
import type { Deployment } from "./deployment";

/** How a run of Terraform breaks off at a call of AWS. Where an answer is lost, the provider may ask again and go on. */
export type End = "refused" | "lost" | "killed before" | "killed after";

/** At which call: the nth of its action. Or all is done, and the state was not written. */
export type Break =
  | { readonly action: string; readonly nth?: number; readonly end: End }
  | { readonly end: "state not written" };

export interface Broken {
  /** Whether that call came. */
  readonly struck: boolean;
  /** Whether Terraform went through all the same. */
  readonly done: boolean;
  /** Whether AWS and the state are as they were before. */
  readonly untouched: boolean;
  /** What Terraform said. */
  readonly said: string;
}

const REFUSED = {
  status: 400,
  headers: { "x-amzn-errortype": "AccessDeniedException" },
  body: { __type: "AccessDeniedException", message: "no, says a test" },
};

const isReading = (action: string) => /^(Get|Describe|List)/.test(action);

/** Applies a stack, and has that break off. */
export async function breakOff(deployment: Deployment, stack: string, where: Break): Promise<Broken> {
  const file = join(deployment.stack(stack), "terraform.tfstate");
  const read = () => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
  const state = read();
  const calls = deployment.aws.calls().length;
  if (where.end === "state not written") {
    await deployment.apply(stack);
    if (state === undefined) rmSync(file);
    else writeFileSync(file, state);
    return { struck: true, done: false, untouched: false, said: "" };
  }
  const run = await applyUntil(deployment, stack, where);
  // Terraform does not write a state in a file as a whole. Who was killed meanwhile takes the one from before.
  if (!isWhole(read())) copyFileSync(`${file}.backup`, file);
  const made = deployment.aws.calls().slice(calls);
  const untouched =
    read() === state && made.every(({ action, status }) => isReading(action) || status === REFUSED.status);
  return { ...run, untouched };
}

function isWhole(state = "{}"): boolean {
  try {
    JSON.parse(state);
    return true;
  } catch {
    return false;
  }
}

async function applyUntil(
  deployment: Deployment,
  stack: string,
  { action, nth = 1, end }: Exclude<Break, { end: "state not written" }>,
): Promise<Omit<Broken, "untouched">> {
  const terraform = await deployment.startRun(stack, "apply", "-auto-approve");
  const exited = once(terraform, "exit");
  const stderr = text(terraform.stderr);
  terraform.stdout.resume();
  let seen = 0;
  const stop = deployment.aws.intercept(async (call, forward) => {
    if (call.action !== action || call.caller !== undefined || ++seen !== nth) return undefined;
    if (end === "refused") return REFUSED;
    if (end !== "killed before") await forward();
    if (end !== "lost") {
      terraform.kill("SIGKILL");
      await exited;
    }
    return CUT as typeof CUT;
  });
  const [code] = await exited.finally(stop);
  return { struck: seen >= nth, done: code === 0, said: await stderr };
}
