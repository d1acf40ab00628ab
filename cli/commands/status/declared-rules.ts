/** The alert rules that the YAML declares, with the ids of the KMS keys that AWS has. */
import type { AwsClients } from "../../../aws/clients";
import { nameOf } from "../../../aws/failure";
import type { WorkspaceDeclaration } from "../../../fleet";
import { accessJournalArn, alertTopicArn } from "../../../registration/read";
import { canonicalJson } from "../../../rules/alerts/canonical";
import { type AlertTarget, targetsOf } from "../../../rules/alerts/rule";
import {
  fitOneRule,
  type SigningKey,
  type SigningKeyRule,
  signingKeyRuleName,
  signingKeyRules,
} from "../../../rules/alerts/signing-keys";
import type { WatchedWorkspace } from "../../../rules/alerts/watched";
import { WORKSPACE_RULES, workspaceRule } from "../../../rules/alerts/workspace-rules";
import {
  alertRuleName,
  alertTopicName,
  generatorRoleName,
  userKeyAlias,
  workspaceKeyAlias,
} from "../../../rules/aws-names";
import { partitionOf } from "../../../rules/partitions";
import type { ApiUserRecord, Place } from "./api-users";

/** A rule as it is declared. */
export interface DeclaredRule {
  /** The event pattern as canonical JSON. */
  readonly pattern: string;
  readonly targets: readonly AlertTarget[];
}

/** Rules by name. `undefined`: declared, but with a KMS key that is not in AWS, so that there is nothing to compare with. */
export type DeclaredRules = Map<string, DeclaredRule | undefined>;

export async function declaredRules(
  place: Place & { readonly declaration: WorkspaceDeclaration },
  users: readonly ApiUserRecord[],
  clients: AwsClients,
): Promise<DeclaredRules> {
  const { workspace, region, account, declaration } = place;
  const { deployers, alertTopic } = declaration;
  const places = {
    topicArn: alertTopic ?? alertTopicArn(workspace, region, account),
    journalArn: accessJournalArn(workspace, region, account),
  };
  const found: DeclaredRules = new Map();
  const keyOf = (alias: string) => keyIdOf(alias, region, clients);
  const encryptionKey = await keyOf(workspaceKeyAlias(workspace));
  const topicKey = alertTopic ? undefined : await keyOf(`alias/${alertTopicName(workspace)}`);
  const complete = encryptionKey !== undefined && (alertTopic !== undefined || topicKey !== undefined);
  const keyIds = [encryptionKey, topicKey].flatMap((id) => id ?? []);
  for (const last of WORKSPACE_RULES) {
    const rule = workspaceRule(last, { workspace: watchedOf(place), keyIds, topicArn: places.topicArn });
    const targets = targetsOf(rule, workspace, places);
    const declared = complete ? { pattern: canonicalJson(rule.pattern), targets } : undefined;
    found.set(alertRuleName(workspace, last), declared);
  }
  for (const file of declaration.files) {
    if (file.region !== region) continue;
    const keys: (SigningKey & { readonly known: boolean })[] = [];
    for (const { username, awsName, custody, generation } of file.users) {
      if (custody !== "kms") continue;
      const alias = userKeyAlias({ workspace, awsName, generation });
      const applied = users.find(
        (user) => user.workspace === workspace && user.username === username,
      )?.applied;
      // The registration says which key people have registered; an alias, which key somebody had it lead to.
      const keyId = applied?.keyArn.split("/")[1] ?? (await keyOf(alias));
      keys.push({ username: awsName, alias, keyId: keyId ?? "", known: keyId !== undefined });
    }
    for (const [index, group] of groupsOf(keys, deployers).entries()) {
      const known = keys.filter((key) => group.includes(key)).every((key) => key.known);
      for (const [last, rule] of Object.entries(signingKeyRules(group, deployers))) {
        const name = signingKeyRuleName(last as SigningKeyRule, file.stackName, index);
        const targets = targetsOf(rule, workspace, places);
        const declared = known ? { pattern: canonicalJson(rule.pattern), targets } : undefined;
        found.set(alertRuleName(workspace, name), declared);
      }
    }
  }
  return found;
}

function groupsOf(keys: readonly SigningKey[], deployers: readonly string[]): SigningKey[][] {
  const groups: SigningKey[][] = [];
  for (const key of keys) {
    const group = groups.at(-1);
    if (group && fitOneRule([...group, key], deployers)) group.push(key);
    else groups.push([key]);
  }
  return groups;
}

function watchedOf(place: Place & { readonly declaration: WorkspaceDeclaration }): WatchedWorkspace {
  const { workspace: name, region, account, declaration } = place;
  const partition = partitionOf(region);
  return {
    name,
    location: { region, account, partition },
    deployers: declaration.deployers,
    custodians: declaration.custodians,
    generatorRoleArn: `arn:${partition}:iam::${account}:role${declaration.rolePath}${generatorRoleName(name, region)}`,
    options: declaration,
  };
}

/** The id of the KMS key that an alias leads to; undefined if there is no such alias. */
async function keyIdOf(alias: string, region: string, clients: AwsClients): Promise<string | undefined> {
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  try {
    const { KeyMetadata } = await (await clients.kms(region)).send(new DescribeKeyCommand({ KeyId: alias }));
    return KeyMetadata?.KeyId;
  } catch (error) {
    if (nameOf(error) === "NotFoundException") return undefined;
    throw error;
  }
}
