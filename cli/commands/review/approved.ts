import { isDeepStrictEqual } from "node:util";
import { readJsonDocuments } from "../../../registration/json-documents";
import { isValues } from "../../shared/terraform-plan";

/**
 * What differs between two plans of the same changes: when they were made, and what data sources answered, such as who asks (a reader's
 * role for the one, a deployer's for the other). What they answered counts where a change holds it.
 */
const NOT_COMPARED = new Set(["timestamp", "prior_state", "planned_values", "relevant_attributes"]);

/** Whether two texts of plans, which `readPlans` has accepted, make the same changes. All that is not excepted above is compared. */
export const sameChanges = (plan: string, approved: string): boolean =>
  isDeepStrictEqual(compared(plan), compared(approved));

const compared = (text: string) =>
  readJsonDocuments(text).map(({ value }) =>
    Object.fromEntries(
      Object.entries(isValues(value) ? value : {}).filter(([key]) => !NOT_COMPARED.has(key)),
    ),
  );
