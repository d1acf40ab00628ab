import type { NamedKey } from "../../rules/aws-names";
import type { IApiUser } from "../api-user/interface";

/** What the names of a user's key and credentials are made of. */
export function namedKey({ workspace, awsName }: IApiUser, generation: number): NamedKey {
  return { workspace: workspace.name, awsName, generation };
}
