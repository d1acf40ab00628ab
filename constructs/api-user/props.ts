import { Token } from "cdktf";
import type { Mistake } from "../../messages/mistake";
import type { ApiUserRole } from "../../rules/api-user-role";
import {
  FIRST_GENERATION,
  type Generations,
  generationsProblem,
  type RegisteredNames,
  registeredAsProblems,
} from "../../rules/generations";
import { isObject } from "../../rules/is-object";
import { principalArnProblem } from "../../rules/principal-arns";
import { adminRuleProblem, type RuleAssignments, ruleKindProblem } from "../../rules/rule-assignments";
import { nameProblem, usernameProblem } from "../../rules/user-names";
import type { KeyCustody } from "../custody/key-custody";
import {
  type Checks,
  FLAG,
  listsOfTexts,
  optional,
  placed,
  tagMap,
  text,
  texts,
  withMember,
} from "../terraform/checks";
import type { ILedgerWorkspace } from "../workspace/interface";

/** What declares an API user. */
export interface ApiUserProps {
  /** The workspace that the user belongs to. */
  readonly workspace: ILedgerWorkspace;
  /**
   * The user's name in the workspace, as the admin who registers the user enters it. Unique in the workspace; 1 to 128
   * characters, without line breaks, invisible characters, or blanks at the ends.
   */
  readonly username: string;
  /** The user's role in the workspace. */
  readonly role: ApiUserRole;
  /**
   * Where the private key lives.
   * @default KeyCustody.secretsManager()
   */
  readonly custody?: KeyCustody;
  /**
   * ARNs of the IAM roles that may sign as the user. Plain role ARNs: no wildcard, account root or session, and no user
   * unless the workspace has `allowUsers`. An element may be a token, but not the list: a reviewer must see how many may sign.
   * @default - none; see `grantSign`
   */
  readonly signers?: readonly string[];
  /**
   * ARNs of the IAM roles that may read the user's API credentials, and nothing else.
   * @default - none
   */
  readonly readers?: readonly string[];
  /**
   * The keys of the user: what each is for, by the number of its generation. One is current; newer ones are pending, older ones
   * previous or retired. A user that comes back takes the next number, `{ 2: "current" }`: the names of what was removed stay blocked
   * until it is gone for good.
   * @default { 1: "current" }
   */
  readonly generations?: Generations;
  /**
   * The names that an admin registers the keys under, by the number of the generation. Ledger Enterprise takes no second key for a user,
   * so that each generation is a user of the workspace. Unique in the workspace.
   * @default - `username` for generation 1, `username` and the number for any other
   */
  readonly registeredAs?: RegisteredNames;
  /**
   * Whether the policies of the user's key and credentials deny their deletion to everyone. Removing the user then takes
   * two reviewed changes: apply with this off, then remove the user.
   * @default - the workspace's
   */
  readonly removalProtection?: boolean;
  /**
   * The groups and rules that an admin adds the user to in the workspace. They are printed in the registration; people act
   * on them.
   * @default - none
   */
  readonly assignments?: RuleAssignments;
  /**
   * Tags on what is made for this user, beside the workspace's. 50 tags at most together.
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

const CHECK_ASSIGNMENTS = listsOfTexts<RuleAssignments, ApiUserProps>({
  groups: optional(texts(nameProblem)),
  accountRules: optional(texts(nameProblem)),
  adminRules: optional(texts(nameProblem, adminRuleProblem)),
});

export const API_USER_CHECKS: Checks<ApiUserProps> = {
  workspace: withMember("location", "object", "a LedgerWorkspace, or LedgerWorkspace.fromName(…)"),
  username: text(usernameProblem),
  role: withMember("uiLabel", "string", "ApiUserRole.OPERATOR or ApiUserRole.ADMINISTRATOR"),
  custody: optional(withMember("bind", "function", "KeyCustody.secretsManager() or another of KeyCustody")),
  signers: optional(texts(principal)),
  readers: optional(texts(principal)),
  generations: optional({
    is: isObject,
    give: 'an object such as { 2: "current" }',
    problems: (generations, place) => placed(place, generationsProblem(generations)),
  }),
  registeredAs: optional({
    is: (value) => isObject(value) && Object.values(value).every((name) => typeof name === "string"),
    give: 'an object such as { 2: "settlement bot B" }',
    problems: (registeredAs, place, { username, generations = FIRST_GENERATION }) =>
      generationsProblem(generations)
        ? []
        : registeredAsProblems(username, generations, registeredAs).flatMap(({ generation, ...mistake }) =>
            placed(`${place}[${generation}]`, mistake),
          ),
  }),
  removalProtection: optional(FLAG),
  assignments: optional({
    ...CHECK_ASSIGNMENTS,
    problems: (assignments, place, props) => [
      ...kindProblems(assignments, place, props),
      ...(CHECK_ASSIGNMENTS.problems?.(assignments, place, props) ?? []),
    ],
  }),
  tags: optional(tagMap(({ workspace }) => Object.keys(workspace.tags))),
};

function principal(arn: string, { workspace }: ApiUserProps): Mistake | undefined {
  const { location, signerAccounts, options } = workspace;
  const accounts = [location.account, ...signerAccounts].filter((id) => !Token.isUnresolved(id));
  return principalArnProblem(arn, {
    accounts: accounts.length > signerAccounts.length ? accounts : undefined,
    allowUsers: options.allowUsers,
  });
}

function kindProblems(assignments: RuleAssignments, place: string, { role }: ApiUserProps): string[] {
  return (["accountRules", "adminRules"] as const)
    .filter((kind) => assignments[kind]?.length)
    .flatMap((kind) => placed(`${place}.${kind}`, ruleKindProblem(role.name, kind)));
}
