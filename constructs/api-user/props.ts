import type { ApiUserRole } from "../../rules/api-user-role";
import type { RuleAssignments } from "../../rules/rule-assignments";
import type { KeyCustody } from "../custody/key-custody";
import {
  FLAG,
  listsOfTexts,
  NUMBER,
  optional,
  TEXT,
  TEXT_MAP,
  TEXTS,
  withMember,
} from "../terraform/prop-types";
import type { ILedgerWorkspace } from "../workspace/interface";

export interface ApiUserProps {
  /** The workspace that the user belongs to. */
  readonly workspace: ILedgerWorkspace;
  /** The user's name in the workspace, as the admin who registers it enters it. Unique in the workspace. */
  readonly username: string;
  readonly role: ApiUserRole;
  /**
   * Where the private key lives.
   * @default KeyCustody.secretsManager()
   */
  readonly custody?: KeyCustody;
  /**
   * ARNs of the IAM roles that may sign as the user. Plain role ARNs: no wildcard, account root or session, and
   * no user unless the workspace allows users. A token may be one of the list, not the list itself: how many may sign is for the reviewer to see.
   * @default - none; see `grantSign`
   */
  readonly signers?: readonly string[];
  /**
   * ARNs of the IAM roles that may read the user's API credentials, and nothing else.
   * @default - none
   */
  readonly readers?: readonly string[];
  /**
   * Which key of the user is current, 1 and up.
   * @default 1
   */
  readonly generation?: number;
  /**
   * Whether the policy of the user's key denies its deletion to everyone. Taking the user out then takes two
   * reviewed changes: this off, applied; and the user taken out.
   * @default - the workspace's
   */
  readonly removalProtection?: boolean;
  /**
   * What an admin adds the user to in the workspace: in the registration, for people to do.
   * @default - none
   */
  readonly assignments?: RuleAssignments;
  /**
   * More tags on what is made for this user.
   * @default - the workspace's
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** For those whom no compiler tells. */
export const API_USER_PROPS = {
  workspace: withMember("location", "object", "a LedgerWorkspace, or LedgerWorkspace.fromName(…)"),
  username: TEXT,
  role: withMember("uiLabel", "string", "ApiUserRole.OPERATOR or ApiUserRole.ADMINISTRATOR"),
  custody: optional(withMember("bind", "function", "KeyCustody.secretsManager() or another of KeyCustody")),
  signers: optional(TEXTS),
  readers: optional(TEXTS),
  generation: optional(NUMBER),
  removalProtection: optional(FLAG),
  assignments: optional(listsOfTexts("groups", "accountRules", "adminRules")),
  tags: optional(TEXT_MAP),
};
