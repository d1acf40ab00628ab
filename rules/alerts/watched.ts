import type { AwsLocation } from "../aws-location";

/** What the patterns need to know of a workspace. Values may be tokens. */
export interface WatchedWorkspace {
  readonly name: string;
  readonly location: AwsLocation;
  readonly deployers: readonly string[];
  readonly custodians: readonly string[];
  readonly generatorRoleArn: string;
  readonly options: {
    /** ARN of the code signing configuration that the generator's code must satisfy. */
    readonly codeSigningConfig?: string;
  };
}

/** What the patterns of a workspace's own stack are made of. */
export interface Watched {
  readonly workspace: WatchedWorkspace;
  /** Ids of the KMS keys that encrypt the workspace's secrets and alerts. */
  readonly keyIds: readonly string[];
  readonly topicArn: string;
}
