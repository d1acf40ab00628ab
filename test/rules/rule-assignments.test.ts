import { TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, LedgerWorkspace, type RuleAssignments } from "../../constructs";
import { synthesize, synthesizeUser } from "../support/synthesis";

const make = (role: ApiUserRole, assignments: RuleAssignments) => () => synthesizeUser({ role, assignments });

describe("rules that a user is to be added to", () => {
  test("are refused to an operator where they are API Admin rules", () => {
    expect(make(ApiUserRole.OPERATOR, { adminRules: ["Create client accounts"] })).toThrow(
      /assignments\.adminRules: are for administrators, and this user is an operator/,
    );
  });

  test("are refused to an administrator where they are accounts' rules", () => {
    expect(make(ApiUserRole.ADMINISTRATOR, { accountRules: ["EUR settlement"] })).toThrow(
      /assignments\.accountRules: are for operators, and this user is an administrator/,
    );
  });

  test.each([
    "Master Administration",
    "master administration rule",
    " Master  Administration Rule ",
  ])("are never %j, in which no API Administrator can be", (rule) => {
    expect(make(ApiUserRole.ADMINISTRATOR, { adminRules: [rule] })).toThrow(/assignments\.adminRules\[0\]/);
  });

  test.each(["", " Treasury", "Treasury\nOperations", "Trea\u202esury"])("are names: %j is none", (name) => {
    expect(make(ApiUserRole.OPERATOR, { groups: [name] })).toThrow(
      /assignments\.groups\[0\]: ".*" is not a name/,
    );
  });

  test("of the right kind are in the registration, tokens too", () => {
    const { json } = synthesize((stack) => {
      const group = new TerraformVariable(stack, "group", { type: "string" }).stringValue;
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme" });
      const assignments = { groups: [group], accountRules: ["EUR settlement"], adminRules: [] };
      new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, assignments });
    });
    expect(json.output.registration.value.bot).toMatchObject({
      groups: ["${var.group}"],
      accountRules: ["EUR settlement"],
      adminRules: [],
    });
  });
});
