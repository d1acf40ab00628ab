/**
 * What somebody should know. An `alarm` is wrong; `not seen` was asked for and could not be read, so that nobody knows whether it is
 * right; `to do` is what onboarding goes on with.
 */
export interface Problem {
  readonly level: "alarm" | "not seen" | "to do";
  /** What it is about: a user's address, a role, a topic, the workspace. */
  readonly subject: string;
  readonly problem: string;
  readonly fix: string;
}

export const alarm = (subject: string, problem: string, fix: string): Problem => ({
  level: "alarm",
  subject,
  problem,
  fix,
});

export const notSeen = (subject: string, problem: string, fix: string): Problem => ({
  level: "not seen",
  subject,
  problem,
  fix,
});

export const toDo = (subject: string, problem: string, fix: string): Problem => ({
  level: "to do",
  subject,
  problem,
  fix,
});
