import { generalFailure, isDenied, nameOf } from "../../../aws/failure";
import { notSeen, type Problem } from "./problem";

/**
 * What AWS did not tell.
 *
 * @throws Failure where it can be asked nothing at all
 */
export function unseen(
  subject: string,
  what: string,
  { actions, region }: { actions: string; region: string },
  error: unknown,
): Problem {
  const general = generalFailure(error, region);
  if (general) throw general;
  const why = isDenied(error) ? "AWS denies it" : nameOf(error);
  return notSeen(
    subject,
    `${what} could not be read (${why})`,
    isDenied(error) ? `give your role ${actions}` : "try again",
  );
}
