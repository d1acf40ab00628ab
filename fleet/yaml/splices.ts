/** A text to edit in place: what no edit names stays as it is, byte for byte. */
export class Splices {
  readonly #edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];

  constructor(readonly text: string) {}

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  /** Takes out the whole lines from one place to another. The last line of a file that ends without a line break takes the one before it along. */
  removeLines(start: number, end: number): void {
    const [from, to] = [this.lineStart(start), this.lineEnd(end)];
    const next = to + this.breakAt(to).length;
    const isLast = next === to && from > 0;
    const before = this.text.startsWith("\r\n", from - 2) ? 2 : 1;
    this.replace(isLast ? from - before : from, next, "");
  }

  /** Adds a line after the one that a place is in, with the line break that this one has, or the one before it. */
  addLine(after: number, line: string): void {
    const end = this.lineEnd(after);
    const own = this.breakAt(end);
    const before = this.text.startsWith("\r\n", this.lineStart(after) - 2) ? "\r\n" : "\n";
    if (own === "") this.insert(end, before + line);
    else this.insert(end + own.length, line + own);
  }

  /** What is in front of a place in its line. */
  before(at: number): string {
    return this.text.slice(this.lineStart(at), at);
  }

  /** What follows a place in its line, without the line break. */
  after(at: number): string {
    return this.text.slice(at, this.lineEnd(at));
  }

  /** The text with all edits made. They must not overlap. */
  result(): string {
    let [text, last] = ["", 0];
    for (const edit of [...this.#edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
      text += this.text.slice(last, edit.start) + edit.text;
      last = edit.end;
    }
    return text + this.text.slice(last);
  }

  private lineStart(at: number): number {
    return this.text.lastIndexOf("\n", at - 1) + 1;
  }

  /** The end of a place's line, in front of its line break. */
  private lineEnd(at: number): number {
    const end = this.text.indexOf("\n", at);
    if (end < 0) return this.text.length;
    return end > at && this.text[end - 1] === "\r" ? end - 1 : end;
  }

  private breakAt(end: number): string {
    return /^\r?\n/.exec(this.text.slice(end, end + 2))?.[0] ?? "";
  }
}
