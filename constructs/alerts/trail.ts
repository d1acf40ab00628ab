import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { kmsKeyArnProblem, trailNameProblem } from "../../rules/formats";
import { allow, deny, type PolicyStatement, policyJson } from "../policies/policy";
import { arnIn, awsLocationOf } from "../terraform/aws-location";
import { type Checks, checkProps, FLAG, number, optional, tagMap, text } from "../terraform/checks";
import { literalMap } from "../terraform/literal";

/** The name, encryption, reach and retention of a trail. */
export interface WorkspaceTrailProps {
  /**
   * The trail's name; the bucket's name is `NAME-trail-ACCOUNT-REGION`.
   * 3 to 24 lower-case letters, digits and single hyphens, not at the ends.
   * @default "ledger-enterprise"
   */
  readonly name?: string;
  /**
   * ARN of the KMS key that encrypts the log files. Its policy must let CloudTrail use it (CloudTrail guide, "Configure
   * AWS KMS key policies for CloudTrail").
   * @default - encryption by S3 itself (AES256)
   */
  readonly kmsKey?: string;
  /**
   * Whether the trail logs every region, including the one that receives IAM's records, which `RoleWatch` needs.
   * @default true
   */
  readonly multiRegion?: boolean;
  /**
   * How many days log files are kept, 1 to 2147483647.
   * @default 2555 - seven years
   */
  readonly retentionInDays?: number;
  /**
   * Tags on everything that is made here, beside the AWS provider's.
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The longest lifetime of an object that S3 accepts (PutBucketLifecycleConfiguration: a positive integer). */
const MOST_DAYS = 2 ** 31 - 1;

const TRAIL_CHECKS: Checks<WorkspaceTrailProps> = {
  name: optional(text(trailNameProblem)),
  kmsKey: optional(text(kmsKeyArnProblem)),
  multiRegion: optional(FLAG),
  retentionInDays: optional(
    number((days) =>
      Number.isInteger(days) && days >= 1 && days <= MOST_DAYS
        ? undefined
        : { what: `is ${days}`, fix: `write a whole number of days from 1 to ${MOST_DAYS}` },
    ),
  ),
  tags: optional(tagMap(() => [])),
};

/**
 * A CloudTrail trail, for an account that has none: without one, the alerts receive no records. It logs management events,
 * reads and writes, including those of KMS, with digests that reveal a changed or missing log file. One trail for an account
 * and region is enough; AWS charges for a second copy of management events.
 */
export class WorkspaceTrail extends Construct {
  /** Token: the trail's ARN. */
  readonly trailArn: string;
  /** Name of the bucket that keeps the log files. */
  readonly bucketName: string;

  /** @throws Error if a prop is of a wrong type; what else is wrong with props is reported at synthesis */
  constructor(scope: Construct, id: string, props: WorkspaceTrailProps = {}) {
    super(scope, id);
    checkProps(this, props, TRAIL_CHECKS);
    const { name = "ledger-enterprise", kmsKey, multiRegion = true } = props;
    const tags = literalMap(props.tags);
    const location = awsLocationOf(this);
    const { partition, region, account } = location;
    this.trailArn = arnIn(location, "cloudtrail", `trail/${name}`);
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
          // A file that is deleted early is kept as long.
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
      // Reads and writes, and no source excluded: KMS has many events, and they matter here.
      eventSelector: [
        { includeManagementEvents: true, readWriteType: "All", excludeManagementEventSources: [] },
      ],
      tags,
      dependsOn: [policy],
    });
  }
}

/** As in the CloudTrail guide, "Amazon S3 bucket policy for CloudTrail", for this trail only; and TLS is required. */
function bucketPolicy(bucketArn: string, trailArn: string, account: string): PolicyStatement[] {
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  return [
    allow("CloudTrailChecksTheBucket", "s3:GetBucketAcl", {
      Principal,
      Resource: bucketArn,
      Condition: { StringEquals: { "aws:SourceArn": trailArn } },
    }),
    allow("CloudTrailWrites", "s3:PutObject", {
      Principal,
      Resource: `${bucketArn}/AWSLogs/${account}/*`,
      Condition: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    }),
    {
      ...deny("NobodyWithoutTls", "s3:*"),
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ];
}
