/** What has to hold before a step: each gate that does not is one line, and nothing is edited. */
import { generalFailure, isDenied, nameOf } from "../../../aws/failure";
import { NotListed } from "../../../ledger-api/lists";
import type { ListedUser } from "../../../ledger-api/users";
import { isRole, userState } from "../../../ledger-api/vocabulary";
import { Failure } from "../../../messages/failure";
import type { Mistake } from "../../../messages/mistake";
import { shown } from "../../../messages/safe-text";
import { operand } from "../../../messages/shell";
import { atGeneration, type RegisteredUser } from "../../../registration/read";
import { credentialsStateOf } from "../../custody/credentials-state";
import { lookAt } from "../../custody/look-at-key";
import { drainProblem } from "./drain";
import type { Evidence } from "./evidence";
import { requestsProblem } from "./requests";
import { rightsProblem } from "./rights";
import type { Step, Turn } from "./steps";

export const GATES = [
  ...(["key", "registered", "credentials", "rights", "drain", "requests", "revoked"] as const),
  "workspaces",
] as const;

export type GateName = (typeof GATES)[number];

/** A gate that is closed. */
export interface ClosedGate extends Mistake {
  readonly gate: GateName;
}

type Check = (evidence: Evidence, change: Turn) => Promise<Mistake | undefined>;

const CHECKS: Readonly<Record<Step, readonly (readonly [GateName, Check])[]>> = {
  start: [],
  promote: [
    ["key", keyProblem],
    ["registered", registrationProblem],
    ["credentials", credentialsProblem],
    ["rights", rightsOf],
    ["workspaces", othersProblem],
  ],
  retire: [
    ["drain", (evidence, change) => drainProblem(evidence, applied(evidence, change.generation))],
    ["requests", requestsOf],
    ["workspaces", othersProblem],
  ],
  finish: [
    ["revoked", revocationProblem],
    ["workspaces", othersProblem],
  ],
};

/** The gates of a step that are closed. One that could not be looked at is closed: unknown is not clean. */
export async function closedGates(evidence: Evidence, change: Turn): Promise<ClosedGate[]> {
  const closed: ClosedGate[] = [];
  for (const [gate, check] of CHECKS[change.step]) {
    const mistake = await check(evidence, change).catch(asMistake);
    if (mistake) closed.push({ gate, ...mistake });
  }
  return closed;
}

function asMistake(error: unknown): Mistake {
  if (error instanceof NotListed) return { what: `the workspace ${error.what}`, fix: error.fix };
  if (error instanceof Failure) return { what: error.what, fix: error.fix };
  throw error;
}

/** @throws Failure if that generation was not applied */
function applied({ applied: user, declared }: Evidence, generation: number): RegisteredUser {
  const found = user && atGeneration(user, generation);
  if (found) return found;
  throw new Failure(
    user
      ? `the registration has no generation ${generation} of ${shown(declared.address)}`
      : `the registration has no user ${shown(declared.address)}`,
    "apply its stack, and export the registration again with terraform output -json",
  );
}

async function keyProblem(evidence: Evidence, { generation }: Turn): Promise<Mistake | undefined> {
  const key = applied(evidence, generation);
  const seen = await lookAt(key, evidence.clients);
  if ("state" in seen) return { what: `generation ${generation}: ${seen.problem}`, fix: seen.fix };
  const fix = "promote nothing; see verify, and find out who changed it";
  if (seen.aliasTarget !== undefined || seen.publicKey !== key.publicKey)
    return { what: `the key of generation ${generation} in custody is not the one of the registration`, fix };
  // What services would not get, or what nobody could read, is nothing to promote.
  if (seen.notes.length > 0) return { what: `generation ${generation}: ${seen.notes.join("; ")}`, fix };
  return undefined;
}

