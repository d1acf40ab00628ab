import { addressOf, type Card, type PageData, pageCodeOf } from "../../registration/card";
import { problemOfPage } from "../../registration/check";
import { PRACTICE, PRACTICE_NOTE } from "../../registration/practice";
import type { Checks } from "./checks";
import { digits, element, visible } from "./dom";

/** The most names that are listed where something is wrong; the cards themselves show the rest. */
const MOST_NAMES = 12;

/** Says first of all whether anything on the page is wrong. */
export class Banner {
  readonly shown = element("div", { class: "banner checking", role: "status" });
  readonly #problem: string | undefined;
  #said = "";

  constructor(
    private readonly data: PageData,
    private readonly open: (card: Card) => void,
  ) {
    this.#problem = problemOfPage(data);
  }

  update(checks: Checks): void {
    const total = this.data.cards.length;
    const wrong = checks.with("wrong");
    const isDone = checks.done === total;
    if (this.#problem !== undefined || wrong.length > 0) this.#wrong(wrong, isDone);
    else if (!isDone) this.#checking(checks.done, total);
    else this.#right(total, checks.with("consistent").length);
  }

  #wrong(wrong: readonly Card[], isDone: boolean): void {
    const count = wrong.length === 1 ? "1 user does" : `${wrong.length} users do`;
    const links = wrong.slice(0, MOST_NAMES).map((card) => {
      const link = element("button", { type: "button", class: "link" }, visible(addressOf(card)));
      link.addEventListener("click", () => this.open(card));
      return element("li", {}, link);
    });
    if (wrong.length > MOST_NAMES) links.push(element("li", {}, `and ${wrong.length - MOST_NAMES} more`));
    const found = wrong.length > 0 && `${count} not check out${isDone ? "" : " so far"}:`;
    const advice = "Tell whoever sent it, and your security team. Ask for a new page over another channel.";
    this.#say(
      "wrong",
      `wrong ${wrong.length} ${isDone}`,
      element("strong", {}, "Stop. Register nobody from this page."),
      element("p", {}, [this.#problem, found].filter(Boolean).join(" ")),
      links.length > 0 && element("ul", {}, ...links),
      element("p", {}, advice),
    );
  }

  #checking(done: number, total: number): void {
    if (done % 10 !== 0 && done !== 0) return;
    const text = `Checking ${total === 1 ? "the user" : `${total} users`} in this browser …`;
    const so = { max: String(total), value: String(done), "aria-label": "Users checked" };
    this.#say("checking", `checking ${done}`, element("strong", {}, text), element("progress", so));
  }

  #right(total: number, unproved: number): void {
    const who = total === 1 ? "This user checks out" : `All ${total} users check out`;
    const isProved = unproved === 0;
    const text = isProved
      ? "Each key is on its curve, each fingerprint is its key's own, and each private key in custody has signed."
      : `Each key is on its curve, and each fingerprint is its key's own. ${unproved === total ? "No" : `${total - unproved} of ${total}`} private ${total - unproved === 1 ? "key has" : "keys have"} signed: ask for a page with proofs.`;
    this.#say(
      isProved ? "proved" : "consistent",
      `right ${unproved}`,
      element("strong", {}, `${who}.`),
      element("p", {}, text),
    );
  }

  /** Says nothing twice: screen readers would read it twice. */
  #say(state: string, key: string, ...children: Parameters<typeof element>[2][]): void {
    if (key === this.#said) return;
    this.#said = key;
    this.shown.className = `banner ${state}`;
    this.shown.replaceChildren(element("div", {}, ...children));
  }
}

/** First of all, and on paper too. */
export const practiceSign = (): HTMLElement =>
  element(
    "div",
    { class: "practice", role: "alert" },
    element("strong", {}, PRACTICE),
    element("p", {}, PRACTICE_NOTE),
  );

/** No page can check that it was not replaced as a whole. So people compare a code that they get another way. */
export function pageCode({ cards }: PageData): HTMLElement {
  return element(
    "section",
    { class: "code", "aria-labelledby": "code" },
    element("h2", { id: "code" }, "Page code"),
    element("p", {}, digits(pageCodeOf(cards))),
    element(
      "p",
      {},
      "A page that was replaced as a whole would check out too. So before you register anyone, have whoever is responsible for these users read you the page code that ",
      element("code", {}, "cdktf-ledger-api-user registration"),
      " prints in their own terminal, by phone or face to face. It covers every name, role, key and rule on this page.",
    ),
  );
}
