/**
 * CloudTrail's records as EventBridge gives them to rules. Their shapes are those of AWS's own examples (Secrets Manager
 * guide, "CloudTrail entries"; KMS guide, "AWS CloudTrail log entries"; CloudTrail guide, "userIdentity element") and of
 * records that others published:
 * - a denied `GetSecretValue` with request parameters: the test of panther-labs/pypanther's rule
 *   AWS.SecretsManager.RetrieveSecrets, 2024;
 * - messages with the secret as its caller wrote it, a name too: `… on resource: semgrep_token because no identity-based
 *   policy allows …`, of AWS CodeBuild;
 * - a written value, `requestParameters.clientRequestToken`, `responseElements.arn`: the guide of external-secrets/reloader.
 * A denied call of KMS was found in no published record whole: its form here, without request parameters, is from memory.
 */

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";
export const NAME = "ledger-enterprise/acme-prod/settlement-bot/generation-1/private-key";
export const ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${NAME}-AbC123`;
export const PARTIAL_ARN = ARN.slice(0, -7);
export const CREDENTIALS_NAME = "ledger-enterprise/acme-prod/settlement-bot/generation-1/credentials";
export const CREDENTIALS_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${CREDENTIALS_NAME}-XyZ789`;
export const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/ci/terraform`;
export const CUSTODIAN = `arn:aws:iam::${ACCOUNT}:role/custody-admin`;
/** The generator's role; and its function, which names its sessions. */
export const GENERATOR = `arn:aws:iam::${ACCOUNT}:role/ledger-acme-prod-eu-west-1-key-generator`;
export const FUNCTION = "ledger-enterprise-acme-prod-key-generator";

export interface CloudTrailEvent {
  source: string;
  "detail-type": string;
  account: string;
  region: string;
  detail: Record<string, unknown>;
}

/** A session of a role: the generator's in its function, of any other somebody's. */
export function session(
  roleArn: string,
  name = roleArn === GENERATOR ? FUNCTION : "alice",
): Record<string, unknown> {
  const role = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  return {
    type: "AssumedRole",
    principalId: `AROAEXAMPLE:${name}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
    accountId: ACCOUNT,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROAEXAMPLE",
        arn: roleArn,
        accountId: ACCOUNT,
        userName: role,
      },
      attributes: { creationDate: "2026-02-03T02:00:00Z", mfaAuthenticated: "false" },
    },
  };
}

const MALLORY = session(`arn:aws:iam::${ACCOUNT}:role/mallory`);
export const ROOT = {
  type: "Root",
  principalId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accountId: ACCOUNT,
};
export const USER = {
  type: "IAMUser",
  principalId: "AIDAEXAMPLE",
  arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
  accountId: ACCOUNT,
  userName: "bob",
};

/** Of the AWS service `source`: what was called, with the fields that differ. */
export function record(
  source: string,
  eventName: string,
  detail: Record<string, unknown> = {},
): CloudTrailEvent {
  return {
    source: `aws.${source}`,
    "detail-type": "AWS API Call via CloudTrail",
    account: ACCOUNT,
    region: REGION,
    detail: {
      eventVersion: "1.11",
      userIdentity: MALLORY,
      eventTime: "2026-02-03T02:14:15Z",
      eventSource: `${source}.amazonaws.com`,
      eventName,
      awsRegion: REGION,
      sourceIPAddress: "203.0.113.9",
      userAgent: "aws-cli/2.22.7",
      requestParameters: null,
      responseElements: null,
      requestID: "7a92ba1e-5b1a-4c39-9f5b-000000000001",
      eventID: "0c9a1f02-1111-4222-8333-000000000001",
      readOnly: /^(BatchGet|Describe|Get|List|Sign|Verify)/.test(eventName),
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: "Management",
      ...detail,
    },
  };
}

export function secret(eventName: string, secretId: string, detail: Record<string, unknown> = {}) {
  return record("secretsmanager", eventName, { requestParameters: { secretId }, ...detail });
}

/** AWS denied it; what was asked for stands in the message, and in the request parameters where those are given. */
export function denied(source: string, eventName: string, resource: string, detail: object = {}) {
  return record(source, eventName, {
    errorCode: "AccessDenied",
    errorMessage: `User: arn:aws:sts::${ACCOUNT}:assumed-role/mallory/alice is not authorized to perform: ${source}:${eventName} on resource: ${resource} with an explicit deny in a resource-based policy`,
    ...detail,
  });
}

/** A call of KMS: `keyId` as the caller wrote it, and the key's ARN in `resources`, as AWS's examples have it. */
export function kms(eventName: string, keyId: string, keyArn: string, detail: Record<string, unknown> = {}) {
  return record("kms", eventName, {
    requestParameters: { keyId },
    resources: [{ accountId: ACCOUNT, type: "AWS::KMS::Key", ARN: keyArn }],
    ...detail,
  });
}
