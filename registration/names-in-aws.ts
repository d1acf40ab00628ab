import {
  accessJournalName,
  alertRuleName,
  alertRuleNames,
  alertTopicName,
  awsNameOf,
  credentialsSecretName,
  currentSecretName,
  generatorFunctionName,
  generatorRoleName,
  JOURNAL_RULES,
  type NamedKey,
  privateKeySecretName,
  userKeyAlias,
} from "../rules/aws-names";
import { partitionOf } from "../rules/partitions";
import type { RegisteredUser } from "./registered-user";

export { accessJournalName, alertRuleNames, generatorFunctionName };

/**
 * The names in AWS that a user's key can have: of its secret (custody secrets-manager, imported) or its alias (kms). The
 * second is the one that Terraform derives if only it knows the user name. None if the workspace is not known.
 */
export function keyNamesOf(user: Named & Pick<RegisteredUser, "custody">): string[] {
  return namesOf(user, user.custody === "kms" ? userKeyAlias : privateKeySecretName);
}

/** The same for the secret of a user's API credentials. */
export const credentialsNamesOf = (user: Named): string[] => namesOf(user, credentialsSecretName);

/** The same for the secret that says which generation is current. */
export const currentNamesOf = (user: Named): string[] => namesOf(user, currentSecretName);

type Named = Pick<RegisteredUser, "workspace" | "username" | "generation">;

function namesOf({ workspace, username, generation }: Named, nameOf: (key: NamedKey) => string) {
  if (workspace === undefined) return [];
  const byTerraform = username.replace(/[^0-9A-Za-z_]+/g, "-").toLowerCase();
  return [...new Set([awsNameOf(username), byTerraform])].map((awsName) =>
    nameOf({ workspace, awsName, generation }),
  );
}

/** A secret's name, from its full ARN, which ends in a hyphen and six random characters. */
export function secretNameOf(secretArn: string): string {
  return secretArn.split(":").slice(6).join(":").slice(0, -7);
}

/** The topic of a workspace's own that its alerts go to. */
export function alertTopicArn(workspace: string, region: string, account: string): string {
  return `arn:${partitionOf(region)}:sns:${region}:${account}:${alertTopicName(workspace)}`;
}

/** The log group that is a workspace's access journal. */
export function accessJournalArn(workspace: string, region: string, account: string): string {
  return `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${accessJournalName(workspace)}`;
}

/** The key generator's role, whose path begins and ends with `/`. */
export function generatorRoleArn(workspace: string, region: string, account: string, path: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:role${path}${generatorRoleName(workspace, region)}`;
}

/** What the names of all rules of a workspace begin with, those of its users' stacks too. */
export const alertRulePrefix = (workspace: string): string => alertRuleName(workspace, "");

/** Where a rule of a workspace sends what it sees, by its name. */
export function alertTargetsOf(rule: string): { readonly page: boolean; readonly journal: boolean } {
  const last = rule.split(".").at(-1) ?? "";
  const journalOnly = /^kms-use-/.test(last) || JOURNAL_RULES.some((each) => each === last);
  return { page: !journalOnly, journal: journalOnly || last === "denied" || last.startsWith("kms-denied-") };
}
