import { awsNameOf } from "../rules/aws-names";
import { FIRST_GENERATION } from "../rules/generations";
import { isObject } from "../rules/is-object";
import { DOCUMENTS } from "./yaml/schema";

/** What belongs to a user's keys and cannot be another for them. */
export interface WrittenKeys {
  readonly role?: string;
  readonly custody?: string;
  /** The numbers of its generations. */
  readonly generations: readonly number[];
}

const { properties = {} } = DOCUMENTS["users.schema.json"].definitions["user"] ?? {};

/** A value that this version knows; else the one that stands for none. */
function known(key: string, value: unknown): string | undefined {
  const { enum: values = [], default: other } = properties[key] ?? {};
  return values.find((each) => each === (value ?? other));
}

/** Reads it as it is written, also where this version refuses other parts of the file: an earlier one may have taken them. */
export function writtenKeys(read: (key: string) => unknown): WrittenKeys {
  const [role, custody] = ["role", "custody"].map((key) => known(key, read(key)));
  const generations = read("generations");
  return {
    ...(role !== undefined && { role }),
    ...(custody !== undefined && { custody }),
    generations: Object.keys(isObject(generations) ? generations : FIRST_GENERATION).map(Number),
  };
}

/** A user of an earlier version of a file. */
export interface FormerUser {
  readonly awsName: string;
  readonly generations: readonly number[];
}

/** The users that a file's value declares, without those that it says to be in another file. */
export function formerUsersIn(value: unknown): FormerUser[] {
  const users = isObject(value) ? value["users"] : undefined;
  return (Array.isArray(users) ? users : []).flatMap((user) => {
    if (!isObject(user) || typeof user["username"] !== "string" || user["movedTo"] !== undefined) return [];
    const { generations } = writtenKeys((key) => user[key]);
    return [{ awsName: awsNameOf(user["username"]), generations }];
  });
}
