/** What each record must set off: the rules that page, and whether the journal has it. Rules by their names' last part. */
import {
  ACCOUNT,
  ARN,
  type CloudTrailEvent,
  CREDENTIALS_ARN,
  CREDENTIALS_NAME,
  CUSTODIAN,
  DEPLOYER,
  denied,
  FUNCTION,
  GENERATOR,
  kms,
  NAME,
  PARTIAL_ARN,
  REGION,
  ROOT,
  record,
  secret,
  session,
  USER,
} from "./records";

export interface Case {
  readonly what: string;
  readonly event: CloudTrailEvent;
  readonly pages: readonly string[];
  readonly journal: boolean;
}

/** What a deployment has that cannot be known before. */
export interface Deployed {
  /** ARN of the KMS key that encrypts the workspace's secrets. */
  readonly encryptionKey: string;
  /** ARN of a user's KMS key, whose alias is `SIGNING_ALIAS`. */
  readonly signingKey: string;
}

/** What says which generation is current. */
const POINTER = NAME.replace("generation-1/private-key", "current");
/** The secret of a later generation's key. */
const SECOND = ARN.replace("generation-1", "generation-2");
export const SIGNING_ALIAS = "alias/ledger-enterprise/acme-prod/sweep-bot/generation-1";
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:ledger-enterprise-acme-prod-alerts`;
const RULE = "ledger-enterprise.acme-prod.denied";
const JOURNAL = "/aws/events/ledger-enterprise/acme-prod";
const STRANGE_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:payroll-AbC123`;
const STRANGE_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/99999999-9999-4999-8999-999999999999`;
/** A code signing configuration that the workspace declares. */
export const CODE_SIGNING = `arn:aws:lambda:${REGION}:${ACCOUNT}:code-signing-config:csc-0f6c334abcdea4d8b`;
const by = (roleArn: string) => ({ userIdentity: session(roleArn) });
/** Another function that was given the generator's role. */
const OTHER_FUNCTION = { userIdentity: session(GENERATOR, "thumbnails") };
const putFirst = (secretId: string) => ({
  requestParameters: { secretId, versionStages: ["generation-1", "public-key-04ab"] },
});
const idOf = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);

/** The calls of the CloudWatch Logs API that change a log group, with the parameters that name it (its model of 2014-03-28). */
const CHANGES_OF_A_LOG_GROUP = {
  AssociateKmsKey: ["logGroupName", "resourceIdentifier"],
  CreateExportTask: ["logGroupName"],
  DeleteDataProtectionPolicy: ["logGroupIdentifier"],
  DeleteIndexPolicy: ["logGroupIdentifier"],
  DeleteLogStream: ["logGroupName"],
  DeleteMetricFilter: ["logGroupName"],
  DeleteResourcePolicy: ["resourceArn"],
  DeleteRetentionPolicy: ["logGroupName"],
  DeleteSubscriptionFilter: ["logGroupName"],
  DeleteTransformer: ["logGroupIdentifier"],
  DisassociateKmsKey: ["logGroupName", "resourceIdentifier"],
  PutBearerTokenAuthentication: ["logGroupIdentifier"],
  PutDeliverySource: ["resourceArn"],
  PutIndexPolicy: ["logGroupIdentifier"],
  PutLogGroupDeletionProtection: ["logGroupIdentifier"],
  PutMetricFilter: ["logGroupName"],
  PutResourcePolicy: ["resourceArn"],
  PutSubscriptionFilter: ["logGroupName"],
  PutTransformer: ["logGroupIdentifier"],
  ACallThatIsYetToCome: ["logGroupName", "logGroupIdentifier", "resourceIdentifier", "resourceArn"],
};

/** Each change of the journal, under each name of it: a name, an ARN, or either. Too many for moto, which is slow. */
export const journalCases: Case[] = Object.entries(CHANGES_OF_A_LOG_GROUP).flatMap(
  ([eventName, parameters]) =>
    parameters.flatMap((parameter) => {
      const arn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${JOURNAL}`;
      const names = {
        logGroupName: [JOURNAL],
        logGroupIdentifier: [JOURNAL, arn, `${arn}:*`],
      }[parameter] ?? [arn, `${arn}:*`];
      return names.map((name) => ({
        what: `tamper: ${eventName} of the journal, as ${parameter} ${name}`,
        event: record("logs", eventName, { requestParameters: { [parameter]: name } }),
        pages: ["alerts"],
        journal: true,
      }));
    }),
);

