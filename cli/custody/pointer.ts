import type { AwsClients } from "../../aws/clients";
import { generalFailure, isDenied, nameOf } from "../../aws/failure";
import { pointerGeneration, pointerVersionId } from "../../keys/pointer";
import type { RegisteredUser } from "../../registration/read";
import { type Unseen, unseen } from "./refused";

const WHO_MOVED_IT =
  "export the registration again with terraform output -json; if it is so still, find in CloudTrail who moved it (UpdateSecretVersionStage, PutSecretValue)";
const APPLY = "apply its stack again, and export the registration again with terraform output -json";

/**
 * What is wrong with the secret that leads a user's services to the current generation; undefined if nothing is, or if the user has none.
 * The id of its current version says what it names, so that nothing is decrypted.
 *
 * @throws Failure if AWS cannot be asked at all: no credentials, no network
 */
export async function pointerProblem(user: RegisteredUser, clients: AwsClients): Promise<Unseen | undefined> {
  const { currentArn, credentialsArn, region, generation, keyArn, publicKey } = user;
  if (currentArn === undefined && user.keys.length < 2) return undefined;
  const wrong = (what: string, fix = WHO_MOVED_IT) =>
    unseen("mismatch", `the secret that says which key is current ${what} (${currentArn})`, fix);
  if (currentArn === undefined || credentialsArn === undefined) {
    const lacks = currentArn === undefined ? "currentArn" : "credentialsArn";
    return unseen(
      "unreadable",
      `the secret that says which key is current cannot be compared: the registration has no ${lacks}`,
      APPLY,
      { unasked: true },
    );
  }
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = await clients.secretsManager(region);
  try {
    const {
      ARN,
      DeletedDate,
      VersionIdsToStages = {},
    } = await client.send(new DescribeSecretCommand({ SecretId: currentArn }));
    if (ARN !== currentArn) return wrong(`is ${ARN} in AWS`, "find in CloudTrail who created it");
    if (DeletedDate)
      return wrong(
        "is scheduled for deletion",
        "if that is a mistake, restore it: aws secretsmanager restore-secret",
      );
    const versions = Object.entries(VersionIdsToStages);
    const [version] = versions.find(([, labels]) => labels.includes("AWSCURRENT")) ?? [];
    if (version === pointerVersionId({ generation, keyArn, credentialsArn, publicKey })) return undefined;
    if (version === undefined) return wrong("has no current version", APPLY);
    const named = pointerGeneration(version);
    if (named === undefined)
      return wrong(`has the current version ${version}, which the key generator did not put`);
    return named === generation
      ? wrong(`names other ARNs or another public key for generation ${generation} than the registration`)
      : wrong(`names generation ${named}, and the registration ${generation}`);
  } catch (error) {
    const general = generalFailure(error, region);
    if (general) throw general;
    if (nameOf(error) === "ResourceNotFoundException") return wrong("does not exist", APPLY);
    const why = isDenied(error) ? "AWS denies secretsmanager:DescribeSecret" : nameOf(error);
    return unseen(
      "unreadable",
      `the secret that says which key is current could not be read (${why})`,
      "give your role secretsmanager:DescribeSecret on it, or try again",
      { unasked: true },
    );
  }
}
