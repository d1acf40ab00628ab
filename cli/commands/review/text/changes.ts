import { say } from "./phrase";
import { SETTINGS } from "./settings";
import { type Texts, whoText } from "./texts";

const BESIDES = {
  action: say`is an action`,
  "deferred change": say`is a change that is left to another run`,
  "deferred action": say`is an action that is left to another run`,
};

export const changeTexts = {
  setting: ({ setting, attributes, from, to }) =>
    from === undefined || to === undefined
      ? say`${SETTINGS[setting]}: ${attributes}`
      : say`${SETTINGS[setting]}: ${from} to ${to}`,
  "kept short": ({ days }) => say`what it records is kept for less than a year: ${days} days`,
  "guard gone": ({ type, name, how }) => {
    const kind = say`the ${type.replace(/^aws_/, "").replaceAll("_", " ")}`;
    const gone = how === "removed" ? say`is removed` : say`is no longer managed by Terraform`;
    return name === undefined ? say`${kind} ${gone}` : say`${kind} ${name} ${gone}`;
  },
  "watched elsewhere": ({ name }) =>
    say`rules of another stack take over what the rule ${name} watches: apply that stack first`,
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
  "foreign read": ({ type }) =>
    say`is a read of the type ${type}, which no stack of this package makes: have security read it`,
  "foreign provider": ({ source }) =>
    say`is the provider ${source}, and the stacks of this package have one provider only, AWS's own`,
  "provider setting": ({ setting }) =>
    say`has the setting ${setting}, which the stacks of this package do not have: have security read it`,
  "not pinned": ({ to }) =>
    to === "account"
      ? say`is not pinned to one account (${"allowed_account_ids"}): Terraform would work in any`
      : say`has no ${"region"} of its own: Terraform would work in any`,
  elsewhere: ({ arn }) => say`is of another account or region than ${arn}, which the state has`,
  module: ({ source }) =>
    say`is a module, from ${source}, and the stacks of this package have none: have security read it`,
  provisioner: ({ provisioner }) =>
    say`**runs commands**, by the provisioner ${provisioner}: have security read them`,
  "not ours": ({ attributes }) =>
    say`is not configured as this version of the package does it: ${attributes}`,
  "conditions gone": () =>
    say`lacks the conditions that this package gives it: nothing checks what it finds or makes`,
  "not configured": () => say`is in no configuration of this plan: the plan was edited`,
  contradicts: ({ attributes }) =>
    say`is planned otherwise than it is configured: ${attributes}; find out who edited the plan, or what ignores changes`,
  "no configuration": () =>
    say`has no configuration in it: nobody can see what it runs and reads; give the output of terraform show -json`,
  unexplained: ({ attributes }) =>
    say`changes in a way that this review cannot explain: ${attributes}; have security read it`,

  "unknown part": ({ part }) =>
    say`has the part ${part}, which this version does not know: have security read it`,
  "done besides": ({ what, type }) =>
    say`${BESIDES[what]}${type === undefined ? say`` : say` of the type ${type}`}, which this review does not judge: have security read it`,
  "check does not pass": ({ status }) => say`this check does not pass: ${status}`,
  "partial plan": () => say`is partial: it leaves changes to another run, which this review does not see`,
} satisfies Partial<Texts>;
