/** The alert rules that the YAML declares, with the ids of the KMS keys that AWS has. */
import type { AwsClients } from "../../../aws/clients";
import { nameOf } from "../../../aws/failure";
import type { WorkspaceDeclaration } from "../../../fleet";
import { accessJournalArn, alertTopicArn, atGeneration } from "../../../registration/read";
import { canonicalJson } from "../../../rules/alerts/canonical";
import {
  fitOnePendingRule,
  type PendingKey,
  pendingName,
  pendingRule,
  pendingRuleName,
  pendingRulesOf,
} from "../../../rules/alerts/pending-keys";
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
import { stagesOf } from "../../../rules/generations";
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
    const pending: (PendingKey & { readonly known: boolean })[] = [];
    for (const { username, awsName, custody, generations } of file.users) {
      const applied = users.find(
        (user) => user.workspace === workspace && user.username === username,
      )?.applied;
      for (const [generation, stage] of stagesOf(generations)) {
        const alias = userKeyAlias({ workspace, awsName, generation });
        const name = pendingName(alias);
        if (custody !== "kms") {
          if (stage === "pending") pending.push({ name, known: true });
          continue;
        }
        // The registration says which key people have registered; an alias, which key somebody had it lead to.
        const registered = applied && atGeneration(applied, generation);
        const keyId = registered?.keyArn.split("/")[1] ?? (await keyOf(alias));
        const known = keyId !== undefined;
        keys.push({ username: awsName, alias, keyId: keyId ?? "", known });
        if (stage === "pending") pending.push({ name, keyId: keyId ?? "", known });
      }
    }
    for (const rule of ["secrets", "kms"] as const) {
      const watched = pending.filter((key) => pendingRulesOf(key).includes(rule));
      for (const [index, group] of groupsOf(watched, (some) => fitOnePendingRule(rule, some)).entries()) {
        const { pattern, ...declaration } = pendingRule(rule, group);
        const targets = targetsOf({ pattern, ...declaration }, workspace, places);
        const known =
          rule === "secrets" || watched.filter((key) => group.includes(key)).every((key) => key.known);
        const declared = known ? { pattern: canonicalJson(pattern), targets } : undefined;
        found.set(alertRuleName(workspace, pendingRuleName(rule, file.stackName, index)), declared);
      }
    }
    for (const [index, group] of groupsOf<SigningKey>(keys, (some) =>
      fitOneRule(some, deployers),
    ).entries()) {
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

/** Groups of keys, each as large as one rule takes. */
function groupsOf<Key>(keys: readonly Key[], fitsOne: (keys: readonly Key[]) => boolean): Key[][] {
  const groups: Key[][] = [];
  for (const key of keys) {
    const group = groups.at(-1);
    if (group && fitsOne([...group, key])) group.push(key);
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
