import type { GuardFact } from "../facts";
import { say } from "./phrase";
import { SETTINGS } from "./settings";
import type { Texts } from "./texts";

export const guardTexts: Texts<GuardFact> = {
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
};
