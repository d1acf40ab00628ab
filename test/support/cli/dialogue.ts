import { spawn } from "node:child_process";
import { once } from "node:events";
import { bin } from "./process";

/** A person at a terminal, a real one (pty(7)), who waits for each question and answers it; who may also type ahead. */
const TERMINAL = `
import json, os, pty, signal, subprocess, sys
spec = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvpe(spec["argv"][0], spec["argv"], spec["env"])
os.write(terminal, spec["typedAhead"].encode())
screen, seen, turns = b"", 0, spec["turns"]
while True:
    try:
        text = os.read(terminal, 4096)
    except OSError: # EIO: the program has ended
        break
    if not text:
        break
    screen += text
    while turns and turns[0][0].encode() in screen[seen:]:
        seen = len(screen)
        answer = turns.pop(0)[1]
        if isinstance(answer, str):
            os.write(terminal, answer.encode())
        else: # to the command alone, which the shell has started
            child = subprocess.check_output(["pgrep", "-P", str(pid)])
            os.kill(int(child), signal.Signals[answer["signal"]])
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({"code": code, "screen": screen.decode().replace("\\r\\n", "\\n")}, sys.stdout)`;

export interface Dialogue {
  readonly env: Readonly<Record<string, string>>;
  /** What each question has in it, and what is typed then, or the signal that the command gets (with a shell around it). */
  readonly turns: readonly (readonly [question: string, answer: string | { readonly signal: string }])[];
  readonly typedAhead?: string;
  /** A shell's line around the command, `"$@"`. @default the command alone */
  readonly shell?: string;
}

/** Runs the command on a terminal; answers with all that stood on it. */
export async function onTerminal(
  args: readonly string[],
  { env, turns, typedAhead = "", shell = 'exec "$@"' }: Dialogue,
): Promise<{ code: number; screen: string }> {
  const argv = ["sh", "-c", shell, "sh", process.execPath, bin(), ...args];
  const python = spawn("python3", ["-c", TERMINAL], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  python.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  python.stdin.end(JSON.stringify({ argv, env: { NO_COLOR: "1", ...env }, turns, typedAhead }));
  await once(python, "close");
  return JSON.parse(output);
}
