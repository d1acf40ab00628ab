import type { Card } from "../../registration/card";
import { type Checked, checkSealedCard, Duplicates } from "../../registration/check";

/**
 * Checks every card, one after the other and a little at a time, so that the page can be used meanwhile: a signature takes
 * some milliseconds. A card that is opened is checked at once, before any of it is shown.
 */
export class Checks {
  readonly #duplicates: Duplicates;
  readonly #known = new Map<Card, Checked>();

  constructor(
    private readonly cards: readonly Card[],
    /** Called after each card. */
    private readonly onChecked: (card: Card, checked: Checked) => void,
  ) {
    this.#duplicates = new Duplicates(cards);
  }

  get done(): number {
    return this.#known.size;
  }

  with(state: Checked["state"]): Card[] {
    return this.cards.filter((card) => this.#known.get(card)?.state === state);
  }

  of(card: Card): Checked {
    const known = this.#known.get(card);
    if (known) return known;
    const checked = checkSealedCard(card, this.#duplicates);
    this.#known.set(card, checked);
    this.onChecked(card, checked);
    return checked;
  }

  start(): void {
    const waiting = this.cards.values();
    const next = () => {
      const card = waiting.next();
      if (card.done) return;
      this.of(card.value);
      window.setTimeout(next);
    };
    window.setTimeout(next);
  }
}
