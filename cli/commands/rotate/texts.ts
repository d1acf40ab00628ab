/** What rotate says of a step: what the pull request does, and what comes next. */
import { shown } from "../../../messages/safe-text";
import { operand } from "../../../messages/shell";
import type { DeclaredUser } from "./find";
import type { Change } from "./steps";

export interface Advice {
  readonly pullRequest: string;
  readonly next: readonly string[];
}

export function adviceOn(
  { step, generation, replaced, registeredAs }: Change,
  declared: DeclaredUser,
): Advice {
  const { user, address } = declared;
  const command = (name: string) =>
    `npx cdktf-ledger-api-user ${name} ${operand(address)} --generation ${generation} --registration registration.json`;
  const rotate = (next: string) =>
    `npx cdktf-ledger-api-user rotate ${operand(address)} ${next} --registration registration.json`;
  const applied =
    "Merge it, apply the stack, and export its registration: terraform output -json > registration.json";
  const old = replaced === undefined ? "" : `generation ${replaced}`;
  switch (step) {
    case "start":
      return {
        pullRequest:
          user.custody === "imported"
            ? `makes an empty secret for generation ${generation}; the current key stays in use`
            : `makes the key of generation ${generation}; the current key stays in use`,
        next: [
          applied,
          "Give the signers' own policies the new ARNs: signerPolicy in the registration has them",
          ...(user.custody === "imported" ? [`A custodian loads the key: ${command("import-key")}`] : []),
          `An admin registers ${shown(registeredAs)} with its public key and role, and gives it the groups and rules of the current user`,
          `A custodian stores its credentials: ${command("credentials put")}`,
          `Then, now or whenever it is needed: ${rotate("promote")}`,
        ],
      };
    case "promote":
      return {
        pullRequest: `makes generation ${generation} the current one; ${old} is kept for roll-back`,
        next: [
          applied,
          `Services that follow the pointer change by themselves; deploy those that pin ${old} again`,
          `To roll back, revert the pull request`,
          `Once nothing uses ${old}: ${rotate("retire")}`,
        ],
      };
    case "retire":
      return {
        pullRequest: `takes the key and credentials of generation ${generation} from everyone; its deletion is no longer denied`,
        next: [
          applied,
          `An admin revokes ${shown(registeredAs)} in the workspace: only that ends its key`,
          `Once it is revoked: ${rotate("finish")}`,
        ],
      };
    case "finish":
      return {
        pullRequest: `deletes the key and credentials of generation ${generation}, after the recovery window`,
        next: ["Nothing: the rotation is done"],
      };
  }
}
