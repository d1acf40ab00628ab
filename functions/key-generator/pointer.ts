import {
  type DescribeSecretCommandOutput,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { nameOf } from "../../aws/failure";
import { type PointerTarget, pointerGeneration, pointerText, pointerVersionId } from "../../keys/pointer";
import { GeneratorError, withPatience } from "./faults";
import type { Log } from "./generate";
import { describe } from "./secret";
import { isStored, requireCredentials, requireKey, type TargetClients } from "./target";

/** The input of an invocation that moves a user's pointer. Public data only: Terraform keeps it in its state. */
export interface PointerEvent {
  /** The ARN of the secret `…/USER/current`. */
  readonly pointerArn: string;
  /** The generations that it may be moved from, and the ARNs of the secrets of their credentials. */
  readonly from: Readonly<Record<string, string>>;
  /** The generation that is to be current. */
  readonly to: PointerTarget;
}

/** The answer. */
export interface PointerResult {
  /** The generation that is current. */
  readonly generation: number;
  /** The pointer's ARN, for whoever must not know it before it is moved. */
  readonly pointerArn: string;
}

/** The first version is current whatever labels it gets; a label of its own keeps any other from being current before it is moved. */
const CANDIDATE = "candidate";

/**
 * Has a user's pointer say that a generation is current: the generation `to`, if it is at one of `from`. At `to` already, it answers. At any
 * other it refuses. Both come from whoever invokes: that stops accidents, such as a branch that does not know what is current, and no attack.
 *
 * A value is put beside the current one, and the label AWSCURRENT is moved by a compare-and-set. A crash between the two leaves the pointer
 * where it was, and the next invocation goes on from there. Nothing is read but labels.
 *
 * The first time there is nothing to move from, and no service follows it yet. Then neither key nor credentials need be there, so that the
 * same declaration applies in a fresh account. But where another generation has credentials, that one is in use, and is moved from.
 *
 * @throws GeneratorError when the pointer is elsewhere, or the generation has no key or no credentials
 */
export async function point(clients: TargetClients, event: PointerEvent, log: Log): Promise<PointerResult> {
  const { secretsManager } = clients;
  const { pointerArn, from, to } = event;
  const { generation } = to;
  const value = pointerText(to);
  const versionId = pointerVersionId(to);
  for (const wait of [0, 200, 500, 1000, 2000]) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const there = currentOf(await describe(secretsManager, pointerArn), pointerArn);
    if (there?.versionId === versionId) {
      log("pointer is there", { pointerArn, generation });
      return { generation, pointerArn };
    }
    if (there === undefined) {
      await requireKey(clients, event, false);
      if (!(await isStored(secretsManager, to.credentialsArn))) await refuseInUse(secretsManager, event);
      await put(secretsManager, event, versionId, value);
      // Another invocation may have been first.
      continue;
    }
    if (there.generation !== generation && !(there.generation in from))
      throw elsewhere(event, there.generation);
    await requireKey(clients, event, true);
    await requireCredentials(secretsManager, to);
    await put(secretsManager, event, versionId, value);
    if (!(await moved(secretsManager, pointerArn, there.versionId, versionId))) continue;
    log("pointer moved", { pointerArn, from: there.generation, to: generation });
    return { generation, pointerArn };
  }
  throw new GeneratorError(
    `${pointerArn} is moved by others at the same time`,
    "apply again once they are done",
  );
}

function currentOf(
  { VersionIdsToStages = {} }: DescribeSecretCommandOutput,
  pointerArn: string,
): { readonly versionId: string; readonly generation: number } | undefined {
  const versions = Object.entries(VersionIdsToStages);
  const [versionId] = versions.find(([, labels]) => labels.includes("AWSCURRENT")) ?? [];
  if (versionId === undefined && versions.length === 0) return undefined;
  const generation = pointerGeneration(versionId ?? "");
  if (versionId !== undefined && generation !== undefined) return { versionId, generation };
  throw new GeneratorError(
    `the current version of ${pointerArn} is ${versionId ?? "missing"}, which the key generator did not put`,
    "find in CloudTrail who did (PutSecretValue, UpdateSecretVersionStage); then delete the secret and apply again, which makes another",
  );
}

async function put(
  client: SecretsManagerClient,
  { pointerArn }: PointerEvent,
  versionId: string,
  value: string,
): Promise<void> {
  const command = new PutSecretValueCommand({
    SecretId: pointerArn,
    ClientRequestToken: versionId,
    SecretString: value,
    VersionStages: [CANDIDATE],
  });
  await withPatience(() => client.send(command));
}

/** What Secrets Manager says where AWSCURRENT is not on the version that it is to be taken from. */
const NOT_THERE = new Set(["InvalidParameterException", "InvalidRequestException"]);

/** Whether the label was moved: not if somebody else has moved it since. */
async function moved(
  client: SecretsManagerClient,
  pointerArn: string,
  from: string,
  to: string,
): Promise<boolean> {
  const command = new UpdateSecretVersionStageCommand({
    SecretId: pointerArn,
    VersionStage: "AWSCURRENT",
    RemoveFromVersionId: from,
    MoveToVersionId: to,
  });
  return await withPatience(async () => {
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (NOT_THERE.has(nameOf(error))) return false;
      throw error;
    }
  });
}

/** A user whose second generation is declared as current at once: its first one is in use, and was not asked. */
async function refuseInUse(client: SecretsManagerClient, { from, to }: PointerEvent): Promise<void> {
  for (const [generation, credentialsArn] of Object.entries(from)) {
    if (!(await isStored(client, credentialsArn))) continue;
    throw new GeneratorError(
      `generation ${generation} is in use, and generation ${to.generation} has no credentials yet`,
      `declare generation ${generation} as current and ${to.generation} as pending, and promote it once its credentials are stored`,
    );
  }
}

const elsewhere = ({ from, to }: PointerEvent, there: number) =>
  new GeneratorError(
    `generation ${there} is current, and this change makes ${to.generation} current after ${Object.keys(from).join(" or ") || "none"}`,
    "bring this branch up to date with the one that was applied last; if the pointer was moved otherwise, find in CloudTrail who did (UpdateSecretVersionStage)",
  );
