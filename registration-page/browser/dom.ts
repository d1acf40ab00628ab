/** Elements, made without markup: a text is only ever a text here. */
import { formatFingerprint } from "../../keys/portable";

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | undefined>>;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** A digest's first 32 digits, in groups of four that no line break divides. */
export function digits(digest: string): HTMLElement {
  const groups = formatFingerprint(digest).split(" ");
  const shown = groups.flatMap((group) => [element("span", {}, group), " "]);
  return element("span", { class: "groups" }, ...shown);
}

/** A text without invisible and reordering characters, which would make it look like another. */
export const visible = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/gu, "\ufffd");
