/** Public keys that are pinned in YAML: what Terraform's `check` blocks say of them, and those that nothing can be compared with yet. */

import type { Check } from "../../shared/terraform-plan";
import { type Finding, finding, makes, nameOf, type OwnedChange } from "./finding";
import type { PlannedUser } from "./owners";
import { say } from "./phrase";
import { printOf } from "./users";

export function checkFindings(checks: readonly Check[], changes: readonly OwnedChange[]): Finding[] {
  return checks.flatMap(({ address, status }) => {
    if (status === "pass") return [];
    // Our check of a KMS key has the key's own name.
    const keyAddress = address.replace(/(^|\.)check\./, "$1aws_kms_key.");
    const key = changes.find((each) => keyAddress !== address && each.address === keyAddress);
    if (key === undefined) {
      return status === "unknown"
        ? []
        : [{ kind: "notice", subject: say`${address}`, text: say`is a check that does not hold`, address }];
    }
    if (status === "fail")
      return [
        finding(
          "weakened",
          key,
          say`the public key that is pinned for it in YAML is **not the one of its KMS key**`,
        ),
      ];
    // A key that this plan makes has no public key to compare with: see pinnedFindings.
    if (makes(key)) return [];
    return [
      finding(
        "weakened",
        key,
        say`the public key that is pinned for it in YAML could not be compared with the one of its KMS key`,
      ),
    ];
  });
}

/** Where the plan makes the KMS key, its public key can be nobody's knowledge: one that is pinned is somebody's own. */
export function pinnedFindings(users: readonly PlannedUser[], changes: readonly OwnedChange[]): Finding[] {
  return changes
    .filter((change) => change.type === "aws_kms_key" && makes(change) && !change.imported)
    .flatMap((key) => {
      const user = users.find(
        (each) => key.owner !== undefined && nameOf(each).plain() === nameOf(key.owner).plain(),
      );
      if (user?.entry["custody"] !== "kms" || typeof user.entry["publicKey"] !== "string") return [];
      return [
        finding(
          "weakened",
          key,
          say`its public key is **pinned in YAML before its KMS key exists**, and can be of another key only: ${printOf(user)}`,
        ),
      ];
    });
}
