import { generateKeyPair } from "../../../keys";
import { type ApiCall, type Interceptor, startWorkspace, type Workspace } from "../workspace";
import { ledgerApiUser } from "./run-cli";

// A test file that imports this has a workspace with one user, new for each test, and decides as that user.

export const pair = generateKeyPair();
const LEDGER_ENTERPRISE_API_PRIVATE_KEY = pair.privateKeyPem.toString("hex");
export let workspace: Workspace;
export let env: Record<string, string>;
let secrets: readonly string[];

beforeEach(async () => {
  workspace = await startWorkspace();
  const user = workspace.addUser({ username: "settlement bot", publicKey: pair.publicKey });
  env = { ...workspace.env(user.username), LEDGER_ENTERPRISE_API_PRIVATE_KEY };
  secrets = [user.apiKeySecret, "token-", LEDGER_ENTERPRISE_API_PRIVATE_KEY.slice(100, 140)];
});
afterEach(() => workspace.stop());

/** Runs it, and looks that nothing secret is in what it says, whatever the test is about. */
export async function run(args: readonly string[], more: Record<string, string> = {}) {
  const outcome = await ledgerApiUser([...args], { env: { ...env, ...more } });
  for (const secret of secrets) expect(outcome.stdout + outcome.stderr).not.toContain(secret);
  return outcome;
}
export const decide = (action: string, id: number | string, ...more: string[]) =>
  run([action, String(id), "--yes", "--json", ...more]);

/** The last line of standard error: what was signed stands before it. */
export const complaint = (stderr: string) => stderr.trim().split("\n").at(-1);
export const isDecision = ({ method, path }: ApiCall) => method === "POST" && path.startsWith("/requests/");
export const decisions = () => workspace.calls.filter(isDecision).length;

/** Answers the first `times` calls that `which` picks. */
export function first(times: number, which: (call: ApiCall) => boolean, interceptor: Interceptor): void {
  let left = times;
  workspace.intercept((call, forward) =>
    which(call) && left-- > 0 ? interceptor(call, forward) : undefined,
  );
}

/** What is answered once the workspace has acted. */
export const instead = (_: unknown, answer: ReturnType<Interceptor>) => answer;

export const later = async (milliseconds: number, act: () => ReturnType<Interceptor>) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return act();
};
