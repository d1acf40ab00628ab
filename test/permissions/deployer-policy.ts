import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/project";
import { ACCOUNT, type Place, type Policy, WORKSPACE } from "./emitted";

const PAGE = readFileSync(join(PROJECT, "docs/deployer.md"), "utf8");

/** The policy that docs/deployer.md gives a deployer's role, as it stands there. */
export const DEPLOYER_POLICY_TEXT = /```json\n([\s\S]+?)\n```/.exec(PAGE)?.[1] ?? "";

/** The same with its placeholders filled in. */
export function deployerPolicy({ partition, region }: Place, workspace = WORKSPACE): Policy {
  const text = DEPLOYER_POLICY_TEXT.replaceAll("PARTITION", partition)
    .replaceAll("REGION", region)
    .replaceAll("ACCOUNT", ACCOUNT)
    .replaceAll("WORKSPACE", workspace);
  return JSON.parse(text);
}
