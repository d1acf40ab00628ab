import { Annotations, Lazy, TerraformOutput, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { shown, visible } from "../../messages/safe-text";
import { LookAlikes, looksLike } from "../../rules/confusables/skeleton";
import { looksOf } from "../../rules/looks";
import { literal, literals } from "../terraform/literal";
import type { IGeneration } from "./generation";
import type { IApiUser } from "./interface";

const ID = "Registration";

/**
 * The stack's output `registration`: for each user, what an admin registers and what the user's services need. Public data
 * only. The fingerprint is added by whoever reads the output: Terraform can hash text, but not the key's bytes.
 */
export class Registration extends Construct {
  /** The registration of the stack that a construct is in. */
  static of(scope: Construct): Registration {
    const stack = TerraformStack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof Registration ? existing : new Registration(stack, ID);
  }

  private readonly users: IApiUser[] = [];
  private readonly names = new Map<string, LookAlikes<IApiUser>>();
  private readonly after: string[] = [];
  private readonly output: TerraformOutput;

  private constructor(stack: TerraformStack, id: string) {
    super(stack, id);
    this.output = new TerraformOutput(this, "Output", {
      description: "What to register in the workspace, by user name",
      value: Lazy.anyValue({
        produce: () => Object.fromEntries(this.users.map((user) => [user.username, entryOf(user)])),
      }),
    });
    this.output.overrideLogicalId("registration");
    this.node.addValidation({ validate: () => this.problems() });
  }

  add(user: IApiUser): void {
    this.warnOfLookAlikes(user);
    this.users.push(user);
    if (user.registeredAfter.length === 0) return;
    this.after.push(...user.registeredAfter);
    // Not by dependsOn: cdktf writes that as expressions, which Terraform refuses in outputs.
    this.output.addOverride("depends_on", this.after);
  }

  /** Names that are drawn alike in other characters may be meant, so that it is no mistake. */
  private warnOfLookAlikes(user: IApiUser): void {
    const { username, workspace } = user;
    if (Token.isUnresolved(username)) return;
    const names = this.names.get(workspace.name) ?? new LookAlikes<IApiUser>();
    this.names.set(workspace.name, names);
    for (const name of new Set([username, ...user.generations.map(({ registeredAs }) => registeredAs)])) {
      const other = names.add(name, user);
      if (!other) continue;
      const what = looksLike(name, other.text, ` at ${other.place.node.path}`);
      Annotations.of(user).addWarning(visible(`${what}; rename one, if it is not meant`));
    }
  }

  /** Names that a key is registered under and that another user of the workspace has, or a key of one. */
  private sameNames(): string[] {
    const holders = new Map<string, IApiUser>();
    const placeOf = (user: IApiUser, name: string) => `${user.workspace.name}/${looksOf(name)}`;
    for (const user of this.users) holders.set(placeOf(user, user.username), user);
    return this.users.flatMap((user) =>
      user.generations.flatMap(({ registeredAs }) => {
        if (registeredAs === user.username || Token.isUnresolved(registeredAs)) return [];
        const place = placeOf(user, registeredAs);
        const holder = holders.get(place) ?? user;
        holders.set(place, holder);
        if (holder === user) return [];
        const what = `${shown(registeredAs)}, which a key is registered as, is a name of ${holder.node.path} too`;
        return visible(`${user.node.path}: ${what}; declare another in registeredAs`);
      }),
    );
  }

  private problems(): string[] {
    const problems = this.sameNames();
    const seen = new Map<string, IApiUser>();
    for (const user of this.users) {
      const name = `${user.workspace.name}/${user.awsName}`;
      const other = seen.get(name);
      if (other) {
        problems.push(
          `${user.node.path} and ${other.node.path} have the same name in AWS, ${name}; give them different user names`,
        );
      }
      seen.set(name, user);
    }
    return problems;
  }
}

function generationOf({ stage, registeredAs, publicKey, keyArn, keyStatus, credentialsArn }: IGeneration) {
  return { stage, registeredAs, publicKey, keyArn, keyStatus, credentialsArn };
}

function entryOf(user: IApiUser) {
  return {
    workspace: user.workspace.name,
    username: user.username,
    role: user.role.name,
    uiLabel: user.role.uiLabel,
    custody: user.custody.name,
    generation: user.generation,
    publicKey: user.publicKey,
    keyArn: user.keyArn,
    keyStatus: user.keyStatus,
    credentialsArn: user.credentialsArn,
    ...(user.currentArn && { currentArn: user.currentArn }),
    generations: Object.fromEntries(user.generations.map((each) => [each.number, generationOf(each)])),
    ...(user.workspace.options.apiUrl && { apiUrl: literal(user.workspace.options.apiUrl) }),
    signers: user.signers,
    readers: user.readers,
    groups: literals(user.assignments.groups),
    accountRules: literals(user.assignments.accountRules),
    adminRules: literals(user.assignments.adminRules),
    signerPolicy: user.signerPolicy,
    readerPolicy: user.readerPolicy,
    ...(user.custodianPolicy && { custodianPolicy: user.custodianPolicy }),
  };
}
