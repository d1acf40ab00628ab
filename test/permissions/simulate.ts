import { createValidatedPolicy } from "@cloud-copilot/iam-policy";
import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import type { Actor } from "./actors";
import { ACCOUNT, type Policy, WORKSPACE } from "./emitted";
import type { Call } from "./operations";
import { type Part, partFor, wholeOf, withKnownKeys } from "./policy-parts";

/** The policies that an organization attaches to an account, if any. */
export interface Organization {
  /** What binds the account's principals. */
  readonly scps: (account: string) => readonly Policy[];
  /** What binds the account's resources. */
  readonly rcps: (account: string) => readonly Policy[];
}

const NONE: Organization = { scps: () => [], rcps: () => [] };

/**
 * Whether AWS would allow every one of the calls: identity, resource and key policies and those of the organization together,
 * with their conditions.
 */
export async function mayDo(
  actor: Actor,
  calls: readonly Call[],
  organization: Organization = NONE,
): Promise<boolean> {
  for (const call of calls) if (!(await mayCall(actor, call, organization))) return false;
  return true;
}

type Kind = "identity" | "resource" | "scp" | "rcp";
type Asked = Readonly<Record<Kind, readonly Part[]>>;

/**
 * Policies are many times longer than what they say about one action. The simulator is asked with that part, which many variants
 * share. What it says of the whole is the same; that is tried once with each whole policy.
 */
async function mayCall(actor: Actor, call: Call, organization: Organization): Promise<boolean> {
  const { account = ACCOUNT } = call;
  // Services, and whoever signs nothing, are of no account, and no SCP binds them.
  const own = actor.context["aws:PrincipalAccount"];
  const policies: Readonly<Record<Kind, readonly Policy[]>> = {
    identity: actor.identity,
    resource: call.policy ? [call.policy] : [],
    scp: own === undefined ? [] : organization.scps(own),
    rcp: organization.rcps(account),
  };
  const asked = (part: (policy: Policy) => Part): Asked => ({
    identity: policies.identity.map(part),
    resource: policies.resource.map(part),
    scp: policies.scp.map(part),
    rcp: policies.rcp.map(part),
  });
  const answer = await answered(
    actor,
    call,
    asked((policy) => partFor(policy, call.action)),
  );
  const whole = asked(wholeOf);
  if (wasTried(whole)) return answer;
  if ((await answered(actor, call, whole, true)) !== answer)
    throw new Error(`${call.action}: what policies say about other actions changes the simulator's answer`);
  return answer;
}

const tried = new Set<string>();

/** Whether each of the policies was asked in whole before, as what it is now. From now on it was. */
function wasTried(asked: Asked): boolean {
  const uses = Object.entries(asked).flatMap(([kind, parts]) => parts.map(({ id }) => `${kind} ${id}`));
  const all = uses.every((use) => tried.has(use));
  for (const use of uses) tried.add(use);
  return all;
}

/** What was answered, by what was asked: many rows and variants ask the same. */
const answers = new Map<string, Promise<boolean>>();

function answered(actor: Actor, call: Call, asked: Asked, whole = false): Promise<boolean> {
  const request = withKnownKeys(
    JSON.stringify({
      principal: actor.principal,
      action: call.action,
      resource: { resource: call.resource, accountId: call.account ?? ACCOUNT },
      contextVariables: {
        ...actor.context,
        ...(call.byService ? {} : actor.directContext),
        ...call.context,
        "aws:ResourceTag/ledger-enterprise:workspace": WORKSPACE,
      },
    }),
  );
  const ids = Object.values(asked).map((parts) => parts.map(({ id }) => id));
  const question = `${JSON.stringify(ids)} ${request}`;
  const answer = answers.get(question) ?? simulated(simulationOf(request, asked), whole);
  answers.set(question, answer);
  return answer;
}

function simulationOf(request: string, { identity, resource, scp, rcp }: Asked): Simulation {
  const named = (parts: readonly Part[]) =>
    parts.map(({ policy }, i) => ({ name: String(i), policy }) as const);
  return {
    request: JSON.parse(request),
    identityPolicies: named(identity),
    serviceControlPolicies:
      scp.length > 0 ? [{ orgIdentifier: "r-root", policies: [FULL_ACCESS, ...named(scp)] }] : [],
    resourceControlPolicies: rcp.length > 0 ? [{ orgIdentifier: "r-root", policies: named(rcp) }] : [],
    resourcePolicy: resource[0]?.policy,
  };
}

/** AWS attaches it to every account; a policy that only denies would leave nothing without it. The simulator adds that of RCPs. */
const FULL_ACCESS = {
  name: "FullAWSAccess",
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

/** The keys that AWS does not give with a call, by its action, its resource and the keys that were given. */
const shapes = new Map<string, readonly string[]>();

/**
 * Most of the simulator's work is to see what kind of call it is. That is done once for each kind, with all of its checks; what
 * decides is then called alone. Where all is done, both answer.
 */
async function simulated(simulation: Simulation, whole: boolean): Promise<boolean> {
  const { action, resource, contextVariables } = simulation.request;
  const shape = [action, resource.resource, ...Object.keys(contextVariables).sort()].join(" ");
  const known = shapes.get(shape);
  if (known && !whole) return decided(simulation, known);
  const outcome = await runSimulation(simulation, {});
  if (outcome.resultType !== "single") {
    throw new Error(`${action}: ${JSON.stringify("errors" in outcome ? outcome.errors : outcome)}`);
  }
  const { ignoredContextKeys = [] } = outcome.result;
  // A key that AWS does not give with an action would make every condition on it true or false without our knowing.
  const ignored = ignoredContextKeys.filter((key) => !key.startsWith("aws:ResourceTag/"));
  if (ignored.length > 0) throw new Error(`${action}: AWS gives no ${ignored.join(", ")} with it`);
  const answer = outcome.overallResult === "Allowed";
  // The part that decides does not know which actions have no resource.
  if (resource.resource === "*") return answer;
  shapes.set(shape, ignoredContextKeys);
  if (decided(simulation, ignoredContextKeys) !== answer)
    throw new Error(`${action}: the simulator has two answers`);
  return answer;
}

function decided(simulation: Simulation, ignored: readonly string[]): boolean {
  const { request, resourceControlPolicies, resourcePolicy } = simulation;
  const contextVariables = { ...request.contextVariables };
  for (const key of ignored) delete contextVariables[key];
  const rcps = resourceControlPolicies.map(({ orgIdentifier, policies }) => ({
    orgIdentifier,
    policies: [FULL_ACCESS, ...policies],
  }));
  return (
    runUnsafeSimulation(
      {
        ...simulation,
        request: { ...request, contextVariables },
        resourceControlPolicies: rcps,
        // Without a name it fails.
        resourcePolicy:
          resourcePolicy && createValidatedPolicy(resourcePolicy, () => [], { name: "resource" }),
      },
      {},
    ) === "Allowed"
  );
}
