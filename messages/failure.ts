import { ExplainedError } from "../keys/error";

/** Exit codes of every command: 0 done, 1 the answer is no, 2 usage or bad input. */
export const ExitCode = { DONE: 0, NO: 1, BAD_INPUT: 2 } as const;

/** Ends a command with one line on standard error: what is wrong, where, and how to fix it. */
export class Failure extends ExplainedError {
  constructor(
    what: string,
    fix: string,
    /** @default 2, usage or bad input */
    readonly exitCode: number = ExitCode.BAD_INPUT,
  ) {
    super(what, fix);
  }
}

/** What the operating system said, in words; its own messages repeat the call and the path. */
export function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "there is no such file or folder";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EISDIR":
      return "it is a folder";
    case "ENOTDIR":
      return "a part of the path is not a folder";
    case "EEXIST":
      return "it exists already";
    case "ELOOP":
      return "too many symbolic links";
    case "ENOSPC":
      return "no space left on the device";
    case "EROFS":
      return "the file system is read-only";
    default:
      return code ?? "unexpected error";
  }
}
