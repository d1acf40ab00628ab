/** Public keys that are pinned in YAML: whether each is the one of its KMS key, as far as Terraform's `check` blocks can tell. */
import type { Check } from "../../shared/terraform-plan";
import { type Finding, finding, isSameUser, makes, type OwnedChange } from "./finding";
import type { PlannedUser } from "./owners";
import { publicKeyOf } from "./users";

export function checkFindings(checks: readonly Check[], changes: readonly OwnedChange[]): Finding[] {
  return checks.flatMap(({ address, status }): Finding[] => {
    if (status === "pass") return [];
    // Our check of a KMS key has the key's own name.
    const keyAddress = address.replace(/(^|\.)check\./, "$1aws_kms_key.");
    const key = changes.find((each) => keyAddress !== address && each.address === keyAddress);
    if (key === undefined) {
      // Conditions of what is made or read at apply are checked then, and end it.
      const isLater =
        status === "unknown" && changes.some((each) => each.address === address && !isNoOp(each));
      if (isLater) return [];
      // A `check` block ends no apply.
      const kind = status === "unknown" && keyAddress !== address ? "notice" : "weakened";
      return [{ kind, subject: { address }, fact: { fact: "check does not pass", status }, address }];
    }
    if (status === "fail") return [finding("weakened", key, { fact: "pinned key", is: "another key" })];
    // A key that this plan makes has no public key to compare with: see pinnedFindings.
    return makes(key) ? [] : [finding("weakened", key, { fact: "pinned key", is: "not compared" })];
  });
}

const isNoOp = ({ actions }: OwnedChange) => actions.every((action) => action === "no-op");

/** Nobody can know the public key of a KMS key that the plan is still to make. One that is pinned is somebody's own. */
export function pinnedFindings(users: readonly PlannedUser[], changes: readonly OwnedChange[]): Finding[] {
  return changes
    .filter((change) => change.type === "aws_kms_key" && makes(change) && !change.imported)
    .flatMap((change) => {
      const { owner } = change;
      const user = owner && users.find((each) => isSameUser(each, owner));
      if (user?.entry["custody"] !== "kms" || typeof user.entry["publicKey"] !== "string") return [];
      return [finding("weakened", change, { fact: "pinned before the key exists", key: publicKeyOf(user) })];
    });
}
