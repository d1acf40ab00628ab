/** A user's key and credentials, as custody has them. Nothing is used or read but metadata. */

import type { AwsClients } from "../../../aws/clients";
import { generalFailure, isDenied, nameOf } from "../../../aws/failure";
import { Failure } from "../../../messages/failure";
import { addressOf, type RegisteredUser } from "../../../registration/read";
import { judge } from "../../custody/judge";
import { lookAt } from "../../custody/look-at-key";
import { inParallel } from "../../shared/in-parallel";
import { alarm, notSeen, type Problem, toDo } from "./problem";

export type KeyState = "ready" | "none" | "awaiting key" | "wrong" | "missing" | "not seen";
export type CredentialsState = "stored" | "none" | "not declared yet" | "missing" | "not seen";

export interface Custody {
  readonly key: KeyState;
  readonly credentials: CredentialsState;
}

/** How many users are looked at at a time. */
const AT_A_TIME = 16;

export async function custodyOf(
  users: readonly RegisteredUser[],
  clients: AwsClients,
): Promise<{ custody: Map<RegisteredUser, Custody>; problems: Problem[] }> {
  const custody = new Map<RegisteredUser, Custody>();
  const problems: Problem[] = [];
  try {
    const examined = await inParallel(users, AT_A_TIME, async (user) => {
      const [seen, credentials] = await Promise.all([lookAt(user, clients), credentialsOf(user, clients)]);
      return { user, seen, ...credentials };
    });
    for (const [index, { user, state, notes, problem = "", fix = "" }] of judge(examined, users).entries()) {
      const { seen, credentials, trouble } = examined[index] ?? {};
      const address = addressOf(user);
      const unasked = seen !== undefined && "state" in seen && seen.unasked === true;
      const awaiting = state === "missing" && user.custody === "imported";
      if (state !== "ok") problems.push((unasked ? notSeen : awaiting ? toDo : alarm)(address, problem, fix));
      for (const note of notes) problems.push(notSeen(address, note, "see whether that is meant"));
      if (trouble) problems.push(trouble);
      const bad = state === "missing" ? "missing" : "wrong";
      custody.set(user, {
        key: state === "ok" ? "ready" : unasked ? "not seen" : awaiting ? "awaiting key" : bad,
        credentials: credentials ?? "not seen",
      });
    }
  } catch (error) {
    // Nothing of AWS can be asked: said once, and the workspace may still answer.
    if (!(error instanceof Failure)) throw error;
    const [problem = "", fix = ""] = splitAtFix(error.message);
    problems.push(notSeen("custody", problem, fix));
    for (const user of users) custody.set(user, { key: "not seen", credentials: "not seen" });
  }
  return { custody, problems };
}

export const splitAtFix = (message: string): [string, string] => {
  const at = message.lastIndexOf("; ");
  return at < 0 ? [message, "see --help"] : [message.slice(0, at), message.slice(at + 2)];
};

const ARN = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[\w/+=.@-]+$/;

/** Whether the secret that the registration names for the credentials has a current value. */
async function credentialsOf(
  user: RegisteredUser,
  clients: AwsClients,
): Promise<{ credentials: CredentialsState; trouble?: Problem }> {
  const arn = user.entry["credentialsArn"];
  const address = addressOf(user);
  if (arn === undefined || arn === null) return { credentials: "not declared yet" };
  const [, region] = ARN.exec(String(arn)) ?? [];
  if (region === undefined) {
    const fix = "take the registration afresh from terraform output -json";
    return {
      credentials: "not seen",
      trouble: notSeen(address, "its credentialsArn is not the ARN of a secret", fix),
    };
  }
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = await clients.secretsManager(region);
  try {
    const secret = await client.send(new DescribeSecretCommand({ SecretId: String(arn) }));
    if (secret.DeletedDate) {
      const fix = "restore it, if that was not meant: aws secretsmanager restore-secret";
      return {
        credentials: "missing",
        trouble: alarm(address, "its credentials' secret is scheduled for deletion", fix),
      };
    }
    const labels = Object.values(secret.VersionIdsToStages ?? {}).flat();
    return { credentials: labels.includes("AWSCURRENT") ? "stored" : "none" };
  } catch (error) {
    const general = generalFailure(error, region);
    if (general) throw general;
    if (nameOf(error) === "ResourceNotFoundException") {
      const fix = "apply its stack again, with credentials of the right account";
      return {
        credentials: "missing",
        trouble: alarm(address, "the secret of its credentials does not exist", fix),
      };
    }
    const why = isDenied(error)
      ? "AWS denies secretsmanager:DescribeSecret on its credentials"
      : `AWS does not say of its credentials (${nameOf(error)})`;
    return {
      credentials: "not seen",
      trouble: notSeen(address, why, "give your role secretsmanager:DescribeSecret, or try again"),
    };
  }
}
