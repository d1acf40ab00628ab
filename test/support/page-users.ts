/** Users of a registration, with keys of this run, and what `verify --proof --json` would print of them. */
import { createPrivateKey, sign } from "node:crypto";
import { fingerprint, generateKeyPair, proofMessage } from "../../keys";
import { type Card, cardOf, type PageData, pageCodeOf } from "../../registration/card";
import { readRegistration } from "../../registration/read";

export interface Sample {
  readonly entry: Record<string, unknown> & { username: string; publicKey: string };
  readonly proof: { message: string; signature: string };
}

/** A user with a key of its own, and a proof that the key signed. */
export function sample(username: string, more: Record<string, unknown> = {}): Sample {
  const pair = generateKeyPair();
  const { publicKey } = pair;
  const isAdministrator = more["role"] === "administrator";
  const entry = {
    workspace: "acme-prod",
    username,
    role: "operator",
    uiLabel: `${isAdministrator ? "API Administrator" : "Operator"} - Via Self Managed Key Pair`,
    custody: "secrets-manager",
    generation: 1,
    publicKey,
    keyArn:
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme-prod/a/generation-1/private-key-AbC123",
    keyStatus: "in custody",
    ...(isAdministrator
      ? { adminRules: ["Create client accounts"] }
      : { groups: ["Treasury Operations"], accountRules: ["EUR settlement"] }),
    ...more,
  };
  const message = proofMessage(publicKey);
  const key = { key: createPrivateKey(pair.privateKeyPem), dsaEncoding: "ieee-p1363" } as const;
  const signature = sign("sha256", Buffer.from(message), key).toString("hex");
  pair.wipe();
  return { entry, proof: { message, signature } };
}

export const STACK = "acme-prod-treasury";

export function registrationOf(samples: readonly Sample[]): string {
  return JSON.stringify({ [STACK]: Object.fromEntries(samples.map(({ entry }) => [entry.username, entry])) });
}

/** As `verify --proof --json` prints it. */
export function proofsOf(samples: readonly Sample[]): string {
  const users = samples.map(({ entry: { username, publicKey }, proof }) => ({
    stack: STACK,
    workspace: "acme-prod",
    username,
    publicKey,
    fingerprint: fingerprint(publicKey),
    state: "ok",
    notes: [],
    proof,
  }));
  return JSON.stringify({ ok: true, proof: true, users });
}

/** What the page of these users holds. */
export function pageDataOf(samples: readonly Sample[], withProofs = true): PageData {
  const users = readRegistration(registrationOf(samples));
  const cards: Card[] = users.map((user, index) =>
    cardOf(user, withProofs ? { proof: samples[index]?.proof } : {}),
  );
  return { cards, code: pageCodeOf(cards) };
}
