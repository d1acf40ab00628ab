import { Failure } from "../../../messages/failure";
import { oneLine } from "../../../messages/safe-text";
import { optionWith } from "../../../messages/shell";
import type { Import } from "./look/found";
import type { Adoptable } from "./plan";
import { CREATED_AGAIN, KEY } from "./types";

/** The file that a person reviews, and Terraform reads: import blocks, with comments. */
export function importBlocks(found: readonly Import[], adoptable: Adoptable): string[] {
  const buckets = adoptable.buckets.flatMap((each) => bucket(each, adoptable.accounts));
  if (found.length === 0)
    return ["# AWS has nothing that the plan creates: there is nothing to adopt.", ...buckets];
  return [
    "# By cdktf-ledger-api-user adopt: resources that exist in AWS already, for Terraform to import into its state.",
    "# Review this file, compare its public keys with the registered ones, plan, apply, and delete it.",
    ...others(adoptable),
    ...found.flatMap(block),
    ...buckets,
  ];
}

/** What an id may contain. A plan may have been made by hand, and parts of an id may come from it: in Terraform's texts `${` is code. */
const WRITABLE_ID = /^[\w/+=.@:-]{1,2048}$/;

function block({ address, id, remarks }: Pick<Import, "address" | "id" | "remarks">): string[] {
  if (!WRITABLE_ID.test(id))
    throw new Failure(
      `the plan would have ${address} imported by an id that AWS gives to nothing: ${oneLine(id)}`,
      "find out who made the plan",
    );
  return [
    "",
    ...remarks.map((line) => `# ${line}`),
    "import {",
    `  to = ${address}`,
    `  id = ${JSON.stringify(id)}`,
    "}",
  ];
}

/** What no block is for. A key without an alias in AWS is a new one. */
function others({ others }: Adoptable): string[] {
  const created = others.filter(({ type }) => type !== KEY);
  return created.length === 0
    ? []
    : [
        "#",
        "# The plan creates these again:",
        ...created.map(
          ({ address, type }) =>
            `# ${address}: ${CREATED_AGAIN[type] ?? "it was not looked for; find out whether AWS has it"}`,
        ),
      ];
}

/** Whose a bucket is, nobody but S3 can say: the block is a comment until somebody has asked it. */
const bucket = ({ address, name }: Adoptable["buckets"][number], accounts: readonly string[]) => [
  "",
  "# Anybody may have a bucket of this name. Import it only if this finds it, in your account:",
  `# aws s3api head-bucket ${optionWith("--bucket", name)} ${optionWith("--expected-bucket-owner", accounts[0] ?? "ACCOUNT")}`,
  ...block({ address, id: name, remarks: [] })
    .filter((line) => line !== "")
    .map((line) => `# ${line}`),
];