export function cases({ encryptionKey, signingKey }: Deployed): Case[] {
  const page = (rule: string, journal: boolean, list: Record<string, CloudTrailEvent>): Case[] =>
    Object.entries(list).map(([what, event]) => ({ what, event, pages: [rule], journal }));
  const quiet = (journal: boolean, list: Record<string, CloudTrailEvent>): Case[] =>
    Object.entries(list).map(([what, event]) => ({ what, event, pages: [], journal }));
  return [
    ...page("denied", true, {
      "denied: a read by name, and its record has the name": denied(
        "secretsmanager",
        "GetSecretValue",
        NAME,
        {
          requestParameters: { secretId: NAME },
        },
      ),
      "denied: a read by full ARN": denied("secretsmanager", "GetSecretValue", ARN, {
        requestParameters: { secretId: ARN },
      }),
      "denied: a read by partial ARN": denied("secretsmanager", "GetSecretValue", PARTIAL_ARN, {
        requestParameters: { secretId: PARTIAL_ARN },
      }),
      "denied: no request parameters, the message has the name": denied(
        "secretsmanager",
        "GetSecretValue",
        NAME,
      ),
      "denied: no request parameters, the message has the ARN": denied(
        "secretsmanager",
        "PutResourcePolicy",
        ARN,
      ),
      "denied: several at once": denied("secretsmanager", "BatchGetSecretValue", STRANGE_ARN, {
        requestParameters: { secretIdList: [STRANGE_ARN, ARN] },
      }),
      "denied: with the error code that some services write": denied("secretsmanager", "DeleteSecret", ARN, {
        errorCode: "AccessDeniedException",
        requestParameters: { secretId: ARN },
      }),
      "denied: the root user": denied("secretsmanager", "GetSecretValue", ARN, { userIdentity: ROOT }),
      "denied: an IAM user": denied("secretsmanager", "GetSecretValue", ARN, { userIdentity: USER }),
      "denied: a deployer who reads": denied("secretsmanager", "GetSecretValue", ARN, by(DEPLOYER)),
      "denied: a generator that reads, which ours never does": denied(
        "secretsmanager",
        "GetSecretValue",
        ARN,
        by(GENERATOR),
      ),
      "denied: another function with the generator's role, that tries what ours does": denied(
        "secretsmanager",
        "PutSecretValue",
        ARN,
        OTHER_FUNCTION,
      ),
      "denied: the KMS key of the secrets used past Secrets Manager": denied("kms", "Decrypt", encryptionKey),
      "denied: credentials, no request parameters": denied(
        "secretsmanager",
        "GetSecretValue",
        CREDENTIALS_NAME,
      ),
      "denied: credentials by full ARN": denied("secretsmanager", "GetSecretValue", CREDENTIALS_ARN, {
        requestParameters: { secretId: CREDENTIALS_ARN },
      }),
      "denied: a custodian who reads the credentials that it may write": denied(
        "secretsmanager",
        "GetSecretValue",
        CREDENTIALS_ARN,
        by(CUSTODIAN),
      ),
    }),
    ...page("kms-denied", true, {
      "denied: a signature, no request parameters": denied("kms", "Sign", signingKey),
      "denied: a signature by key id": denied("kms", "Sign", "*", {
        requestParameters: { keyId: idOf(signingKey) },
      }),
      "denied: a grant on a signing key, by the root user": denied("kms", "CreateGrant", signingKey, {
        userIdentity: ROOT,
        requestParameters: { keyId: signingKey },
      }),
    }),
    ...page("denied", true, {
      "denied: a signing key asked for by its alias": denied(
        "kms",
        "DescribeKey",
        `arn:aws:kms:${REGION}:${ACCOUNT}:${SIGNING_ALIAS}`,
      ),
    }),
    ...page("secrets", true, {
      "tamper: a policy put": secret("PutResourcePolicy", ARN),
      "tamper: a policy taken away, by the root user": secret("DeleteResourcePolicy", NAME, {
        userIdentity: ROOT,
      }),
      "tamper: a deletion, by an IAM user, by partial ARN": secret("DeleteSecret", PARTIAL_ARN, {
        userIdentity: USER,
      }),
      "tamper: a restored secret": secret("RestoreSecret", ARN),
      "tamper: an update, which can write values": secret("UpdateSecret", NAME),
      "tamper: rotation": secret("RotateSecret", ARN),
      "tamper: replication": secret("ReplicateSecretToRegions", ARN),
      "tamper: a secret made under a name of the workspace": record("secretsmanager", "CreateSecret", {
        requestParameters: { name: NAME },
        responseElements: { arn: ARN },
      }),
      "tamper: the policy of the credentials": secret("PutResourcePolicy", CREDENTIALS_ARN),
      "tamper: the credentials are deleted, by a custodian": secret(
        "DeleteSecret",
        CREDENTIALS_NAME,
        by(CUSTODIAN),
      ),
      "tamper: the credentials are updated, which no command of ours does": secret(
        "UpdateSecret",
        CREDENTIALS_ARN,
        by(CUSTODIAN),
      ),
      "tamper: the credentials are replicated": secret("ReplicateSecretToRegions", CREDENTIALS_ARN),
      "tamper: a record whose answer alone has the secret, as arn": record(
        "secretsmanager",
        "RestoreSecret",
        {
          responseElements: { arn: ARN, name: NAME },
        },
      ),
      "tamper: … or as aRN": record("secretsmanager", "DeleteSecret", {
        responseElements: { aRN: ARN, name: NAME },
      }),
    }),
    ...page("writes", true, {
      "tamper: a value by a stranger": secret("PutSecretValue", NAME, {
        requestParameters: { secretId: NAME, clientRequestToken: "4d383ea9-084a-49c9-8722-cbfb0f25c456" },
      }),
      "tamper: a value by a deployer, who writes none": secret("PutSecretValue", ARN, {
        ...by(DEPLOYER),
        requestParameters: { secretId: ARN, versionStages: ["generation-1", "public-key-04ab"] },
      }),
      "tamper: a label moved by the root user": secret("UpdateSecretVersionStage", ARN, {
        userIdentity: ROOT,
        requestParameters: { secretId: ARN, versionStage: "AWSCURRENT" },
      }),
      "tamper: a key of a later generation with a label beside its own": secret("PutSecretValue", SECOND, {
        ...by(GENERATOR),
        requestParameters: { secretId: SECOND, versionStages: ["generation-2", "public-key-04ab", "spare"] },
      }),
      "tamper: … and without labels": secret("PutSecretValue", SECOND, by(CUSTODIAN)),
      "tamper: the generator's second key": secret("PutSecretValue", ARN, {
        ...by(GENERATOR),
        requestParameters: { secretId: ARN, versionStages: ["generation-2", "public-key-04ab"] },
      }),
      "tamper: the generator's twelfth key": secret("PutSecretValue", ARN, {
        ...by(GENERATOR),
        requestParameters: { secretId: ARN, versionStages: ["public-key-04ab", "generation-12"] },
      }),
      "tamper: credentials by a stranger": secret("PutSecretValue", CREDENTIALS_ARN),
      "tamper: credentials by a deployer, who writes none": secret("PutSecretValue", CREDENTIALS_NAME, {
        ...by(DEPLOYER),
        requestParameters: { secretId: CREDENTIALS_NAME, versionStages: ["AWSCURRENT", "generation-1"] },
      }),
      "tamper: the previous credentials put back by a stranger": secret(
        "UpdateSecretVersionStage",
        CREDENTIALS_ARN,
      ),
      "tamper: what says which generation is current, by a custodian": secret(
        "PutSecretValue",
        POINTER,
        by(CUSTODIAN),
      ),
      "tamper: … its label moved, by ARN, by a custodian": secret(
        "UpdateSecretVersionStage",
        ARN.replace("generation-1/private-key", "current"),
        by(CUSTODIAN),
      ),
      "tamper: … moved by the generator, for whoever invoked it": secret(
        "UpdateSecretVersionStage",
        POINTER,
        {
          ...by(GENERATOR),
          requestParameters: {
            secretId: POINTER,
            versionStage: "AWSCURRENT",
            moveToVersionId: "generation-2",
          },
        },
      ),
      "tamper: … moved by it, by ARN": secret(
        "UpdateSecretVersionStage",
        ARN.replace("generation-1/private-key", "current"),
        by(GENERATOR),
      ),
      "tamper: … a value that it makes current at once": secret("PutSecretValue", POINTER, {
        ...by(GENERATOR),
        requestParameters: { secretId: POINTER, versionStages: ["AWSCURRENT"] },
      }),
      "tamper: … by the generator's role in another function": secret(
        "PutSecretValue",
        POINTER,
        OTHER_FUNCTION,
      ),
      "tamper: a key without its label, by a custodian": secret("PutSecretValue", NAME, by(CUSTODIAN)),
      "tamper: a first key by another function with the generator's role": secret("PutSecretValue", ARN, {
        ...OTHER_FUNCTION,
        ...putFirst(ARN),
      }),
      "tamper: … by a session that somebody named like another workspace's function": secret(
        "PutSecretValue",
        ARN,
        { userIdentity: session(GENERATOR, FUNCTION.replace("acme-prod", "acme-prod2")), ...putFirst(ARN) },
      ),
      "tamper: credentials by the generator's role in another function": secret(
        "PutSecretValue",
        CREDENTIALS_ARN,
        OTHER_FUNCTION,
      ),
      "tamper: a key's label moved by the generator, which has no need to": secret(
        "UpdateSecretVersionStage",
        ARN,
        by(GENERATOR),
      ),
      "tamper: … by a custodian, by name": secret("UpdateSecretVersionStage", NAME, {
        ...by(CUSTODIAN),
        requestParameters: { secretId: NAME, versionStage: "AWSCURRENT", moveToVersionId: "1" },
      }),
      "tamper: … by a deployer": secret("UpdateSecretVersionStage", PARTIAL_ARN, by(DEPLOYER)),
      "tamper: an imported key made the current one past its generation, by a custodian": secret(
        "PutSecretValue",
        ARN,
        { ...by(CUSTODIAN), requestParameters: { secretId: ARN, versionStages: ["AWSCURRENT"] } },
      ),
      "tamper: … beside its own labels": secret("PutSecretValue", NAME, {
        ...by(CUSTODIAN),
        requestParameters: {
          secretId: NAME,
          versionStages: ["generation-1", "public-key-04ab", "AWSCURRENT"],
        },
      }),
      "tamper: … under a label of one's own": secret("PutSecretValue", ARN, {
        ...by(CUSTODIAN),
        requestParameters: { secretId: ARN, versionStages: ["spare"] },
      }),
    }),
    ...page("keys", true, {
      "tamper: the policy of the KMS key, by key id": kms("PutKeyPolicy", idOf(encryptionKey), encryptionKey),
      "tamper: a grant on it, by key ARN": kms("CreateGrant", encryptionKey, encryptionKey),
      "tamper: its deletion, by the root user": kms("ScheduleKeyDeletion", encryptionKey, encryptionKey, {
        userIdentity: ROOT,
      }),
      "tamper: it is disabled, by an IAM user": kms("DisableKey", encryptionKey, encryptionKey, {
        userIdentity: USER,
      }),
      "tamper: its deletion is cancelled": kms("CancelKeyDeletion", encryptionKey, encryptionKey),
      "tamper: a user's alias leads to another key": record("kms", "UpdateAlias", {
        requestParameters: { aliasName: SIGNING_ALIAS, targetKeyId: idOf(STRANGE_KEY) },
      }),
      "tamper: a replica of it in another region": kms("ReplicateKey", encryptionKey, encryptionKey),
      "tamper: its primary region": kms("UpdatePrimaryRegion", idOf(encryptionKey), encryptionKey),
      "tamper: the workspace's alias is deleted": record("kms", "DeleteAlias", {
        requestParameters: { aliasName: "alias/ledger-enterprise/acme-prod" },
      }),
    }),
    ...page("kms-tamper", true, {
      "tamper: the policy of a signing key": kms("PutKeyPolicy", idOf(signingKey), signingKey),
      "tamper: a grant on a signing key": kms("CreateGrant", signingKey, signingKey, { userIdentity: USER }),
      "tamper: a signing key is to be deleted": kms("ScheduleKeyDeletion", signingKey, signingKey, {
        userIdentity: ROOT,
      }),
      "tamper: a signing key is enabled again": kms("EnableKey", signingKey, signingKey),
      "tamper: material of somebody's own": kms("ImportKeyMaterial", signingKey, signingKey),
      "tamper: … and it is deleted": kms("DeleteImportedKeyMaterial", idOf(signingKey), signingKey),
    }),
    ...page("generator", true, {
      "tamper: the function is made": record("lambda", "CreateFunction20150331", {
        requestParameters: { functionName: FUNCTION },
      }),
      "tamper: its code": record("lambda", "UpdateFunctionCode20150331v2", {
        requestParameters: { functionName: FUNCTION },
      }),
      "tamper: its configuration, by ARN": record("lambda", "UpdateFunctionConfiguration20150331v2", {
        requestParameters: { functionName: FUNCTION_ARN },
        userIdentity: USER,
      }),
      "tamper: who may call it, by partial ARN with a version": record("lambda", "AddPermission20150331v2", {
        requestParameters: { functionName: `${ACCOUNT}:function:${FUNCTION}:1` },
        userIdentity: ROOT,
      }),
      "tamper: a version of an event name that is yet to come": record(
        "lambda",
        "UpdateFunctionCode20290331v3",
        {
          requestParameters: { functionName: `${FUNCTION_ARN}:$LATEST` },
        },
      ),
      ...Object.fromEntries(
        [
          `function:${FUNCTION}`,
          `${ACCOUNT}:${FUNCTION}`,
          `${REGION}:${ACCOUNT}:function:${FUNCTION}`,
          `${REGION}:${ACCOUNT}:function:${FUNCTION}:$LATEST`,
          `function:${FUNCTION}:1`,
          `${ACCOUNT}:${FUNCTION}:live`,
        ].map((functionName) => [
          `tamper: its code, under the name ${functionName}`,
          record("lambda", "UpdateFunctionCode20150331v2", { requestParameters: { functionName } }),
        ]),
      ),
      // Whatever changes who runs what of it, and how, under whatever name AWS logs it.
      ...Object.fromEntries(
        [
          ...["PublishVersion20150331", "DeleteFunction20150331", "PutRuntimeManagementConfig"],
          ...["CreateAlias20150331", "UpdateAlias20150331", "RemovePermission20150331v2"],
          ...[
            "PutFunctionEventInvokeConfig",
            "PutProvisionedConcurrencyConfig",
            "PutFunctionConcurrency20171031",
          ],
          ...["CreateEventSourceMapping20150331", "CreateFunctionUrlConfig", "PutFunctionRecursionConfig"],
        ].map((eventName) => [
          `tamper: ${eventName}`,
          record("lambda", eventName, { requestParameters: { functionName: FUNCTION } }),
        ]),
      ),
      "tamper: another function is made with its role": record("lambda", "CreateFunction20150331", {
        requestParameters: { functionName: "thumbnails", role: GENERATOR },
      }),
      "tamper: … or is given it": record("lambda", "UpdateFunctionConfiguration20150331v2", {
        requestParameters: { functionName: "thumbnails", role: GENERATOR },
        userIdentity: USER,
      }),
      "tamper: what its code must be signed by": record("lambda", "UpdateCodeSigningConfig20200422", {
        requestParameters: { codeSigningConfigArn: CODE_SIGNING, codeSigningPolicies: {} },
      }),
      "tamper: the code signing of it": record("lambda", "DeleteFunctionCodeSigningConfig20200630", {
        requestParameters: { functionName: FUNCTION },
      }),
    }),
    ...page("alerts", true, {
      "tamper: a rule is disabled": record("events", "DisableRule", { requestParameters: { name: RULE } }),
      "tamper: a rule of a user's stack gets another pattern": record("events", "PutRule", {
        requestParameters: { name: "ledger-enterprise.acme-prod.kms-denied-1a2b3c-0", eventPattern: "{}" },
        userIdentity: USER,
      }),
      "tamper: a rule loses its target": record("events", "RemoveTargets", {
        requestParameters: { rule: RULE, ids: ["page"] },
      }),
      "tamper: the topic's policy": record("sns", "SetTopicAttributes", {
        requestParameters: { topicArn: TOPIC, attributeName: "Policy" },
        userIdentity: ROOT,
      }),
      "tamper: somebody else subscribes to the alerts": record("sns", "Subscribe", {
        requestParameters: { topicArn: TOPIC, protocol: "https" },
      }),
      "tamper: somebody is unsubscribed": record("sns", "Unsubscribe", {
        requestParameters: { subscriptionArn: `${TOPIC}:8a21d249-4329-4871-acc6-7be709c6ea7f` },
      }),
      "tamper: the topic's messages are held back": record("sns", "PutDataProtectionPolicy", {
        requestParameters: { resourceArn: TOPIC, dataProtectionPolicy: "{}" },
      }),
      "tamper: the topic is deleted": record("sns", "DeleteTopic", {
        requestParameters: { topicArn: TOPIC },
      }),
      "tamper: the journal's records are masked": record("logs", "PutDataProtectionPolicy", {
        requestParameters: { logGroupIdentifier: JOURNAL, policyDocument: "{}" },
      }),
      "tamper: … by its ARN": record("logs", "PutDataProtectionPolicy", {
        requestParameters: { logGroupIdentifier: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${JOURNAL}` },
      }),
      "tamper: the journal is encrypted with another KMS key, by its ARN": record("logs", "AssociateKmsKey", {
        requestParameters: {
          resourceIdentifier: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${JOURNAL}`,
          kmsKeyId: STRANGE_KEY,
        },
      }),
      "tamper: a policy for all log groups, which masks the journal too": record("logs", "PutAccountPolicy", {
        requestParameters: { policyName: "mask", policyType: "DATA_PROTECTION_POLICY", policyDocument: "{}" },
      }),
      "tamper: … is deleted": record("logs", "DeleteAccountPolicy", {
        requestParameters: { policyName: "mask", policyType: "TRANSFORMER_POLICY" },
      }),
      "tamper: the journal is deleted": record("logs", "DeleteLogGroup", {
        requestParameters: { logGroupName: JOURNAL },
      }),
      "tamper: the journal's retention": record("logs", "PutRetentionPolicy", {
        requestParameters: { logGroupName: JOURNAL, retentionInDays: 1 },
      }),
      "tamper: EventBridge may no longer write the journal": record("logs", "DeleteResourcePolicy", {
        requestParameters: { policyName: "ledger-enterprise.acme-prod.journal" },
      }),
    }),
    ...page("trail", true, {
      "tamper: a trail is stopped": record("cloudtrail", "StopLogging", {
        requestParameters: { name: "main" },
      }),
      "tamper: a trail leaves out KMS": record("cloudtrail", "PutEventSelectors", {
        requestParameters: { trailName: "main" },
        userIdentity: ROOT,
      }),
      "tamper: the bus is given a KMS key that is of no use": record("events", "UpdateEventBus", {
        requestParameters: { name: "default", kmsKeyIdentifier: STRANGE_KEY },
      }),
    }),
    {
      what: "tamper: the rule that watches the rules is disabled",
      event: record("events", "DisableRule", {
        requestParameters: { name: "ledger-enterprise.acme-prod.alerts" },
      }),
      pages: ["alerts", "trail"],
      journal: true,
    },
    ...quiet(true, {
      "use: a signer's read by name": secret(
        "GetSecretValue",
        NAME,
        by(`arn:aws:iam::${ACCOUNT}:role/settlement`),
      ),
      "use: … by full ARN": secret("GetSecretValue", ARN),
      "use: … by partial ARN": secret("GetSecretValue", PARTIAL_ARN),
      "use: several at once": record("secretsmanager", "BatchGetSecretValue", {
        requestParameters: { secretIdList: [NAME, "payroll"] },
      }),
      "use: a signature by key ARN": kms("Sign", signingKey, signingKey),
      "use: … by key id": kms("Sign", idOf(signingKey), signingKey),
      "use: … by alias": kms("Sign", SIGNING_ALIAS, signingKey),
      "use: … by the alias's ARN": kms(
        "Sign",
        `arn:aws:kms:${REGION}:${ACCOUNT}:${SIGNING_ALIAS}`,
        signingKey,
      ),
      "a deployer puts a secret's policy": secret("PutResourcePolicy", ARN, by(DEPLOYER)),
      "a deployer makes a secret": record("secretsmanager", "CreateSecret", {
        ...by(DEPLOYER),
        requestParameters: { name: NAME },
        responseElements: { arn: ARN },
      }),
      "a deployer puts the policy of the secrets' KMS key": kms(
        "PutKeyPolicy",
        encryptionKey,
        encryptionKey,
        by(DEPLOYER),
      ),
      "a deployer puts a signing key's policy": kms("PutKeyPolicy", signingKey, signingKey, by(DEPLOYER)),
      "a deployer puts the generator's code": record("lambda", "UpdateFunctionCode20150331v2", {
        ...by(DEPLOYER),
        requestParameters: { functionName: FUNCTION },
      }),
      "a deployer puts a rule": record("events", "PutRule", {
        ...by(DEPLOYER),
        requestParameters: { name: RULE },
      }),
      "a deployer makes the generator": record("lambda", "CreateFunction20150331", {
        ...by(DEPLOYER),
        requestParameters: { functionName: FUNCTION, role: GENERATOR },
      }),
      "a deployer changes the topic": record("sns", "SetTopicAttributes", {
        ...by(DEPLOYER),
        requestParameters: { topicArn: TOPIC, attributeName: "Policy" },
      }),
      "a deployer starts a trail": record("cloudtrail", "UpdateTrail", {
        ...by(DEPLOYER),
        requestParameters: { name: "main" },
      }),
      "the generator's first key": secret("PutSecretValue", ARN, {
        ...by(GENERATOR),
        requestParameters: { secretId: ARN, versionStages: ["generation-1", "public-key-04ab"] },
      }),
      "the generator's key of a later generation": secret("PutSecretValue", SECOND, {
        ...by(GENERATOR),
        requestParameters: { secretId: SECOND, versionStages: ["generation-2", "public-key-04ab"] },
      }),
      "a custodian's first key": secret("PutSecretValue", ARN, {
        ...by(CUSTODIAN),
        requestParameters: { secretId: ARN, versionStages: ["generation-1", "public-key-04ab"] },
      }),
      "use: a reader's read of credentials by full ARN": secret("GetSecretValue", CREDENTIALS_ARN),
      "use: … by name": secret("GetSecretValue", CREDENTIALS_NAME),
      "a deployer puts the policy of the credentials": secret(
        "PutResourcePolicy",
        CREDENTIALS_ARN,
        by(DEPLOYER),
      ),
      "a custodian's credentials": secret("PutSecretValue", CREDENTIALS_ARN, {
        ...by(CUSTODIAN),
        requestParameters: { secretId: CREDENTIALS_ARN, versionStages: ["AWSCURRENT", "generation-1"] },
      }),
      "… regenerated and put again, of a later key": secret("PutSecretValue", CREDENTIALS_ARN, {
        ...by(CUSTODIAN),
        requestParameters: { secretId: CREDENTIALS_ARN, versionStages: ["AWSCURRENT", "generation-2"] },
      }),
      "… by name, and without labels": secret("PutSecretValue", CREDENTIALS_NAME, by(CUSTODIAN)),
      "… of a user who is called private-key": secret(
        "PutSecretValue",
        CREDENTIALS_ARN.replace("settlement-bot", "private-key"),
        by(CUSTODIAN),
      ),
      "… and the previous ones put back": secret("UpdateSecretVersionStage", CREDENTIALS_ARN, by(CUSTODIAN)),
      "a change that AWS refused as malformed": secret("PutResourcePolicy", ARN, {
        errorCode: "MalformedPolicyDocumentException",
      }),
    }),
    ...quiet(false, {
      "the generator is denied while its role's policy spreads": denied(
        "secretsmanager",
        "PutSecretValue",
        ARN,
        by(GENERATOR),
      ),
      "… and when it looks for labels": denied("secretsmanager", "DescribeSecret", ARN, {
        ...by(GENERATOR),
        requestParameters: { secretId: ARN },
      }),
      "another workspace with a longer name: denied": denied(
        "secretsmanager",
        "GetSecretValue",
        NAME.replace("acme-prod", "acme-prod2"),
        { requestParameters: { secretId: NAME.replace("acme-prod", "acme-prod2") } },
      ),
      "another workspace with a longer name: tamper": secret(
        "DeleteSecret",
        ARN.replace("acme-prod", "acme-prod2"),
      ),
      "another workspace with a longer name: use": secret(
        "GetSecretValue",
        ARN.replace("acme-prod", "acme-prod-2"),
      ),
      "another workspace with a longer name: its rule": record("events", "DisableRule", {
        requestParameters: { name: "ledger-enterprise.acme-prod-2.denied" },
      }),
      "another workspace with a longer name: its function": record("lambda", "UpdateFunctionCode20150331v2", {
        requestParameters: { functionName: FUNCTION.replace("acme-prod", "acme-prod2") },
      }),
      "… under a partial name": record("lambda", "UpdateFunctionCode20150331v2", {
        requestParameters: { functionName: `function:${FUNCTION.replace("acme-prod", "acme-prod2")}:1` },
      }),
      "… its role, given to a function": record("lambda", "CreateFunction20150331", {
        requestParameters: {
          functionName: "thumbnails",
          role: GENERATOR.replace("acme-prod", "acme-prod2"),
        },
      }),
      "… a label of its key moved": secret(
        "UpdateSecretVersionStage",
        ARN.replace("acme-prod", "acme-prod2"),
        by(CUSTODIAN),
      ),
      "… its journal masked": record("logs", "PutDataProtectionPolicy", {
        requestParameters: {
          logGroupIdentifier: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${JOURNAL}2`,
        },
      }),
      "… its journal, as a resource": record("logs", "DisassociateKmsKey", {
        requestParameters: {
          resourceIdentifier: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${JOURNAL}2`,
        },
      }),
      "a saved query of the journal": record("logs", "PutQueryDefinition", {
        requestParameters: { name: "mine", logGroupNames: [JOURNAL] },
      }),
      "another workspace with a longer name: its journal": record("logs", "DeleteLogGroup", {
        requestParameters: { logGroupName: `${JOURNAL}2` },
      }),
      "another workspace with a longer name: its alias": record("kms", "UpdateAlias", {
        requestParameters: { aliasName: SIGNING_ALIAS.replace("acme-prod", "acme-prod2") },
      }),
      "another secret: denied": denied("secretsmanager", "GetSecretValue", STRANGE_ARN, {
        requestParameters: { secretId: STRANGE_ARN },
      }),
      "another secret: deleted": secret("DeleteSecret", STRANGE_ARN),
      "another secret: read": secret("GetSecretValue", "payroll"),
      "another key: denied": denied("kms", "Sign", STRANGE_KEY),
      "another key: disabled": kms("DisableKey", STRANGE_KEY, STRANGE_KEY),
      "another key: signs": kms("Sign", STRANGE_KEY, STRANGE_KEY),
      "another function": record("lambda", "UpdateFunctionCode20150331v2", {
        requestParameters: { functionName: "thumbnails" },
      }),
      "another function whose name ends like the generator's": record(
        "lambda",
        "UpdateFunctionCode20150331v2",
        { requestParameters: { functionName: `my-${FUNCTION}` } },
      ),
      "another function made with a role of its own": record("lambda", "CreateFunction20150331", {
        requestParameters: { functionName: "thumbnails", role: `arn:aws:iam::${ACCOUNT}:role/thumbnails` },
      }),
      "another function held to the same code signing": record(
        "lambda",
        "PutFunctionCodeSigningConfig20200422",
        { requestParameters: { functionName: "thumbnails", codeSigningConfigArn: CODE_SIGNING } },
      ),
      "another bus": record("events", "UpdateEventBus", { requestParameters: { name: "orders" } }),
      "a tag on the topic": record("sns", "TagResource", { requestParameters: { resourceArn: TOPIC } }),
      "another topic's messages are held back": record("sns", "PutDataProtectionPolicy", {
        requestParameters: { resourceArn: `${TOPIC}2` },
      }),
      "another topic": record("sns", "DeleteTopic", { requestParameters: { topicArn: `${TOPIC}2` } }),
      "the same name in another region": secret("DeleteSecret", ARN.replace(REGION, "eu-west-2")),
      "the function's invocation, where data events are logged": record("lambda", "Invoke", {
        requestParameters: { functionName: FUNCTION },
        readOnly: false,
      }),
      "EventBridge opens a stream in the journal": record("logs", "CreateLogStream", {
        userIdentity: { type: "AWSService", invokedBy: "events.amazonaws.com" },
        requestParameters: { logGroupName: JOURNAL },
      }),
    }),
  ];
}
