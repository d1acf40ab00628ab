import type { Fact, Subject } from "../facts";
import { accessTexts } from "./access";
import { changeTexts } from "./changes";
import { keyTexts } from "./keys";
import { type Phrase, say } from "./phrase";
import { stackTexts } from "./stacks";
import type { Texts } from "./texts";
import { userTexts } from "./users";

const TEXTS: Texts = { ...userTexts, ...accessTexts, ...keyTexts, ...changeTexts, ...stackTexts };

/** A fact in words, the predicate of a sentence about its subject. */
export const textOf = (fact: Fact): Phrase => (TEXTS[fact.fact] as (fact: Fact) => Phrase)(fact);

export function subjectText(subject: Subject): Phrase {
  if ("username" in subject) {
    const { workspace, username } = subject;
    return say`${workspace === undefined ? username : `${workspace}/${username}`}`;
  }
  if ("address" in subject) return say`${subject.address}`;
  if ("type" in subject) return say`${subject.type}`;
  if ("stack" in subject) return say`stack ${subject.stack}`;
  if ("output" in subject) return say`output ${subject.output}`;
  return subject.whole === "plan" ? say`the plan` : say`the change`;
}
