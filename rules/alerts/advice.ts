/** What to do about each class of alert, for the person whom it wakes. docs/alerts.md says more. */
export interface Advice {
  /** What happened, in capitals: `ACCESS DENIED`. */
  readonly title: string;
  /** What to do, a sentence each. */
  readonly advice: readonly string[];
}

export const DENIED_ADVICE: Advice = {
  title: "ACCESS DENIED",
  advice: [
    "AWS refused it: key and credentials are safe. Ask whoever it was whether they meant to.",
    "Unknown caller, or it goes on: revoke the role's sessions and call security.",
    "A service of yours: its role is not in the user's signers or readers, or lacks its own policy.",
  ],
};

export const LOCK_ADVICE: Advice = {
  title: "LOCK OF A KEY CHANGED",
  advice: [
    "No deployer did this. If no colleague did either, treat the key as stolen:",
    "suspend the API user in the Ledger Enterprise workspace, then revoke the caller's sessions.",
    "Put the lock back with terraform apply.",
  ],
};

export const WRITE_ADVICE: Advice = {
  title: "KEY WRITTEN OR MOVED",
  advice: [
    "Expected only while a key is rotated, promoted or rolled back, or a custodian loads one. Otherwise:",
    "suspend the API user in the Ledger Enterprise workspace,",
    "and run npx cdktf-ledger-api-user verify: is the key in custody the one that is registered?",
    "On …/credentials: regenerate the API Secret in the workspace, and put it again.",
    "On …/current: a promotion moves it. If none was announced, somebody led services to another key, and terraform apply",
    "-replace=ADDRESS leads them back: the ADDRESS is that of aws_lambda_invocation…Current_Move… in terraform state list.",
  ],
};

export const PENDING_ADVICE: Advice = {
  title: "PENDING KEY USED",
  advice: [
    "Nobody needs this key yet: services use the current one. Expected only while somebody proves it (verify --proof).",
    "Otherwise treat the key as stolen: suspend its user in the Ledger Enterprise workspace, revoke the caller's sessions,",
    "and make another generation pending in its place.",
  ],
};

export const GENERATOR_ADVICE: Advice = {
  title: "KEY GENERATOR CHANGED",
  advice: [
    "No deployer did this. Do not apply: a changed generator could make keys that its author knows.",
    "Compare CodeSha256 with your build; keys made since then are to be replaced.",
  ],
};

export const ALERTS_ADVICE: Advice = {
  title: "ALERTS OR TRAIL CHANGED",
  advice: [
    "No deployer did this: somebody may be about to act unseen.",
    "Put it back with terraform apply (a trail: StartLogging), then read CloudTrail's event history since.",
  ],
};

export const ROLE_ADVICE: Advice = {
  title: "ROLE MADE, TRUSTED OR WIDENED",
  advice: [
    "Who can become this role can sign, deploy or make keys. Was the change reviewed?",
    "If not: put the role's trust and policies back, revoke its sessions, and suspend its API users.",
  ],
};
