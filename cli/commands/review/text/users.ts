import type { Who } from "../facts";
import { Phrase, say } from "./phrase";
import { publicKeyText, type Texts, whoText } from "./texts";

const orNothing = (value: string | undefined): Phrase => (value === undefined ? say`nothing` : say`${value}`);
const list = (all: readonly Who[]) => Phrase.join(all.map(whoText), ", ");

export const userTexts = {
  "user added": ({ role, custody, uiLabel, signers, readers }) => {
    const signs = signers.length > 0 ? say`signs: ${list(signers)}` : say`nobody signs`;
    const reads = readers.length > 0 ? say`; reads the credentials: ${list(readers)}` : say``;
    return say`is **added**: ${orNothing(role)}, custody ${orNothing(custody)}; ${signs}${reads}; to be registered as ${orNothing(uiLabel)}`;
  },
  "user removed": () => say`is **removed**: revoke it in the workspace, if that is not done`,
  "undeclared move": ({ direction }) => {
    const fix = say`put it back into the file that it was in, or declare the move with ${"movedTo"} there and ${"movedFrom"} here; if that file was renamed, write ${"stack:"} with its former name into it`;
    return direction === "leaves"
      ? say`**leaves this stack and turns up in another**, and its key does not: ${fix}`
      : say`**comes from another stack**, which has its key, and this one would make another: ${fix}`;
  },
  moved: ({ direction }) =>
    direction === "leaves"
      ? say`**moves** to another stack, and keeps its key and credentials: this stack lets go of them, and changes nothing in AWS`
      : say`**moves** here from another stack, and keeps its key and credentials: this stack takes them over as they are`,
  "other name": ({ username, workspace, keepsKey }) => {
    const other = workspace === undefined ? username : `${workspace}/${username}`;
    return keepsKey
      ? say`is called ${other} and keeps its key: the workspace has the key under the former name`
      : say`is replaced by ${other}, whose **name in AWS is another**, and with it the key: if both are one user, write the former name again; if not, declare the new one beside this one, and remove this one later`;
  },
  "looks like": ({ other, characters }) => {
    const which = characters.length > 0 ? say` (${characters})` : say``;
    return say`looks like ${other}${which}: see that both names are meant`;
  },
  "field changed": ({ field, from, to }) => say`${field} changes from ${orNothing(from)} to ${orNothing(to)}`,
  "generation promoted": ({ generation, was }) =>
    say`generation ${orNothing(generation)} is **promoted**; it was ${orNothing(was)}`,
  "stage changed": ({ generation, stage, was }) => {
    const former = was === undefined ? say`it is new` : say`it was ${was}`;
    return stage === undefined
      ? say`generation ${generation}, which was ${orNothing(was)}, is **no longer declared**`
      : say`generation ${generation} is now ${stage}; ${former}`;
  },
  "another key": ({ key, was, generation }) => {
    const which = generation === undefined ? say`to register` : say`of generation ${generation}`;
    return say`the key ${which} is **another**: ${publicKeyText(key)}; it was ${publicKeyText(was)}`;
  },
  "registration unknown": () => say`who is registered will be known after apply only`,
} satisfies Partial<Texts>;
