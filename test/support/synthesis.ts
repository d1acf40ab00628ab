import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { ApiUser, type ApiUserProps, ApiUserRole, LedgerWorkspace } from "../../constructs";
import { testingApp } from "./testing-app";

export const ACCOUNT = "123456789012";
export const role = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;

/** The two secrets of a user: for `Template.one` and `Template.statements`. */
export const KEY_SECRET = ["aws_secretsmanager_secret", "/private-key"] as const;
export const CREDENTIALS_SECRET = ["aws_secretsmanager_secret", "/credentials"] as const;

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: unknown;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A stack's synthesized JSON, with questions that tests ask of it. */
export class Template {
  // biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON has the shape that the resource gives it
  readonly json: any;

  constructor(readonly text: string) {
    this.json = JSON.parse(text);
  }

  // biome-ignore lint/suspicious/noExplicitAny: see above
  all(type: string): any[] {
    return Object.values(this.json.resource?.[type] ?? {});
  }

  /**
   * The only resource of a type; of several, the one whose name has this end.
   */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  one(type: string, end = ""): any {
    const found = this.all(type).filter(({ name }) => end === "" || name.endsWith(end));
    if (found.length !== 1) throw new Error(`${found.length} of ${type} ${end}, not one`);
    return found[0];
  }

  /** The statements of the policy of such a resource. */
  statements(type: string, end = ""): Map<string, Statement> {
    const { Statement } = JSON.parse(this.one(type, end).policy) as { Statement: Statement[] };
    return new Map(Statement.map((statement) => [statement.Sid, statement]));
  }
}

/** A stack in its own app, with an AWS provider, synthesized after `build`. */
export function synthesize(build: (stack: TerraformStack) => void): Template {
  const stack = new TerraformStack(testingApp(), "test");
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  build(stack);
  return new Template(Testing.synth(stack, true));
}

/** A user `settlement bot` of the workspace `acme-prod` in one stack. */
export function synthesizeUser(
  props: Partial<ApiUserProps> = {},
  workspaceProps: Partial<ConstructorParameters<typeof LedgerWorkspace>[2]> = {},
): Template {
  return synthesize((stack) => {
    const workspace = new LedgerWorkspace(stack, "Workspace", {
      name: "acme-prod",
      account: ACCOUNT,
      region: "eu-west-1",
      alerts: false, // test/alerts has them
      ...workspaceProps,
    });
    new ApiUser(stack, "Settlement", {
      workspace,
      username: "settlement bot",
      role: ApiUserRole.OPERATOR,
      signers: [role("settlement")],
      ...props,
    });
  });
}
