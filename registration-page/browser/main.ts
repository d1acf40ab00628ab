/** The registration page. It replaces the warning in the document by what it has checked itself. */
import { type Card, type PageData, readPageData } from "../../registration/card";
import { isPractice } from "../../registration/practice";
import { Banner, pageCode, practiceSign } from "./banner";
import { CardView } from "./card-view";
import { Checks } from "./checks";
import { announcer } from "./copy";
import { element } from "./dom";
import { searchField } from "./search";

/** A page of up to so many cards shows them open. */
const OPEN_AT_MOST = 1;

function show(data: PageData): void {
  const { cards } = data;
  const views = new Map(cards.map((card) => [card, new CardView(card, (each) => checks.of(each))]));
  const viewOf = (card: Card) => views.get(card) as CardView;
  const banner = new Banner(data, (card) => {
    viewOf(card).open();
    viewOf(card).shown.hidden = false;
    viewOf(card).shown.scrollIntoView();
    viewOf(card).shown.querySelector("summary")?.focus();
  });
  const checks = new Checks(cards, (card, checked) => {
    viewOf(card).mark(checked);
    banner.update(checks);
  });
  const elements = new Map(Array.from(views, ([card, { shown }]) => [card, shown]));
  const workspaces = [...new Set(cards.flatMap(({ workspace }) => workspace ?? []))];
  const title = cards.length === 1 ? "API user to register" : `${cards.length} API users to register`;
  document.body.replaceChildren(
    element(
      "header",
      {},
      element("p", { class: "above" }, ["Ledger Enterprise", ...workspaces].join(" · ")),
      element("h1", {}, title),
    ),
    element(
      "main",
      {},
      isPractice(cards) && practiceSign(),
      banner.shown,
      pageCode(data),
      cards.length > 1 && searchField(elements),
      element("div", { class: "cards" }, ...elements.values()),
    ),
    announcer,
  );
  banner.update(checks);
  if (cards.length <= OPEN_AT_MOST) for (const view of views.values()) view.open();
  checks.start();
  printInFull(views);
}

/** On paper every card that is shown is open; afterwards they are as before. */
function printInFull(views: ReadonlyMap<Card, CardView>): void {
  let opened: CardView[] = [];
  window.addEventListener("beforeprint", () => {
    opened = [...views.values()].filter(({ shown }) => !shown.open && !shown.hidden);
    for (const view of opened) view.open();
  });
  window.addEventListener("afterprint", () => {
    for (const { shown } of opened) shown.open = false;
  });
}

/** When all of the document is there, even what someone may have added after this script: that is replaced too. */
document.addEventListener("DOMContentLoaded", () => {
  try {
    show(readPageData(document.getElementById("registration")?.textContent ?? ""));
  } catch {
    const text = "The data in this page cannot be read: it was cut off or changed. Register nobody from it.";
    const stop = element("strong", {}, "Stop. ");
    const banner = element("div", { class: "banner wrong", role: "alert" }, stop, text);
    const title = element("h1", {}, "Registration of API users");
    document.body.replaceChildren(element("main", {}, title, banner));
  }
});
