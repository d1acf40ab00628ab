import type { OfStatement } from "../facts";
import { type Phrase, say } from "./phrase";
import { rightText, type Texts, whoText } from "./texts";

const named = ({ statement, effect }: OfStatement): Phrase =>
  statement === "" ? say`a statement (${effect})` : say`statement ${statement}`;

const WEAKER = say`its policy is weaker:`;

export const accessTexts = {
  gains: ({ role, right }) => say`${whoText(role)} **gains** the right to ${rightText(right)}`,
  loses: ({ role, right }) => say`${whoText(role)} **loses** the right to ${rightText(right)}`,
  "not a single role": ({ role, right }) => say`${role}, which is not a single role, may ${rightText(right)}`,
  "signer not registered": ({ role, right }) =>
    say`${role} may ${rightText(right)}, and the registration does not name it as a signer`,
  "policy known later": ({ right }) =>
    right === undefined
      ? say`its policy will be known after apply only: nobody can review it now`
      : say`who may ${rightText(right)} will be known after apply only`,
  "policy not comparable": () => say`its policy is not JSON that can be compared: read it by hand`,
  "removal protection off": ({ actions }) =>
    say`**removal protection is turned off**: ${actions} is no longer denied to everyone`,
  "made without lock": ({ right }) =>
    say`it is made without a lock: its policy denies nobody to ${rightText(right)}`,
  "made without removal protection": () => say`it is made without removal protection`,
  "made without recovery": () =>
    say`it is made **without a recovery window**: what deletes it, deletes it for good. Ledger Enterprise still trusts a key that is lost: revoke its user`,
  "statement not comparable": ({ change, ...statement }) =>
    say`${WEAKER} ${named(statement)} is ${change === "added" ? say`new` : say`gone`}, and this review cannot compare it: read it by hand`,
  "denies less": ({ actions, inFewerCases, role, ...statement }) => {
    if (inFewerCases) return say`${WEAKER} ${named(statement)} denies in fewer cases than before: ${actions}`;
    return role === undefined
      ? say`${WEAKER} ${named(statement)} no longer denies ${actions}`
      : say`${WEAKER} ${named(statement)} no longer denies ${role}: ${actions}`;
  },
  "allows services less": ({ services, actions, ...statement }) =>
    say`${WEAKER} ${named(statement)} no longer allows ${services}: ${actions}`,
  "allows more": ({ whom, actions, ...statement }) =>
    say`${WEAKER} ${named(statement)} allows more than before${whom.length > 0 ? say` to ${whom}` : say``}: ${actions}`,
} satisfies Partial<Texts>;
