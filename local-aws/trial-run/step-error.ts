/** A step that failed: which one, what was said, and what to do. */
export class StepError extends Error {
  override readonly name = "StepError";

  constructor(
    readonly step: string,
    readonly said: string,
    readonly fix: string,
  ) {
    super(`${step}: ${said}`);
  }
}

/** Adds to an error which step failed, and what to do. */
export function asStep(step: string, fix: string) {
  return (error: unknown): never => {
    if (error instanceof StepError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new StepError(step, said, fix);
  };
}
