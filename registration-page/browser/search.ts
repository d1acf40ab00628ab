import type { Card } from "../../registration/card";
import { uiLabelOf } from "../../registration/steps";
import { element } from "./dom";

/** What a card is found by: words anywhere in its names, or the digits of its key or fingerprint, with or without blanks. */
function textsOf(card: Card): { names: string; digits: string } {
  const { stack = "", workspace = "", username, custody, publicKey, fingerprint } = card;
  const rules = [...card.groups, ...card.accountRules, ...card.adminRules];
  const names = [username, stack, workspace, uiLabelOf(card), custody, ...rules].join("\n");
  return { names: normal(names), digits: `${publicKey}\n${fingerprint}` };
}

/** Fewer digits would be in many keys by chance. */
const DIGITS = /^[0-9a-f]{6,}$/;

const normal = (text: string) => text.normalize("NFKC").toLowerCase();

/** A field that hides the cards that do not have all of its words. */
export function searchField(cards: ReadonlyMap<Card, HTMLElement>): HTMLElement {
  const texts = Array.from(cards, ([card, shown]) => ({ ...textsOf(card), shown }));
  const count = element("p", { class: "count", role: "status", "aria-live": "polite" });
  const input = element("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Name, rule, fingerprint …",
  });
  const search = () => {
    const wanted = normal(input.value).trim();
    const words = wanted.split(/\s+/);
    const digits = words.join("");
    const areDigits = DIGITS.test(digits);
    let found = 0;
    for (const { names, digits: own, shown } of texts) {
      const isFound = words.every((word) => names.includes(word)) || (areDigits && own.includes(digits));
      if (isFound) found++;
      if (shown.hidden === isFound) shown.hidden = !isFound;
    }
    count.textContent = wanted === "" ? `${texts.length} users` : `${found} of ${texts.length} users`;
  };
  input.addEventListener("input", search);
  search();
  const label = element("label", { for: "search" }, "Find a user");
  return element("div", { class: "search", role: "search" }, label, input, count);
}
