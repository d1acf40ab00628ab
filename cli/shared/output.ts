import { reason } from "../../messages/failure";
import { jsonText, oneLine, visible, visibleLines } from "../../messages/safe-text";

/**
 * All that a command prints goes through here, and here it is made safe for a terminal (`visible`): whoever writes a command cannot
 * forget it. Styles are kept apart from texts, so that no text can bring its own.
 */

/** The few styles used, on a terminal only, and not where NO_COLOR (no-color.org) or TERM=dumb asks for none. */
const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

type Style = keyof typeof STYLES;

/** A line, or a part of one, with styles in it. */
export class StyledText {
  constructor(private readonly parts: readonly { readonly text: string; readonly style?: Style }[]) {}

  /** The parts of some texts, one after another. */
  static of(texts: readonly Text[]): StyledText {
    return new StyledText(texts.flatMap((text) => (typeof text === "string" ? { text } : text.parts)));
  }

  /** As it is printed. */
  rendered(styled: boolean): string {
    return this.parts
      .map(({ text, style: name }) => {
        if (!styled || name === undefined) return visible(text);
        const [on, off] = STYLES[name];
        return `\u001b[${on}m${visible(text)}\u001b[${off}m`;
      })
      .join("");
  }

  toString(): string {
    return this.rendered(false);
  }
}

/** What is printed: whatever is in it, it takes one line. */
export type Text = string | StyledText;

export const style = (name: Style, text: string): StyledText => new StyledText([{ text, style: name }]);

/** A template that keeps the styles of its values. */
export function line(strings: TemplateStringsArray, ...values: readonly (Text | number)[]): StyledText {
  const texts = strings.flatMap((text, index): Text[] => {
    const value = values[index];
    return value === undefined ? [text] : [text, typeof value === "number" ? String(value) : value];
  });
  return StyledText.of(texts);
}

export const joined = (texts: readonly Text[], separator: string): StyledText =>
  StyledText.of(texts.flatMap((text, index) => (index > 0 ? [separator, text] : [text])));

/** Lines as text without styles: for a file, or for the terminal itself where neither output is one. */
export const plainLines = (lines: readonly Text[]): string => renderedLines(lines, false);

/** Prints a line, or several, on standard output. */
export function print(lines: Text | readonly Text[]): void {
  write(process.stdout, lines);
}

/** The same on standard error: for people, beside what standard output has for programs. */
export function note(lines: Text | readonly Text[]): void {
  write(process.stderr, lines);
}

/** Prints a text of several lines in a language such as Markdown, in which the texts of others are on one line already. */
export function printDocument(text: string): void {
  send(process.stdout, visibleLines(text));
}

/** Prints lines of a label and a value, the values in one column; rows without a value are left out. */
export function printRows(rows: ReadonlyArray<readonly [label: string, value: Text | undefined]>): void {
  print(
    rows.flatMap(([label, value]) =>
      value === undefined ? [] : line`${style("bold", label.padEnd(12))}  ${value}`,
    ),
  );
}

/** Prints a value for programs. */
export function printJson(value: unknown): void {
  send(process.stdout, `${jsonText(value)}\n`);
}

/** One line on standard error that does not stop the command. */
export function warn(message: string): void {
  note(line`${style("yellow", "warning:")} ${oneLine(message)}`);
}

/** One line on standard error, the last that a failed command says. */
export function complain(message: string): void {
  note(line`${style("red", "error:")} ${oneLine(message)}`);
}

/** Prints the beginning of a line, which the answer of a person or a line break ends. */
export function ask(question: string): void {
  send(process.stderr, visible(question));
}

function write(stream: NodeJS.WriteStream, lines: Text | readonly Text[]): void {
  const styled = stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  send(stream, renderedLines(Array.isArray(lines) ? lines : [lines], styled));
}

/** The first error of each stream that could not be written to, and when all that was written is out. */
const errors = new WeakMap<NodeJS.WriteStream, NodeJS.ErrnoException>();
const written = new WeakMap<NodeJS.WriteStream, Promise<unknown>>();

/**
 * A command whose output is lost goes on to its end: to stop in the middle of its work would be worse. `isOutputLost` reports the loss at
 * the end. Nothing more is written to that stream, so that no line is missing between others.
 */
function send(stream: NodeJS.WriteStream, text: string): void {
  if (errors.has(stream)) return;
  const lose = (error: NodeJS.ErrnoException) => void (errors.has(stream) || errors.set(stream, error));
  if (!written.has(stream)) stream.on("error", lose);
  const done = new Promise<void>((resolve) => {
    try {
      stream.write(text, (error) => {
        if (error) lose(error);
        resolve();
      });
    } catch (error) {
      lose(error as NodeJS.ErrnoException); // some versions of Node.js throw where the stream is a file
      resolve();
    }
  });
  written.set(stream, Promise.all([written.get(stream), done]));
}

/** Whether something that a command printed is lost, which is then said on standard error. Called at the end of a command. */
export async function isOutputLost(): Promise<boolean> {
  const lost = await lossOf(process.stdout);
  if (lost)
    complain(
      `cannot write to standard output: ${reason(lost)}; see where it goes to, and what the command did, before you run it again`,
    );
  return lost !== undefined || (await lossOf(process.stderr)) !== undefined;
}

/** Where the reader has gone, as in `… | head`, nothing is lost. */
async function lossOf(stream: NodeJS.WriteStream): Promise<NodeJS.ErrnoException | undefined> {
  await written.get(stream);
  const error = errors.get(stream);
  return error?.code === "EPIPE" ? undefined : error;
}

const renderedLines = (lines: readonly Text[], styled: boolean) =>
  lines.map((each) => `${StyledText.of([each]).rendered(styled)}\n`).join("");
