import { element } from "./dom";

/** Says what has just happened to people who cannot see it. */
export const announcer = element("p", { class: "unseen", role: "status", "aria-live": "polite" });

const CONFIRMED_FOR_MS = 2500;

/**
 * A button that copies a text, and says so.
 *
 * @param what for the confirmation: `public key of settlement bot`
 * @param shown the element that has the text, to be selected where the browser does not allow copying
 */
export function copyButton(what: string, text: string, shown: HTMLElement): HTMLButtonElement {
  const label = `Copy the ${what}`;
  const button = element("button", { type: "button", class: "copy", "aria-label": label }, "Copy");
  let back: number | undefined;
  button.addEventListener("click", async () => {
    const copied = await copy(text, shown);
    button.textContent = copied ? "Copied ✓" : "Press Ctrl+C";
    button.dataset["copied"] = String(copied);
    announcer.textContent = copied ? `Copied the ${what}.` : `The ${what} is selected: press Ctrl and C.`;
    window.clearTimeout(back);
    back = window.setTimeout(() => {
      button.textContent = "Copy";
      delete button.dataset["copied"];
    }, CONFIRMED_FOR_MS);
  });
  return button;
}

async function copy(text: string, shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not in this context (plain http), or not allowed: the old way, which needs a selection.
    window.getSelection()?.selectAllChildren(shown);
    return document.execCommand("copy");
  }
}
