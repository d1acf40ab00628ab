import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { Actor } from "./actors";
import { ACCOUNT, WORKSPACE } from "./emitted";
import type { Call } from "./operations";

/** Whether AWS would allow every one of the calls: identity, resource and key policies together, with their conditions. */
export async function mayDo(actor: Actor, calls: readonly Call[]): Promise<boolean> {
  for (const call of calls) if (!(await mayCall(actor, call))) return false;
  return true;
}

/** What was answered, by what was asked: many rows and variants ask the same. */
const answers = new Map<string, Promise<boolean>>();

function mayCall(actor: Actor, call: Call): Promise<boolean> {
  const simulation = {
    request: {
      principal: actor.principal,
      action: call.action,
      resource: { resource: call.resource, accountId: ACCOUNT },
      contextVariables: {
        ...actor.context,
        ...(call.byService ? {} : actor.directContext),
        ...call.context,
        "aws:ResourceTag/ledger-enterprise:workspace": WORKSPACE,
      },
    },
    identityPolicies: actor.identity.map((policy, i) => ({ name: `identity ${i}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: call.policy,
  };
  const question = withKnownKeys(simulation);
  const answer = answers.get(question) ?? simulated(question, call);
  answers.set(question, answer);
  return answer;
}

async function simulated(question: string, call: Call): Promise<boolean> {
  const outcome = await runSimulation(JSON.parse(question), {});
  if (outcome.resultType !== "single") {
    throw new Error(`${call.action}: ${JSON.stringify("errors" in outcome ? outcome.errors : outcome)}`);
  }
  // A key that AWS does not give with an action would make every condition on it true or false without our knowing.
  const ignored = (outcome.result.ignoredContextKeys ?? []).filter(
    (key) => !key.startsWith("aws:ResourceTag/"),
  );
  if (ignored.length > 0) throw new Error(`${call.action}: AWS gives no ${ignored.join(", ")} with it`);
  return outcome.overallResult === "Allowed";
}

/**
 * The simulator drops context keys that its data does not list for an action, and with them the encryption contexts of
 * KMS, whose names callers choose. So they go by the name of another text that any request may have, in request and
 * policies alike. As JSON.
 */
function withKnownKeys(simulation: object): string {
  return JSON.stringify(simulation).replaceAll(
    "kms:EncryptionContext:",
    "aws:PrincipalTag/EncryptionContext-",
  );
}
