import { ExitCode } from "../../messages/failure";

let code: number = ExitCode.DONE;

/** How the command will end if nothing else goes wrong: 1 where its answer is no. It must not end before it has ended. */
export function endWith(exitCode: number): void {
  code = exitCode;
}

/** Takes back what an earlier command of this process set, and returns it. */
export function takeExitCode(): number {
  const taken = code;
  code = ExitCode.DONE;
  return taken;
}
