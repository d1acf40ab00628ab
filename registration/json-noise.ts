/** Lines of other programs that end up beside JSON: whose each is, and how to leave it out. */
const PROGRAMS: readonly (readonly [line: RegExp, whose: string, fix: string])[] = [
  [
    /^> \S|^(yarn|npm|pnpm) |^\$ \S|^Done in /,
    "of npm, pnpm or yarn",
    "call npm with --silent, or no script at all",
  ],
  [
    /^\[command\]|^::\S/,
    "of the wrapper around terraform in GitHub's setup-terraform",
    "set terraform_wrapper: false where the workflow sets up Terraform",
  ],
  [
    /^[╷│╵]|^(Terraform|OpenTofu|Warning|Error|Acquiring|Releasing|Initializing|Refreshing)\b|: (Refreshing state|Reading|Read complete)/,
    "of terraform",
    "give its standard output only, without 2>&1, and of terraform show -json or terraform output -json",
  ],
];

const OTHERS = ["of another program", "give what the program prints as JSON, and nothing else"] as const;

/** Colours, as a terminal gets them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins them
const COLOURS = /\u001b\[[\d;]*m/g;

/** A line that begins in brackets as logs have them, and goes on: `[INFO] …`, `[1/4] …`, `[10:00:00,123] …`. No JSON does. */
const LOG = /^[ \t]*\[[^[\]{}"]*\][ \t]*[^\s,\]}]/;

/** So many characters of a line are looked at. */
const LINE = 500;

/** A text may have many places where JSON seems to begin. So many characters are read in all to see whether it does. */
const MOST_READ = 4 << 20;

/** Whether a text begins with a whole JSON object or list, and how many characters were read to see that. */
export interface Trial {
  readonly isJson: boolean;
  readonly read: number;
}

/**
 * Whose a line is that stands where JSON should begin, and how to leave it out. Undefined where it is no line of another program but JSON
 * with a mistake in it.
 *
 * @param at where the line's first character is
 * @param isFirst whether nothing before it is JSON
 * @param tryJson looks whether a text begins with a whole JSON object or list
 */
export function noiseAt(
  text: string,
  at: number,
  isFirst: boolean,
  tryJson: (text: string) => Trial,
): { readonly whose: string; readonly fix: string } | undefined {
  const line = lineAt(text, at);
  const known = PROGRAMS.find(([pattern]) => pattern.test(line.replace(COLOURS, "").trim()));
  const [whose, fix] = known ? known.slice(1) : OTHERS;
  const noise = { whose: String(whose), fix: String(fix) };
  if (known && !isFirst) return noise;
  // A line that begins like JSON is taken for JSON with a mistake, not for another program's.
  if (!known && !LOG.test(line) && /^\s*[{["]/.test(line)) return undefined;
  if (!isFirst) return noise;
  let left = MOST_READ;
  for (const { index } of text.slice(at).matchAll(/^[ \t]*[{[]/gm)) {
    if (LOG.test(lineAt(text, at + index))) continue;
    const { isJson, read } = tryJson(text.slice(at + index));
    if (isJson) return noise;
    left -= read + LINE;
    if (left < 0) break;
  }
  return undefined;
}

const lineAt = (text: string, at: number): string => text.slice(at, at + LINE).split(/[\r\n]/, 1)[0] ?? "";
