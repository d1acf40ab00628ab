/** A user's key and credentials in custody. Only metadata are read. */

import type { AwsClients } from "../../../aws/clients";
import { generalFailure, isDenied, nameOf } from "../../../aws/failure";
import { addressOf, type RegisteredUser } from "../../../registration/read";
import { judge, type Verdict } from "../../custody/judge";
import { lookAt } from "../../custody/look-at-key";
import { pointerProblem } from "../../custody/pointer";
import type { Unseen } from "../../custody/refused";
import { inParallel } from "../../shared/in-parallel";
import { alarm, notAsked, notSeen, type Problem, toDo } from "./problem";

type KeyState = "ready" | "none" | "awaiting key" | "wrong" | "missing" | "not seen";
type CredentialsState = "stored" | "none" | "not declared yet" | "missing" | "not seen";

export interface Custody {
  readonly key: KeyState;
  readonly credentials: CredentialsState;
}

/** How many users are looked up at a time. */
const AT_A_TIME = 16;

export async function custodyOf(
  users: readonly RegisteredUser[],
  clients: AwsClients,
): Promise<{ custody: Map<RegisteredUser, Custody>; problems: Problem[] }> {
  const custody = new Map<RegisteredUser, Custody>();
  const problems: Problem[] = [];
  try {
    const examined = await inParallel(users, AT_A_TIME, async (user) => {
      const [seen, pointer, credentials] = await Promise.all([
        lookAt(user, clients),
        pointerProblem(user, clients),
        credentialsOf(user, clients),
      ]);
      return { looked: { user, seen }, pointer, ...credentials };
    });
    for (const [index, verdict] of judge(
      examined.map(({ looked }) => looked),
      users,
    ).entries()) {
      const { user, notes, state } = verdict;
      const { credentials = "not seen", trouble, pointer } = examined[index] ?? {};
      const address = addressOf(user);
      if (state !== "ok") problems.push(levelOf(verdict)(address, verdict.problem, verdict.fix));
      for (const note of notes) problems.push(notSeen(address, note, "check whether that is intended"));
      if (pointer) problems.push(levelOf(pointer)(address, pointer.problem, pointer.fix));
      if (trouble) problems.push(trouble);
      custody.set(user, { key: keyStateOf(verdict), credentials });
    }
  } catch (error) {
    // AWS cannot be asked at all. That is one problem, and the workspace may still answer.
    problems.push(notAsked("custody", error));
    for (const user of users) custody.set(user, { key: "not seen", credentials: "not seen" });
  }
  return { custody, problems };
}

const levelOf = ({ unasked, awaiting }: Unseen) => (unasked ? notSeen : awaiting ? toDo : alarm);

function keyStateOf(verdict: Verdict): KeyState {
  if (verdict.state === "ok") return "ready";
  if (verdict.unasked) return "not seen";
  if (verdict.awaiting) return "awaiting key";
  return verdict.state === "missing" ? "missing" : "wrong";
}

const ARN = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[\w/+=.@-]+$/;

interface Credentials {
  readonly credentials: CredentialsState;
  readonly trouble?: Problem;
}

/** Whether the secret that the registration names for the credentials has a current value. */
async function credentialsOf(user: RegisteredUser, clients: AwsClients): Promise<Credentials> {
  const arn = user.entry["credentialsArn"];
  const address = addressOf(user);
  const missing = (what: string, fix: string): Credentials => ({
    credentials: "missing",
    trouble: alarm(address, what, fix),
  });
  const unread = (what: string, fix: string): Credentials => ({
    credentials: "not seen",
    trouble: notSeen(address, what, fix),
  });
  if (arn === undefined || arn === null) return { credentials: "not declared yet" };
  const [, region] = ARN.exec(String(arn)) ?? [];
  if (region === undefined)
    return unread(
      "its credentialsArn is not the ARN of a secret",
      "export the registration again with terraform output -json",
    );
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = await clients.secretsManager(region);
  try {
    const secret = await client.send(new DescribeSecretCommand({ SecretId: String(arn) }));
    if (secret.ARN !== arn)
      return missing(
        `AWS has another secret in place of its credentials' secret: ${secret.ARN}`,
        "find in CloudTrail who created it",
      );
    if (secret.DeletedDate)
      return missing(
        "its credentials' secret is scheduled for deletion",
        "if that is a mistake, restore it: aws secretsmanager restore-secret",
      );
    const labels = Object.values(secret.VersionIdsToStages ?? {}).flat();
    return { credentials: labels.includes("AWSCURRENT") ? "stored" : "none" };
  } catch (error) {
    const general = generalFailure(error, region);
    if (general) throw general;
    if (nameOf(error) === "ResourceNotFoundException")
      return missing(
        "its credentials' secret does not exist",
        "apply its stack again, with credentials of the right account",
      );
    const why = isDenied(error)
      ? "AWS denies secretsmanager:DescribeSecret on its credentials"
      : `AWS did not answer about its credentials (${nameOf(error)})`;
    return unread(why, "give your role secretsmanager:DescribeSecret, or try again");
  }
}
