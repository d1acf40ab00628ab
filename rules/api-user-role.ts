/** A role of an API user, as the YAML spells it. */
export type Role = "operator" | "administrator";

/** Where a user's private key lives. */
export type Custody = "secrets-manager" | "kms" | "imported";

/** The role of an API user in the workspace. */
export class ApiUserRole {
  /** Creates and approves transactions as the rules of accounts and groups allow. */
  static readonly OPERATOR = new ApiUserRole("operator", "Operator - Via Self Managed Key Pair");

  /** Reads only, until a human administrator adds it to an API Admin rule. */
  static readonly ADMINISTRATOR = new ApiUserRole(
    "administrator",
    "API Administrator - Via Self Managed Key Pair",
  );

  /** The role by its name in YAML: `operator` or `administrator`. */
  static of(name: Role): ApiUserRole {
    return name === "operator" ? ApiUserRole.OPERATOR : ApiUserRole.ADMINISTRATOR;
  }

  private constructor(
    /** `operator` or `administrator`. */
    readonly name: Role,
    /** The name of the role on the workspace's "Invite User" page. */
    readonly uiLabel: string,
  ) {}
}
