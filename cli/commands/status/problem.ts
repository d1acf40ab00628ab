import { generalFailure, isDenied, nameOf } from "../../../aws/failure";
import { Failure } from "../../../messages/failure";

/**
 * An `alarm` is something wrong; `not seen` is something that could not be read, so that nobody knows whether it is right; `to do` is the
 * next step of onboarding.
 */
export type Level = "alarm" | "not seen" | "to do";

export interface Problem {
  readonly level: Level;
  /** What it is about: a user's address, a role, a topic, the workspace. */
  readonly subject: string;
  readonly problem: string;
  readonly fix: string;
}

const ofLevel =
  (level: Level) =>
  (subject: string, problem: string, fix: string): Problem => ({ level, subject, problem, fix });

export const alarm = ofLevel("alarm");
export const notSeen = ofLevel("not seen");
export const toDo = ofLevel("to do");

/**
 * A part of the status that could not be asked for at all.
 *
 * @throws the error if it is not a Failure
 */
export function notAsked(subject: string, error: unknown): Problem {
  if (!(error instanceof Failure)) throw error;
  return notSeen(subject, error.what, error.fix);
}

/**
 * What AWS did not answer.
 *
 * @throws Failure if AWS cannot be asked at all
 */
export function unseen(
  subject: string,
  what: string,
  { actions, region }: { actions: string; region: string },
  error: unknown,
): Problem {
  const general = generalFailure(error, region);
  if (general) throw general;
  const [why, fix] = isDenied(error)
    ? ["AWS denies it", `give your role ${actions}`]
    : [nameOf(error), "try again"];
  return notSeen(subject, `${what} could not be read (${why})`, fix);
}
