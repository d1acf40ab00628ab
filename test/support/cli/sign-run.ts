import { spawn } from "node:child_process";
import { once } from "node:events";
import { bin, type Outcome } from "./run-cli";

export interface Setting {
  /** Variables besides PATH; nothing else of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

const environment = (env: Setting["env"]) => ({ PATH: process.env["PATH"] ?? "", ...env });

/** Runs the command as a program does: in a session of its own, with no terminal to ask on. */
export async function ledgerApiUser(
  args: readonly string[],
  { env, input = "" }: Setting = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [bin(), ...args], { env: environment(env), detached: true });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  child.stdin.on("error", () => {}); // it may end before it has read everything
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, ...output };
}

/** A person at a terminal, a real one (pty(7)): types ahead, waits for the question, answers. */
const TERMINAL = `
import json, os, pty, sys
spec = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvpe(spec["argv"][0], spec["argv"], spec["env"])
os.write(terminal, spec["typedAhead"].encode())
screen, answered = b"", False
while True:
    try:
        text = os.read(terminal, 4096)
    except OSError: # EIO: the program has ended
        break
    if not text:
        break
    screen += text
    if not answered and b"[y/N] " in screen:
        answered = True
        os.write(terminal, spec["answer"].encode())
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({"code": code, "screen": screen.decode().replace("\\r\\n", "\\n")}, sys.stdout)`;

export interface Person {
  readonly env?: Readonly<Record<string, string>>;
  readonly answer: string;
  readonly typedAhead?: string;
  /** for the shell: `< challenge > jws`. */
  readonly redirect?: string;
}

/** Runs the command on a terminal. */
export async function onTerminal(
  args: readonly string[],
  { env, answer, typedAhead = "", redirect = "" }: Person,
): Promise<{ code: number; screen: string }> {
  const argv = ["sh", "-c", `exec "$0" "$@" ${redirect}`, process.execPath, bin(), ...args];
  const python = spawn("python3", ["-c", TERMINAL], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  python.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  python.stdin.end(JSON.stringify({ argv, env: { ...environment(env), NO_COLOR: "1" }, answer, typedAhead }));
  await once(python, "close");
  return JSON.parse(output);
}
