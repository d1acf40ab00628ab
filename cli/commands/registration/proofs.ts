import type { PossessionProof } from "../../../keys/portable";
import { Failure } from "../../../messages/failure";
import { cardAddressOf } from "../../../registration/card";
import { isObject } from "../../../rules/is-object";
import { jsonIn } from "../../shared/json-input";
import { readText } from "../../shared/text-input";

/** What `verify --json` found out of a user. */
export interface Proven {
  readonly proof?: PossessionProof;
  /** What is wrong, where it did not say `ok`. */
  readonly objection?: string;
}

const ADVICE = "give what npx cdktf-ledger-api-user verify --proof --json printed";

/**
 * Reads the output of `verify --proof --json`, or several of them after one another, by the user's address. A user is found by
 * its name and place and not by its key: if the key is another than the one that signed, the card is to say so.
 *
 * @throws Failure
 */
export async function readProofs(file: string): Promise<Map<string, Proven>> {
  const { name, text } = await readText(file, "the proofs");
  const proofs = new Map<string, Proven>();
  for (const user of usersOf(text, name)) {
    const address = addressIn(user);
    if (address === undefined) throw new Failure(`${name} has a user without a name`, ADVICE);
    if (proofs.has(address)) throw new Failure(`${name} has a user twice`, "give each output of verify once");
    proofs.set(address, provenOf(user, name));
  }
  return proofs;
}

type Unknown = Readonly<Record<string, unknown>>;

function usersOf(json: string, name: string): Unknown[] {
  return jsonIn(json, name, ADVICE).flatMap((value) => {
    const users = isObject(value) ? value["users"] : undefined;
    if (!Array.isArray(users) || !users.every(isObject)) throw new Failure(`${name} has no proofs`, ADVICE);
    return users;
  });
}

/** Cards, too, have the name that a key is registered under. */
function addressIn({
  stack,
  workspace,
  username: own,
  registeredAs: username = own,
}: Unknown): string | undefined {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  if (typeof username !== "string") return undefined;
  return cardAddressOf({ stack: text(stack), workspace: text(workspace), username });
}

function provenOf({ state, proof, problem }: Unknown, name: string): Proven {
  if (state !== "ok") {
    if (typeof state !== "string") throw new Failure(`${name} has a user without a state`, ADVICE);
    return { objection: [state, problem].filter((each) => typeof each === "string").join(": ") };
  }
  if (proof === undefined) return {};
  const { message, signature } = isObject(proof) ? proof : {};
  if (typeof message !== "string" || typeof signature !== "string")
    throw new Failure(`${name} has a proof without message or signature`, ADVICE);
  return { proof: { message, signature } };
}
