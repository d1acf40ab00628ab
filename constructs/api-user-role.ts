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
  static of(name: "operator" | "administrator"): ApiUserRole {
    return name === "operator" ? ApiUserRole.OPERATOR : ApiUserRole.ADMINISTRATOR;
  }

  private constructor(
    /** `operator` or `administrator`. */
    readonly name: "operator" | "administrator",
    /** What the workspace's "Invite User" page calls it (seed, step 2). */
    readonly uiLabel: string,
  ) {}
}