async function registrationProblem(evidence: Evidence, change: Turn): Promise<Mistake | undefined> {
  const { publicKey, registeredAs } = applied(evidence, change.generation);
  const { users } = await evidence.live();
  const named = [...users.values()].filter(({ username }) => username === registeredAs);
  const found = named.find((user) => user.publicKey === publicKey) ?? named[0];
  if (found === undefined)
    return {
      what: `${shown(registeredAs)} is not registered in the workspace`,
      fix: "have an admin register that name with the public key on its card (registration)",
    };
  if (found.publicKey !== publicKey)
    return {
      what: `${shown(registeredAs)} is registered with another public key than generation ${change.generation} has`,
      fix: "suspend it in the workspace and find out whose key that is; then revoke it and register it again",
    };
  // A role of the workspace decides what the user may approve, whatever its groups.
  const { role } = evidence.declared.user;
  if (!isRole(role, found.role))
    return {
      what: `${shown(registeredAs)} is declared as ${role}, and registered ${found.role === "" ? "without a role" : `as ${shown(found.role)}`}`,
      fix: "have the admins revoke it and register it again with that role, under a name that is free (registeredAs)",
    };
  if (userState(found.status) === "active") return undefined;
  return {
    what: `${shown(registeredAs)} is ${shown(found.status)} in the workspace, not ACTIVE`,
    fix: "have the admins approve it and click Generate API Access",
  };
}

async function credentialsProblem(evidence: Evidence, { generation }: Turn): Promise<Mistake | undefined> {
  const { credentialsArn, region } = applied(evidence, generation);
  const { address } = evidence.declared;
  const fix = `have a custodian store them: npx cdktf-ledger-api-user credentials put ${operand(address)} --generation ${generation} --registration registration.json`;
  const missing = { what: `the credentials of generation ${generation} are not stored`, fix };
  if (credentialsArn === undefined) return missing;
  try {
    const found = await credentialsStateOf(credentialsArn, await evidence.clients.secretsManager(region));
    if (found.state !== "present") return missing;
    if (found.current.generation === generation) return undefined;
    return { what: `what is stored as credentials of generation ${generation} is not of it`, fix };
  } catch (error) {
    const general = generalFailure(error, region);
    if (general) throw general;
    return isDenied(error)
      ? {
          what: `AWS denies to look at the credentials of generation ${generation}`,
          fix: "give your role secretsmanager:DescribeSecret on them",
        }
      : { what: `AWS did not answer about the credentials (${nameOf(error)})`, fix: "try again" };
  }
}

/** The user of the workspace that has a key of ours. @throws Failure unless it is one */
async function registered(evidence: Evidence, generation: number): Promise<readonly [string, ListedUser]> {
  const { publicKey, registeredAs } = applied(evidence, generation);
  const { users } = await evidence.live();
  const found = [...users].filter(([, user]) => user.publicKey === publicKey);
  if (found.length === 1 && found[0]) return found[0];
  throw new Failure(
    `the workspace lists ${found.length === 0 ? "no user" : `${found.length} users`} with the public key of generation ${generation} (${shown(registeredAs)})`,
    "look at it in the workspace, and use credentials that may see all users",
  );
}

async function rightsOf(evidence: Evidence, { generation, replaced = 0 }: Turn) {
  const [old, next] = [await registered(evidence, replaced), await registered(evidence, generation)];
  return rightsProblem(await evidence.live(), evidence.declared.user, old, next);
}

async function requestsOf(evidence: Evidence, { generation }: Turn) {
  const [id, user] = await registered(evidence, generation);
  return requestsProblem(await evidence.live(), id, user, evidence);
}

async function revocationProblem(evidence: Evidence, { generation }: Turn): Promise<Mistake | undefined> {
  const [, { username, status }] = await registered(evidence, generation);
  if (userState(status) === "gone") return undefined;
  return {
    what: `${shown(username)} is ${shown(status)} in the workspace: its key still approves`,
    fix: "have the admins revoke it; a key ends in the workspace only",
  };
}

/** The credentials are for one workspace, so that nobody has looked at the same step in the others. */
async function othersProblem({ others, declared }: Evidence): Promise<Mistake | undefined> {
  if (others.length === 0) return undefined;
  const takes = others.length === 1 ? "takes" : "take";
  return {
    what: `${others.map(shown).join(", ")} ${takes} ${declared.file.file} too, and their gates were not looked at`,
    fix: "add --force workspaces, and before you merge, look at each of them with its credentials and registration: rotate --check --base REF --workspace NAME",
  };
}
