import { oneLine } from "../../../../messages/safe-text";

/** A text from a plan, apart from our own words. */
interface Quoted {
  readonly quoted: string;
}

/**
 * A sentence of our own words and of texts from a plan: user names, addresses, roles. Anybody may have written those. In Markdown they
 * become code, in which nothing is markup, a link or a mention.
 */
export class Phrase {
  constructor(private readonly parts: readonly (string | Quoted)[]) {}

  /** Without emphasis, in one line. */
  plain(): string {
    const texts = this.parts.map((part) =>
      typeof part === "string" ? part.replaceAll("**", "") : shortened(part.quoted),
    );
    return oneLine(texts.join(""));
  }

  markdown(): string {
    return this.parts.map((part) => (typeof part === "string" ? part : code(part.quoted))).join("");
  }

  static join(phrases: readonly Phrase[], separator: string): Phrase {
    return new Phrase(phrases.flatMap(({ parts }, index) => (index > 0 ? [separator, ...parts] : parts)));
  }
}

type Value = string | number | Phrase | readonly string[];

/** A template whose values are quoted, lists with commas. A phrase stays as it is. */
export function say(strings: TemplateStringsArray, ...values: readonly Value[]): Phrase {
  const parts = [new Phrase([strings[0] ?? ""])];
  for (const [index, value] of values.entries())
    parts.push(phraseOf(value), new Phrase([strings[index + 1] ?? ""]));
  return Phrase.join(parts, "");
}

function phraseOf(value: Value): Phrase {
  if (value instanceof Phrase) return value;
  if (typeof value === "string" || typeof value === "number") return new Phrase([{ quoted: String(value) }]);
  return Phrase.join(
    value.map((each) => new Phrase([{ quoted: each }])),
    ", ",
  );
}

/** A name may be of any length, and a comment on a pull request holds 65,536 characters. */
const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

/** A code span (CommonMark 0.31, 6.1): more backticks around it than within, and blanks between these and any at its ends. */
function code(text: string): string {
  const plain = shortened(oneLine(text)).replace(/\p{Cf}/gu, "?");
  if (plain === "") return "` `";
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(plain) ? " " : "";
  return fence + pad + plain + pad + fence;
}
