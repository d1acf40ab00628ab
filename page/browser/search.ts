import type { Card } from "../card";
import { uiLabelOf } from "../steps";
import { element } from "./dom";

/** What a card is found by, in lower case; a fingerprint with or without its blanks. */
function textOf(card: Card): string {
  const { stack = "", workspace = "", username, custody, publicKey, fingerprint } = card;
  const groups = (fingerprint.match(/.{4}/g) ?? []).join(" ");
  const rules = [...card.groups, ...card.accountRules, ...card.adminRules];
  const all = [
    username,
    stack,
    workspace,
    uiLabelOf(card),
    custody,
    publicKey,
    fingerprint,
    groups,
    ...rules,
  ];
  return normal(all.join("\n"));
}

const normal = (text: string) => text.normalize("NFKC").toLowerCase();

/** A field that hides the cards in which one of its words is not. */
export function searchField(cards: ReadonlyMap<Card, HTMLElement>): HTMLElement {
  const texts = Array.from(cards, ([card, shown]) => ({ text: textOf(card), shown }));
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
    let found = 0;
    for (const { text, shown } of texts) {
      const isFound = text.includes(wanted) || words.every((word) => text.includes(word));
      if (isFound) found++;
      if (shown.hidden === isFound) shown.hidden = !isFound;
    }
    count.textContent = wanted === "" ? `${texts.length} users` : `${found} of ${texts.length} users`;
  };
  input.addEventListener("input", search);
  search();
  return element(
    "div",
    { class: "search", role: "search" },
    element("label", { for: "search" }, "Find a user"),
    input,
    count,
  );
}
