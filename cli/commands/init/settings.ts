import { partitionOf } from "../../../rules/partitions";

/** What a first project is made of; what nobody named is an example. */
export interface Settings {
  readonly workspace: string;
  readonly account: Setting;
  readonly region: Setting;
  /** The bucket of the states; without it, they are local. */
  readonly bucket?: string;
  /** The folder of the JSON schemas, from the project's. */
  readonly schemas: string;
  /** This package and what it needs for synthesis, each in an exact version. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Of this package. */
  readonly version: string;
}

export interface Setting {
  readonly value: string;
  readonly isExample: boolean;
}

/** A file of the project, with its path in it. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

export const CHANGE = "# change this";

/** A role of the workspace's account. */
export const roleIn = ({ account, region }: Settings, name: string): string =>
  `arn:${partitionOf(region.value)}:iam::${account.value}:role/${name}`;
