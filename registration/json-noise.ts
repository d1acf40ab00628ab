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

/** Each try reads to the end of the text. */
const MOST_TRIES = 20;

/**
 * Whose a line is that stands where JSON should begin, and how to leave it out. Undefined where it is no line of another program but JSON
 * with a mistake in it.
 *
 * @param at where the line's first character is
 * @param isFirst whether nothing before it is JSON
 * @param isJson whether a text begins with a whole JSON object or list
 */
export function noiseAt(
  text: string,
  at: number,
  isFirst: boolean,
  isJson: (text: string) => boolean,
): { readonly whose: string; readonly fix: string } | undefined {
  const [line = ""] = text.slice(at, at + 500).split(/[\r\n]/, 1);
  const known = PROGRAMS.find(([pattern]) => pattern.test(line.replace(COLOURS, "").trim()));
  const [whose, fix] = known ? known.slice(1) : OTHERS;
  const noise = { whose: String(whose), fix: String(fix) };
  if (known && !isFirst) return noise;
  // A line that begins like JSON is taken for JSON with a mistake, not for another program's.
  if (!known && /^\s*[{["]/.test(line)) return undefined;
  if (!isFirst) return noise;
  let tries = 0;
  for (const { index } of text.slice(at).matchAll(/^[ \t]*[{[]/gm)) {
    if (isJson(text.slice(at + index))) return noise;
    if (++tries === MOST_TRIES) break;
  }
  return undefined;
}
