import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type App, TerraformStack } from "cdktf";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace, type LedgerWorkspaceProps } from "../constructs";
import { Registration } from "../constructs/api-user/registration-output";
import { checkEngine } from "../constructs/terraform/checks";
import { hasPointer } from "../rules/generations";
import { backendOf } from "./backend/backend";
import { StackBackend } from "./backend/construct";
import type { UserDeclaration, UserFile, WorkspaceDeclaration } from "./declarations";

/** Makes the stacks of a workspace: one for each region with users in it, then one for each user file. */
export function addStacks(app: App, workspace: WorkspaceDeclaration): void {
  checkEngine(app, "addStacks");
  const shared = new Map<string, WorkspaceStack>();
  for (const file of workspace.files) {
    const below = shared.get(file.region) ?? new WorkspaceStack(app, workspace, file.region);
    shared.set(file.region, below);
    new UsersStack(app, workspace, file).addDependency(below);
  }
}

/** What every stack of a fleet has: one AWS provider, pinned to the account, and the workspace's backend. */
abstract class FleetStack extends TerraformStack {
  protected readonly options: LedgerWorkspaceProps;

  constructor(app: App, id: string, workspace: WorkspaceDeclaration, region: string) {
    super(app, id);
    // All but what is the fleet's own goes to the construct as it is declared, so that no setting is forgotten here.
    const { file: _file, files: _files, backend: _backend, lookedInto: _lookedInto, ...more } = workspace;
    const { users: _users, accountMap: _accountMap, publicKeys: _publicKeys, ...settings } = more;
    this.options = { ...settings, region };
    new AwsProvider(this, "aws", { region, allowedAccountIds: [workspace.account] });
    new StackBackend(this, backendOf(workspace.backend, id));
  }
}

/** The stack `WORKSPACE-REGION`: what the workspace's users there share. Deployed first. */
export class WorkspaceStack extends FleetStack {
  constructor(app: App, workspace: WorkspaceDeclaration, region: string) {
    super(app, `${workspace.name}-${region}`, workspace, region);
    const users = workspace.files.filter((file) => file.region === region).flatMap((file) => file.users);
    new LedgerWorkspace(this, "Workspace", {
      ...this.options,
      // It makes keys, and says which of several is current.
      keyGenerator: users.some(
        ({ custody, generations }) => custody === "secrets-manager" || hasPointer(generations),
      ),
    });
  }
}

/**
 * The stack of a user file: its users, and nothing that they share. Without users it has nothing but its output: it does not look for
 * the workspace's resources, so that it can be applied whatever has become of them.
 */
export class UsersStack extends FleetStack {
  constructor(app: App, workspace: WorkspaceDeclaration, file: UserFile) {
    super(app, file.stackName, workspace, file.region);
    Registration.of(this);
    for (const { awsName, generations } of file.moved ?? []) ApiUser.letGo(this, idOf(awsName), generations);
    if (file.users.length === 0) return;
    const deployed = LedgerWorkspace.fromName(this, "Workspace", this.options);
    for (const user of file.users) {
      const { awsName, line: _line, generation: _generation, ...settings } = user;
      const {
        publicKey: _publicKey,
        publicKeys: _publicKeys,
        movedFrom,
        groups,
        accountRules,
        adminRules,
        ...props
      } = settings;
      const declared = new ApiUser(this, idOf(awsName), {
        ...props,
        workspace: deployed,
        role: ApiUserRole.of(user.role),
        custody: custodyOf(user),
        assignments: { groups, accountRules, adminRules },
      });
      if (movedFrom !== undefined) declared.takeOver();
    }
  }
}

/** Terraform's names take letters, digits, hyphens and underscores, and begin with no digit. */
const idOf = (awsName: string) => `user-${awsName}`;

function custodyOf({ custody, publicKey, publicKeys }: UserDeclaration): KeyCustody {
  if (custody === "secrets-manager") return KeyCustody.secretsManager();
  const declared = publicKeys === undefined ? { publicKey } : { publicKeys };
  return custody === "kms" ? KeyCustody.kms(declared) : KeyCustody.imported(declared);
}
