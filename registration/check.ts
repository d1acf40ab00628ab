/** Checks a card: the same code in the command and in the browser. */
import { faultOfProof, fingerprintOfPoint, isPointOnCurve, type ProofFault } from "../keys/portable";
import { addressOf, type Card, type PageData, pageCodeOf, sealOf } from "./card";

/** One thing that was looked at. `unknown`: there was nothing to look at. */
interface Finding {
  readonly state: "right" | "unknown" | "wrong";
  readonly text: string;
}

export interface Checked {
  /** `proved`: all is right, and the key in custody signed. `consistent`: all is right, and there is no signature. */
  readonly state: "proved" | "consistent" | "wrong";
  readonly findings: readonly Finding[];
}

const FAULTS: Readonly<Record<ProofFault, string>> = {
  "no proof": "What was signed is not a proof of possession",
  "other key": "The proof of possession is for another public key",
  "wrong signature": "The signature was not made by this key",
};

const finding = (isRight: boolean, right: string, wrong: string): Finding =>
  isRight ? { state: "right", text: right } : { state: "wrong", text: wrong };

/**
 * Checks what a card says against itself.
 *
 * @param others all cards of the page: what one user has, no other may have too
 */
export function checkCard(card: Card, others: Duplicates): Checked {
  const { publicKey, fingerprint, objection } = card;
  const findings: Finding[] = [
    finding(
      isPointOnCurve(publicKey),
      "The public key is a point on the curve P-256",
      "The public key is not a point on the curve P-256",
    ),
    finding(
      fingerprintOfPoint(publicKey) === fingerprint,
      "The fingerprint is that of the public key",
      "The fingerprint is not that of the public key",
    ),
    proofFinding(card),
  ];
  for (const text of others.problemsOf(card)) findings.push({ state: "wrong", text });
  if (objection !== undefined)
    findings.push({ state: "wrong", text: `cdktf-ledger-api-user verify says: ${objection}` });
  return judged(findings);
}

/** What the browser checks: also that the card is as it was when the page was made. */
export function checkSealedCard(card: Card, others: Duplicates): Checked {
  const sealFinding = finding(
    sealOf(card) === card.seal,
    "Name, role, key and rules are as they were when the page was made",
    "Name, role, key or rules were changed after the page was made",
  );
  return judged([...checkCard(card, others).findings, sealFinding]);
}

function judged(findings: readonly Finding[]): Checked {
  const has = (state: Finding["state"]) => findings.some((each) => each.state === state);
  return { state: has("wrong") ? "wrong" : has("unknown") ? "consistent" : "proved", findings };
}

function proofFinding({ publicKey, proof }: Card): Finding {
  if (!proof) return { state: "unknown", text: "There is no proof that the private key is in custody" };
  const fault = faultOfProof(publicKey, proof);
  if (fault) return { state: "wrong", text: FAULTS[fault] };
  return { state: "right", text: "The private key in custody signed, and this public key verifies it" };
}

/** Finds cards that share what only one may have. */
export class Duplicates {
  readonly #keys = new Map<string, Card[]>();
  readonly #addresses = new Map<string, number>();

  constructor(cards: readonly Card[]) {
    for (const card of cards) {
      this.#keys.set(card.publicKey, [...(this.#keys.get(card.publicKey) ?? []), card]);
      this.#addresses.set(addressOf(card), (this.#addresses.get(addressOf(card)) ?? 0) + 1);
    }
  }

  *problemsOf(card: Card): Generator<string> {
    const other = this.#keys.get(card.publicKey)?.find((each) => each !== card);
    if (other) yield `“${other.username}” has the same public key: every user has a key of its own`;
    if ((this.#addresses.get(addressOf(card)) ?? 0) > 1) yield "There are two cards of this user";
  }
}

/** What is wrong with the page as a whole: cards that were added, taken out or changed. */
export function problemOfPage({ cards, code }: PageData): string | undefined {
  return pageCodeOf(cards) === code
    ? undefined
    : "The page was changed after it was made: its users are not those of its code.";
}
