import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { kmsKeyArnProblem, trailNameProblem } from "../../rules/formats";
import { type PolicyStatement, policyJson } from "../policies/policy";
import { awsLocationOf } from "../terraform/aws-location";
import { type Checks, checkProps, FLAG, number, optional, tagMap, text } from "../terraform/checks";
import { literalMap } from "../terraform/literal";

export interface WorkspaceTrailProps {
  /**
   * The trail's name, and with account and region behind it the bucket's.
   * 3 to 24 lower-case letters, digits and single hyphens, not at the ends.
   * @default "ledger-enterprise"
   */
  readonly name?: string;
  /**
   * ARN of the KMS key that encrypts the log files. Its policy must let CloudTrail use it (CloudTrail guide, "Configure
   * AWS KMS key policies for CloudTrail").
   * @default - S3's own encryption
   */
  readonly kmsKey?: string;
  /**
   * Whether the trail logs every region, also the one that IAM's records come in, which `RoleWatch` needs.
   * @default true
   */
  readonly multiRegion?: boolean;
  /**
   * How many days log files are kept.
   * @default 2555 - seven years
   */
  readonly retentionInDays?: number;
  /** @default - those of the AWS provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What S3 takes as an object's lifetime (PutBucketLifecycleConfiguration: a positive integer). */
const MOST_DAYS = 2 ** 31 - 1;

const TRAIL_CHECKS: Checks<WorkspaceTrailProps> = {
  name: optional(text(trailNameProblem)),
  kmsKey: optional(text(kmsKeyArnProblem)),
  multiRegion: optional(FLAG),
  retentionInDays: optional(
    number((days) =>
      Number.isInteger(days) && days >= 1 && days <= MOST_DAYS
        ? undefined
        : `is ${days}; write a whole number of days from 1 to ${MOST_DAYS}`,
    ),
  ),
  tags: optional(tagMap(() => [])),
};

/**
 * A CloudTrail trail, for an account that has none: without one, no rule of ours gets any record. It logs management events,
 * those of KMS included, reads and writes, with digests by which a changed or missing log file is noticed. One for an
 * account and region is enough; a second copy of management events is charged.
 */
export class WorkspaceTrail extends Construct {
  readonly trailArn: string;
  readonly bucketName: string;

  constructor(scope: Construct, id: string, props: WorkspaceTrailProps = {}) {
    super(scope, id);
    checkProps(this, props, TRAIL_CHECKS);
    const { name = "ledger-enterprise", kmsKey, multiRegion = true } = props;
    const tags = literalMap(props.tags);
    const { partition, region, account } = awsLocationOf(this);
    this.trailArn = `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`;
    this.bucketName = `${name}-trail-${account}-${region}`;
    const bucket = new S3Bucket(this, "Bucket", {
      bucket: this.bucketName,
      tags,
      lifecycle: { preventDestroy: true },
    });
    const bucketArn = `arn:${partition}:s3:::${this.bucketName}`;
    const policy = new S3BucketPolicy(this, "BucketPolicy", {
      bucket: bucket.id,
      policy: policyJson(() => bucketPolicy(bucketArn, this.trailArn, account)),
    });
    new S3BucketPublicAccessBlock(this, "PublicAccessBlock", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: kmsKey
            ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKey }
            : { sseAlgorithm: "AES256" },
        },
      ],
    });
    const versioning = new S3BucketVersioningA(this, "Versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    const days = props.retentionInDays ?? 2555;
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "retention",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days }],
          // What is deleted before its time is kept as long.
          noncurrentVersionExpiration: [{ noncurrentDays: days }],
        },
      ],
      dependsOn: [versioning],
    });
    new Cloudtrail(this, "Resource", {
      name,
      s3BucketName: bucket.id,
      kmsKeyId: kmsKey,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: multiRegion,
      isMultiRegionTrail: multiRegion,
      enableLogging: true,
      // Reads and writes, and no source left out: KMS's are much, and the ones that matter here.
      eventSelector: [
        { includeManagementEvents: true, readWriteType: "All", excludeManagementEventSources: [] },
      ],
      tags,
      dependsOn: [policy],
    });
  }
}

/** CloudTrail guide, "Amazon S3 bucket policy for CloudTrail", for this one trail; and nobody comes without TLS. */
function bucketPolicy(bucketArn: string, trailArn: string, account: string): PolicyStatement[] {
  const cloudTrail = { Service: "cloudtrail.amazonaws.com" };
  return [
    {
      Sid: "CloudTrailChecksTheBucket",
      Effect: "Allow",
      Principal: cloudTrail,
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: { StringEquals: { "aws:SourceArn": trailArn } },
    },
    {
      Sid: "CloudTrailWrites",
      Effect: "Allow",
      Principal: cloudTrail,
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${account}/*`,
      Condition: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    {
      Sid: "NobodyWithoutTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ];
}
