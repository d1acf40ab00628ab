import { KEY_STAGES } from "../../../../rules/generations";
import { isValues, type Values } from "../../../shared/terraform-plan";

/**
 * An entry of the registration with its generations as a list, which may have any number of elements. Of what may differ in each (number, stage and
 * name), whether it is one.
 */
export function entryForm(entry: Values): Values {
  const { generations } = entry;
  if (!isValues(generations)) return entry;
  const list = Object.entries(generations).map(([number, each]) => {
    if (!isValues(each)) return each;
    const { stage, registeredAs, ...rest } = each;
    return {
      ...rest,
      generation: /^[1-9][0-9]{0,3}$/.test(number),
      stage: KEY_STAGES.some((one) => one === stage),
      registeredAs: typeof registeredAs === "string" && !registeredAs.replaceAll("$${", "").includes("${"),
    };
  });
  return { ...entry, generations: list };
}
