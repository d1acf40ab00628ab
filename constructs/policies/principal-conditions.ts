import { Fn, Op, type Precondition, Token } from "cdktf";
import { WORKSPACE_NAME, WORKSPACE_NAME_RULE } from "../../rules/aws-names";
import {
  IDENTITY_CENTER_ROLE,
  MOST_OF_A_PATH,
  NOT_THE_PATH,
  principalPattern,
  RESERVED,
} from "../../rules/iam-arns";
import { ROLE_PATH } from "../../rules/principal-arns";
import type { ILedgerWorkspace } from "../workspace/interface";

/**
 * Synthesis cannot check an ARN if it or the account is a token. These preconditions let Terraform check it by the same rule,
 * before it makes what these principals may use.
 */
export function signerConditions(workspace: ILedgerWorkspace, arns: readonly string[]): Precondition[] {
  const { location, signerAccounts, options } = workspace;
  const accounts = [location.account, ...signerAccounts];
  return principalConditions(workspace, arns, options.allowUsers ? "(role|user)" : "role", accounts, {
    errorMessage: `A signer or reader is not the ARN of one IAM role${options.allowUsers ? " or user" : ""} of the workspace's account or of its signerAccounts.`,
  });
}

/**
 * The same for a workspace's options. Its name and role path are in patterns and in the ARN of the generator's role: a `*` in
 * them would be a wildcard in every policy that lets that role write.
 */
export function workspaceConditions(workspace: ILedgerWorkspace): Precondition[] {
  const { location, name, rolePath, deployers, custodians, signerAccounts } = workspace;
  const own = (who: string, arns: readonly string[]) =>
    principalConditions(workspace, arns, "role", [location.account], {
      errorMessage: `A ${who} is not the ARN of one IAM role of the workspace's account.`,
    });
  const text = (what: string, pattern: string, values: readonly string[]) =>
    values.filter(Token.isUnresolved).map((value) => ({
      condition: Fn.can(Fn.regex(pattern, value)),
      errorMessage: `${what}.`,
    }));
  return [
    ...own("deployer", deployers),
    ...own("custodian", custodians),
    ...text("One of signerAccounts is not an AWS account, 12 digits", "^[0-9]{12}$", signerAccounts),
    ...text(`The workspace's name is not one; use ${WORKSPACE_NAME_RULE}`, WORKSPACE_NAME.source, [name]),
    ...text("The workspace's rolePath is not a path without wildcards", ROLE_PATH, [rolePath]),
  ];
}

function principalConditions(
  { location }: ILedgerWorkspace,
  arns: readonly string[],
  kinds: string,
  accounts: readonly string[],
  message: Pick<Precondition, "errorMessage">,
): Precondition[] {
  const ofWorkspace = (partition: string, account: string) =>
    Op.and(Fn.contains([...accounts], account), Op.eq(partition, location.partition));
  const tokens = arns.filter(Token.isUnresolved);
  const ofTokens = tokens.map((arn) => {
    const part = (index: number) => Fn.element(Fn.split(":", arn), index);
    const matches = (pattern: string) => Fn.can(Fn.regex(pattern, arn));
    const isPrincipal = matches(principalPattern(kinds));
    const isShort = Op.lte(Fn.lengthOf(Fn.replace(arn, `/${NOT_THE_PATH}/`, "")), MOST_OF_A_PATH);
    const canExist = Op.or(Op.not(matches(RESERVED)), matches(IDENTITY_CENTER_ROLE));
    return Op.and(isPrincipal, Op.and(isShort, Op.and(canExist, ofWorkspace(part(1), part(4)))));
  });
  // Of literals, synthesis has checked the rest. Their text, which may have quotes, gets into no expression.
  const literals = Token.isUnresolved(location.account) ? arns.filter((arn) => !tokens.includes(arn)) : [];
  const beginnings = new Set(literals.map((arn) => arn.split(":").slice(0, 5).join(":")));
  const ofLiterals = [...beginnings].map((beginning) => {
    const [, partition = "", , , account = ""] = beginning.split(":");
    return ofWorkspace(partition, account);
  });
  return [...ofTokens, ...ofLiterals].map((condition) => ({ condition, ...message }));
}
