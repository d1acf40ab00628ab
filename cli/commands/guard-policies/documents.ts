import type { WorkspaceDeclaration } from "../../../fleet";
import { Failure } from "../../../messages/failure";
import { compareText } from "../../../messages/paths";
import { type GuardedAccount, signerAccounts, unique, workspaceAccounts } from "./guarded";
import { numbered, resourceControls, type Statement, serviceControls } from "./statements";

/**
 * The most characters of an RCP, and of an SCP until May 2026; an SCP may have 10,240 since (Organizations guide, "Quotas"). White
 * space counts.
 */
export const LIMIT = 5_120;

/** One policy: a file, and the accounts to attach it to. */
export interface PolicyDocument {
  readonly file: string;
  readonly type: "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY";
  readonly accounts: readonly string[];
  /** What AWS is given. */
  readonly text: string;
}

/** What the policies are made for. */
export interface GuardSettings {
  /** `o-…`. */
  readonly organization: string;
  /** ARNs of roles that may change and pass the roles that the YAML names, beside the deployers. */
  readonly roleAdmins: readonly string[];
  /** The partition of all workspaces. */
  readonly partition: string;
}

/**
 * The policies for a fleet; the same for the same fleet.
 *
 * @throws Failure if a list of deployers alone is longer than a policy
 */
export function guardPolicies(
  workspaces: readonly WorkspaceDeclaration[],
  { organization, roleAdmins, partition }: GuardSettings,
): PolicyDocument[] {
  const own = workspaceAccounts(workspaces, partition, roleAdmins);
  const signers = signerAccounts(workspaces, partition, roleAdmins);
  return [
    ...serviceControlPolicies("scp", own, partition),
    {
      file: "rcp.json",
      type: "RESOURCE_CONTROL_POLICY",
      accounts: own.map(({ account }) => account),
      text: textOf(resourceControls(organization, partition)),
    },
    ...serviceControlPolicies("scp-signer-accounts", signers, partition),
  ];
}

/** As few as hold all accounts; what an account needs is in more than one only where it does not fit into one. */
function serviceControlPolicies(
  name: string,
  accounts: readonly GuardedAccount[],
  partition: string,
): PolicyDocument[] {
  const groups: GuardedAccount[][] = [];
  for (const account of accounts) {
    const group = groups.at(-1);
    if (group && fits(serviceControls([...group, account], partition))) group.push(account);
    else groups.push([account]);
  }
  const policies = groups.flatMap((group) =>
    divided(serviceControls(group, partition)).map((statements) => ({
      accounts: group.map(({ account }) => account),
      text: textOf(statements),
    })),
  );
  return policies.map((policy, i) => ({
    file: policies.length === 1 ? `${name}.json` : `${name}-${i + 1}.json`,
    type: "SERVICE_CONTROL_POLICY",
    ...policy,
  }));
}

/** Statements in as many policies as they need. Each denies for itself, so it does not matter which policy has it. */
function divided(statements: readonly Statement[]): Statement[][] {
  const policies: Statement[][] = [];
  for (const statement of statements.flatMap(pieces)) {
    const policy = policies.at(-1);
    if (policy && fits([...policy, statement])) policy.push(statement);
    else policies.push([statement]);
  }
  return policies.map(numbered);
}

/** A statement that fills more than a policy, in halves of its resources. */
function pieces(statement: Statement): Statement[] {
  if (fits([statement])) return [statement];
  const { Resource, Condition } = statement;
  if (Resource.length === 1) {
    const roles = Condition?.["ArnNotEquals"]?.["aws:PrincipalArn"] ?? [];
    throw new Failure(
      `a policy that excepts ${roles.length} roles is longer than ${LIMIT} characters, which AWS does not take`,
      "name fewer deployers, or fewer roles with --role-admin",
    );
  }
  const half = Math.ceil(Resource.length / 2);
  return [Resource.slice(0, half), Resource.slice(half)].flatMap((part) =>
    pieces({ ...statement, Resource: part }),
  );
}

const fits = (statements: readonly Statement[]) => textOf(numbered(statements)).length <= LIMIT;

/** A statement a line, so that a change is seen in a review; other white space would only count. */
function textOf(statements: readonly Statement[]): string {
  const lines = statements.map((statement) => JSON.stringify(statement)).join(",\n");
  return `{"Version":"2012-10-17","Statement":[\n${lines}\n]}\n`;
}

/** The accounts in which a policy lets nobody change the roles that it protects. */
export function lockedAccounts(
  workspaces: readonly WorkspaceDeclaration[],
  { roleAdmins, partition }: GuardSettings,
): string[] {
  const locked = signerAccounts(workspaces, partition, roleAdmins).filter(({ roles }) =>
    roles.every(({ mayChange }) => mayChange.length === 0),
  );
  return locked.map(({ account }) => account).sort(compareText);
}

/** All accounts that a policy is for. */
export const accountsOf = (policies: readonly PolicyDocument[]): string[] =>
  unique(policies.flatMap(({ accounts }) => accounts));
