import { say } from "./phrase";
import { SETTINGS } from "./settings";
import { type Texts, whoText } from "./texts";

export const changeTexts = {
  setting: ({ setting, attributes, from, to }) =>
    from === undefined || to === undefined
      ? say`${SETTINGS[setting]}: ${attributes}`
      : say`${SETTINGS[setting]}: ${from} to ${to}`,
  "guard gone": ({ type, name, how }) => {
    const kind = say`the ${type.replace(/^aws_/, "").replaceAll("_", " ")}`;
    const gone = how === "removed" ? say`is removed` : say`is no longer managed by Terraform`;
    return name === undefined ? say`${kind} ${gone}` : say`${kind} ${name} ${gone}`;
  },
  "setting known later": ({ attributes }) => say`${attributes} will be known after apply only: see it then`,
  changed: ({ actions, attributes }) => {
    const done =
      actions.length === 1 && actions[0] === "update" && attributes.length > 0
        ? say`update`
        : say`${actions}`;
    return attributes.length > 0 ? say`${done} of ${attributes}` : done;
  },
  "unknown actions": ({ actions }) => say`does something that this version does not know: ${actions}`,
  "moved in the state": ({ from }) => say`moves in the state from ${from}`,
  "changed outside Terraform": ({ address, attributes }) =>
    say`${address} was changed **outside Terraform** (${attributes}): find out by whom`,
  "deleted outside Terraform": ({ address }) =>
    say`${address} was deleted **outside Terraform**: find out by whom`,
  "foreign type": ({ type }) =>
    say`is of the type ${type}, which no stack of this package makes: have security read it`,
  "further policy of a role": ({ role }) =>
    say`is a policy of the role ${whoText(role)} beside the key generator's own one: have security read it`,
  "role with further permissions": () => say`is made with permissions that no role of this package has`,
  "check does not pass": () => say`this check does not pass`,
  "partial plan": () => say`is partial: it leaves changes to another run, which this review does not see`,
} satisfies Partial<Texts>;
