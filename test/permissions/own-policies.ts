/**
 * What the policies of roles allow, each action on each thing: the generator's, and those of the registration. What
 * resources' policies allow or deny besides is the matrix's subject.
 */
import { ACCOUNT, type Custody, type Emitted, secretArn } from "./emitted";
import { type Action, actionsOn } from "./every-action";
import type { Call, Operation } from "./operations";

/** The KMS operations of a symmetric encryption key on data (KMS guide, "Key type reference"). */
export const USES = [
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
];

type ArnOf = (emitted: Emitted) => string;
const ownKey: ArnOf = ({ keyArn, place }) => (keyArn.includes(":secret:") ? keyArn : secretArn(place));
const ownCredentials: ArnOf = ({ credentialsArn }) => credentialsArn;
const keyOfAnotherUser: ArnOf = ({ place }) => secretArn(place, "payments-bot");
const credentialsOfAnotherUser: ArnOf = (emitted) =>
  keyOfAnotherUser(emitted).replace("/private-key-", "/credentials-");
const keyOfAnotherWorkspace: ArnOf = (emitted) => ownKey(emitted).replace("acme-prod/", "acme-prod-2/");
const foreignSecret: ArnOf = ({ place: { partition, region } }) =>
  `arn:${partition}:secretsmanager:${region}:${ACCOUNT}:secret:payroll/database-AbCdEf`;

/** The secrets that a policy may be about, its user's own and others. */
const SECRETS: Readonly<Record<string, ArnOf>> = {
  "its key": ownKey,
  "its credentials": ownCredentials,
  "the key of another user": keyOfAnotherUser,
  "the credentials of another user": credentialsOfAnotherUser,
  "a key of another workspace": keyOfAnotherWorkspace,
  "a foreign secret": foreignSecret,
};

const call =
  (of: (emitted: Emitted) => Call): Operation =>
  (emitted) => [of(emitted)];

/** By Secrets Manager, in its caller's name, for a secret and a version of it. */
function bySecretsManager({ place: { region, dnsSuffix } }: Emitted, secret: string, version = A_VERSION) {
  const context = {
    "kms:ViaService": `secretsmanager.${region}.${dnsSuffix}`,
    ...contextOf(secret, version),
  };
  return { byService: true, context };
}

const contextOf = (secret: string, version = A_VERSION) => ({
  "kms:EncryptionContext:SecretARN": secret,
  "kms:EncryptionContext:SecretVersionId": version,
});

const A_VERSION = "5b0d1c6e0f0a4f6f9d5cf53b2b2f4f0a";
/** AWS documents it as the version in the trial of a key. Which secret the trial names, it does not: perhaps this text too. */
const TRIAL = "RequestToValidateKeyAccess";

export interface OwnCell {
  readonly where: string;
  readonly action: Action;
  readonly operation: Operation;
}

/** Every action of AWS's reference on every secret and on the signing key, and every use of the workspace's key. */
export async function ownCells(custody: Custody): Promise<OwnCell[]> {
  const cells: OwnCell[] = [];
  const add = (where: string, action: Action, of: (emitted: Emitted) => Call) =>
    cells.push({ where, action, operation: call(of) });
  const onSecrets = await actionsOn("secretsmanager", "Secret");
  for (const [where, arn] of Object.entries(SECRETS)) {
    if (custody === "kms" && arn === ownKey) continue;
    for (const name of onSecrets)
      add(where, { service: "secretsmanager", name }, (emitted) => ({
        action: `secretsmanager:${name}`,
        resource: arn(emitted),
        policy: arn === ownCredentials ? emitted.credentialsPolicy : emitted.keyPolicy,
      }));
    for (const name of USES) {
      const action: Action = { service: "kms", name };
      add(`${WORKSPACE_KEY} for ${where}`, action, (emitted) => ({
        ...onWorkspaceKey(name, emitted),
        ...bySecretsManager(emitted, arn(emitted)),
      }));
      if (arn === ownKey || arn === ownCredentials)
        add(`${WORKSPACE_KEY}, directly, for ${where}`, action, (emitted) => ({
          ...onWorkspaceKey(name, emitted),
          context: contextOf(arn(emitted)),
        }));
    }
  }
  for (const name of USES) {
    const action: Action = { service: "kms", name };
    add(`${WORKSPACE_KEY}, as a trial`, action, (emitted) => ({
      ...onWorkspaceKey(name, emitted),
      ...bySecretsManager(emitted, TRIAL, TRIAL),
    }));
    add(`${WORKSPACE_KEY}, directly, as a trial`, action, (emitted) => ({
      ...onWorkspaceKey(name, emitted),
      context: contextOf(ownKey(emitted), TRIAL),
    }));
    for (const [where, arn] of [["its key", ownKey] as const, ["its credentials", ownCredentials] as const])
      add(`another KMS key for ${where}`, action, (emitted) => ({
        ...onAnotherKey(name, emitted),
        ...bySecretsManager(emitted, arn(emitted)),
      }));
  }
  for (const name of await actionsOn("kms", "key")) {
    const action: Action = { service: "kms", name };
    if (custody === "kms")
      add("its key", action, ({ keyArn, keyPolicy }) => ({
        action: `kms:${name}`,
        resource: keyArn,
        policy: keyPolicy,
      }));
    add("another KMS key", action, (emitted) => onAnotherKey(name, emitted));
  }
  return cells;
}

export const WORKSPACE_KEY = "the workspace's key";

const onWorkspaceKey = (name: string, { workspaceKeyArn, workspaceKeyPolicy }: Emitted): Call => ({
  action: `kms:${name}`,
  resource: workspaceKeyArn,
  policy: workspaceKeyPolicy,
});

const onAnotherKey = (name: string, emitted: Emitted): Call => ({
  ...onWorkspaceKey(name, emitted),
  resource: emitted.workspaceKeyArn.replace("/11111111", "/99999999"),
});
