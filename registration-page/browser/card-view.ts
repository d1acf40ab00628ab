import { addressOf, type Card } from "../../registration/card";
import type { Checked } from "../../registration/check";
import { PRACTICE } from "../../registration/practice";
import { type Line, type Section, STAGES, type Step, sectionsOf, stageOf } from "../../registration/steps";
import { copyButton } from "./copy";
import { digits, element, visible } from "./dom";

const BADGES: Readonly<Record<Checked["state"], string>> = {
  proved: "✓ Checked",
  consistent: "✓ Checked, no proof",
  wrong: "✕ Do not register",
};

const MARKS = { right: "✓", unknown: "–", wrong: "✕" } as const;
const SPOKEN = { right: "Right", unknown: "Not known", wrong: "Wrong" } as const;

/** A user's card. Closed, it shows name, role and stage; the rest is checked and made when it is opened. */
export class CardView {
  readonly shown: HTMLDetailsElement;
  readonly #badge = element("span", { class: "badge" }, "Checking …");
  #isFilled = false;

  constructor(
    private readonly card: Card,
    private readonly check: (card: Card) => Checked,
  ) {
    const { username, role } = card;
    const place = addressOf(card) === username ? "" : ` · ${addressOf(card).slice(0, -username.length - 1)}`;
    const meta = `${role === "operator" ? "Operator" : "API Administrator"} · ${stageOf(card)}${place}`;
    const practice = card.practice === true && element("span", { class: "practice" }, PRACTICE);
    const heading = element("h2", {}, practice, visible(username));
    const summary = element("summary", {}, heading, element("span", { class: "meta" }, meta), this.#badge);
    this.shown = element("details", { class: "card" }, summary);
    this.shown.addEventListener("toggle", () => this.shown.open && this.fill());
  }

  mark({ state }: Checked): void {
    this.shown.dataset["state"] = state;
    this.#badge.textContent = BADGES[state];
  }

  open(): void {
    this.fill();
    this.shown.open = true;
  }

  fill(): void {
    if (this.#isFilled) return;
    this.#isFilled = true;
    const checked = this.check(this.card);
    const findings = checked.findings.map(findingView);
    const body = element("div", { class: "body" });
    this.shown.append(body);
    if (checked.state === "wrong") {
      const stop = "Do not register this user. What to enter is not shown.";
      body.append(element("p", { class: "stop", role: "alert" }, stop));
    }
    body.append(element("ul", { class: "findings", "aria-label": "Checks" }, ...findings));
    if (checked.state === "wrong") return;
    body.append(stagesView(this.card), ...sectionsOf(this.card).map((section) => this.#section(section)));
  }

  #section({ title, lead, steps, notes }: Section): HTMLElement {
    return element(
      "section",
      {},
      element("h3", {}, title),
      lead && element("p", { class: "lead" }, ...lineView(lead)),
      element("ol", {}, ...steps.map((step) => this.#step(step))),
      ...(notes ?? []).map((note) => element("p", { class: "note" }, ...lineView(note))),
    );
  }

  #step({ line, field, tasks }: Step): HTMLElement {
    return element(
      "li",
      {},
      ...lineView(line),
      field && this.#field(field),
      tasks &&
        element("ul", { class: "tasks" }, ...tasks.map((task) => element("li", {}, ...lineView(task)))),
    );
  }

  #field(name: NonNullable<Step["field"]>): HTMLElement {
    const { username } = this.card;
    if (name === "fingerprint") return element("div", { class: "field" }, digits(this.card.fingerprint));
    const text = this.card[name];
    const shown = element("code", { class: name }, visible(text));
    const what = name === "publicKey" ? `public key of ${username}` : `user name ${username}`;
    return element("div", { class: "field" }, shown, copyButton(what, text, shown));
  }
}

const lineView = (line: Line) =>
  line.map((part) => {
    if (typeof part === "string") return part;
    return "label" in part ? element("b", {}, part.label) : element("code", {}, visible(part.value));
  });

const findingView = ({ state, text }: Checked["findings"][number]) =>
  element(
    "li",
    { class: state },
    element("span", { class: "mark", "aria-hidden": "true" }, MARKS[state]),
    element("span", { class: "unseen" }, `${SPOKEN[state]}: `),
    element("span", {}, visible(text)),
  );

/** A registration knows the first two stages only: the others happen in the workspace. */
function stagesView(card: Card): HTMLElement {
  const now = STAGES.indexOf(stageOf(card));
  const items = STAGES.map((stage, index) =>
    element(
      "li",
      { class: index <= now ? "reached" : undefined, "aria-current": index === now ? "step" : undefined },
      stage,
    ),
  );
  return element("ol", { class: "stages", "aria-label": "Stages, as far as this page knows" }, ...items);
}
