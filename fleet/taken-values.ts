import { isObject } from "../rules/is-object";
import { partitionOf } from "../rules/partitions";
import { userKeysOf } from "./user-file";
import type { KnownSettings } from "./workspace-file";
import type { ParsedYaml } from "./yaml/parse";
import type { YamlFile } from "./yaml/yaml-file";

const PRINCIPALS = userKeysOf("principalArn");
const KEYS = userKeysOf("publicKey");

/** A user as it is written. */
export type Values = Readonly<Record<string, unknown>>;

/** The users of a file that is right in its own workspace. */
export const usersOf = ({ value }: YamlFile): readonly Values[] =>
  isObject(value) && Array.isArray(value["users"]) ? value["users"].filter(isObject) : [];

export const principalsOf = (user: Values): string[] =>
  PRINCIPALS.flatMap((key) => user[key] ?? []).filter((each) => typeof each === "string");

export const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

/** The same file with the values of the workspace that takes it. */
export function withValues(parsed: ParsedYaml, known: KnownSettings): ParsedYaml {
  const { yaml } = parsed;
  if (yaml === undefined || !isObject(yaml.value)) return parsed;
  const { users } = yaml.value;
  if (!Array.isArray(users)) return parsed;
  const value = {
    ...yaml.value,
    users: users.map((user) => (isObject(user) ? userHere(user, known) : user)),
  };
  return { ...parsed, yaml: { ...yaml, value } };
}

function userHere(user: Values, known: KnownSettings): Values {
  const { publicKeys = {} } = known;
  const { username } = user;
  const here = Object.fromEntries(
    Object.entries(user)
      .filter(([key]) => !KEYS.includes(key))
      .map(([key, value]) => [
        key,
        PRINCIPALS.includes(key) && Array.isArray(value)
          ? value.map((arn) => principalHere(arn, known))
          : value,
      ]),
  );
  return typeof username === "string" && Object.hasOwn(publicKeys, username)
    ? { ...here, publicKey: publicKeys[username] }
    : here;
}

/** The same role in the account that stands for its own here, which is in this workspace's partition. */
function principalHere(arn: unknown, { accountMap = {}, region }: KnownSettings): unknown {
  if (typeof arn !== "string") return arn;
  const [, partition = "", account = "", rest] = /^arn:([^:]*):iam::(\d{12}):(.*)$/s.exec(arn) ?? [];
  if (!Object.hasOwn(accountMap, account)) return arn;
  return `arn:${region === undefined ? partition : partitionOf(region)}:iam::${accountMap[account]}:${rest}`;
}
