import * as fc from "fast-check";
import type { Texts } from "../../fleet/yaml/edit-map";

/**
 * User files as people write them, in all the ways that YAML has, and the same file with another map of one user: rendered from what it is
 * made of, so that the edited file can be compared with it byte for byte.
 */
export interface MadeFile {
  readonly username: string;
  readonly generations: Texts;
  /** The file; or the file as it has to be once this user has these generations. */
  render(generations?: Texts): Buffer;
}

interface MapStyle {
  readonly form: "absent" | "one line" | "lines in braces" | "block";
  readonly space: boolean;
  readonly comma: boolean;
  readonly comments: readonly string[];
  readonly quote: "" | "'" | '"';
  readonly keyQuote: "" | "'" | '"';
  readonly anchor: string;
  readonly colon: string;
}

interface UserStyle {
  readonly form: "block" | "braces" | "JSON";
  readonly order: readonly number[];
  readonly comments: readonly string[];
  readonly trailing: readonly string[];
  readonly ownLine: boolean;
  readonly custody: boolean;
  readonly map: MapStyle;
}

interface FileStyle {
  readonly users: readonly UserStyle[];
  readonly target: number;
  readonly dashAt: number;
  readonly deeper: number;
  readonly lineBreak: string;
  readonly bom: boolean;
  readonly lastBreak: boolean;
  readonly head: readonly string[];
  readonly generations: Texts;
}

const commentText = fc.constantFrom("", "", "", " # see #12", "  # { 1: current }", "\t# généré 🔑", "   ");
const ownLines = fc.constantFrom("", "", "", "# generations: { 1: retired }", "#", " ");
const quote = fc.constantFrom<"" | "'" | '"'>("", "", "'", '"');

const mapStyle: fc.Arbitrary<MapStyle> = fc.record({
  form: fc.constantFrom("absent", "one line", "lines in braces", "block"),
  space: fc.boolean(),
  comma: fc.boolean(),
  comments: fc.array(commentText, { minLength: 6, maxLength: 6 }),
  quote,
  keyQuote: quote,
  anchor: fc.constantFrom("", "", "&keys "),
  colon: fc.constantFrom(": ", ":  "),
});

const userStyle: fc.Arbitrary<UserStyle> = fc.record({
  form: fc.constantFrom("block", "block", "block", "braces", "JSON"),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
  comments: fc.array(ownLines, { minLength: 6, maxLength: 6 }),
  trailing: fc.array(commentText, { minLength: 6, maxLength: 6 }),
  ownLine: fc.boolean(),
  custody: fc.boolean(),
  map: mapStyle,
});

/** Generations in an order that is right, from the oldest. */
export const generationsOf: fc.Arbitrary<Texts> = fc
  .record({
    retired: fc.nat({ max: 1 }),
    previous: fc.nat({ max: 2 }),
    pending: fc.nat({ max: 2 }),
    first: fc.constantFrom(1, 2, 7, 98),
  })
  .map(({ retired, previous, pending, first }) => {
    const stages = [
      ...Array(retired).fill("retired"),
      ...Array(previous).fill("previous"),
      "current",
      ...Array(pending).fill("pending"),
    ];
    return Object.fromEntries(stages.map((stage, index) => [String(first + index), stage]));
  });

export const userFiles: fc.Arbitrary<MadeFile> = fc
  .record({
    users: fc.array(userStyle, { minLength: 1, maxLength: 4 }),
    target: fc.nat(),
    dashAt: fc.constantFrom(0, 2, 4),
    deeper: fc.constantFrom(2, 4),
    lineBreak: fc.constantFrom("\n", "\n", "\r\n"),
    bom: fc.boolean(),
    lastBreak: fc.boolean(),
    head: fc.array(fc.constantFrom("# owned by treasury", "", "region: eu-west-1", "---"), { maxLength: 2 }),
    generations: generationsOf,
  })
  .map((style) => made({ ...style, target: style.target % style.users.length }));

function made(style: FileStyle): MadeFile {
  const target = style.users[style.target];
  const before = target?.map.form === "absent" ? { "1": "current" } : style.generations;
  return {
    username: nameOf(style.target),
    generations: before,
    render: (generations = before) => render(style, before, generations),
  };
}

const nameOf = (index: number) => ["settlement bot", "sweep", "API Admin 1", "o'neill: #2"][index] ?? "";

function render(style: FileStyle, before: Texts, after: Texts): Buffer {
  const head = style.head.filter((line, index) => line !== "---" || index === 0);
  const regions = head.filter((line) => line.startsWith("region"));
  const lines = [
    ...head.filter((line, index) => !line.startsWith("region") || head.indexOf(regions[0] ?? "") === index),
    "users:",
    ...style.users.flatMap((user, index) => {
      const own = { "1": "previous", "2": "current" };
      const [was, is] = index === style.target ? [before, after] : [own, own];
      return userLines(style, user, index, was, is);
    }),
  ];
  const text = lines.join(style.lineBreak) + (style.lastBreak ? style.lineBreak : "");
  return Buffer.from((style.bom ? "\ufeff" : "") + text, "utf8");
}

function userLines(file: FileStyle, user: UserStyle, index: number, before: Texts, after: Texts): string[] {
  const [dash, indent] = [" ".repeat(file.dashAt), " ".repeat(file.dashAt + 2)];
  const username = JSON.stringify(nameOf(index));
  if (user.form !== "block") return [`${dash}- ${inBraces(user, username, before, after)}`];
  const isAbsent = user.map.form === "absent";
  const added =
    isAbsent && before !== after ? [`generations: { ${pairs(after, "", "", ": ").join(", ")} }`] : [];
  const fields: string[][] = [
    [`username: ${username}`],
    ["role: operator", ...(user.custody ? [] : added)],
    user.custody ? ["custody: secrets-manager", ...added] : [],
    isAbsent ? [] : mapLines(user.map, before, after, file.deeper),
    ["signers:", "- arn:aws:iam::123456789012:role/settlement"],
  ];
  const lines = user.order.flatMap((field, at) => {
    const own = (fields[field] ?? []).map((line, row) => {
      const isPlain = row === 0 && field < 3;
      return `${indent}${line}${isPlain ? (user.trailing[field] ?? "") : ""}`;
    });
    const comment = user.comments[at] ?? "";
    return comment === "" || at === 0 || own.length === 0 ? own : [`${indent}${comment}`, ...own];
  });
  const [first = "", ...rest] = lines;
  if (user.ownLine) return [`${dash}-${afterHyphen(user.trailing[5])}`, first, ...rest];
  return [`${dash}- ${first.slice(indent.length)}`, ...rest];
}

/** A comment before a block: a tab there is an error. */
const afterHyphen = (comment = "") => (comment.startsWith("\t") ? "" : comment);

const pairs = (texts: Texts, keyQuote: string, quoteMark: string, colon: string) =>
  Object.entries(texts).map(
    ([name, text]) => `${keyQuote}${name}${keyQuote}${colon}${quoteMark}${text}${quoteMark}`,
  );

/** Each entry that was there has its own line, and what is added joins the last. */
function mapLines(style: MapStyle, before: Texts, after: Texts, deeper: number): string[] {
  const { form, space, comma, comments, keyQuote, quote: mark, anchor, colon } = style;
  const pair = (name: string, separator = colon) =>
    pairs({ [name]: after[name] ?? "" }, keyQuote, mark, separator)[0] ?? "";
  const kept = Object.keys(before).filter((name) => name in after);
  const added = Object.keys(after).filter((name) => !(name in before));
  const names = Object.keys(before);
  const blank = space ? " " : "";
  const key = `generations: ${anchor}`;
  const indent = " ".repeat(deeper);
  if (form === "one line") {
    const all = [...kept.map((name) => pair(name)), ...added.map((name) => pair(name, ": "))].join(", ");
    // Where the last entry goes, the comma behind it stays; otherwise it is as it was.
    return [`${key}{${blank}${all}${comma ? "," : ""}${blank}}${comments[5] ?? ""}`];
  }
  if (form === "block") {
    const start = `${key.trimEnd()}${afterHyphen(comments[5])}`;
    const lines = kept.map((name) => `${indent}${pair(name)}${comments[names.indexOf(name)] ?? ""}`);
    return [start, ...lines, ...added.map((name) => `${indent}${pair(name, ": ")}`)];
  }
  const last = names.at(-1);
  const lines = kept.map((name) => {
    const own = [pair(name), ...(name === kept.at(-1) ? added.map((each) => pair(each, ": ")) : [])].join(
      ", ",
    );
    return `${indent}${own}${name !== last || comma ? "," : ""}${comments[names.indexOf(name)] ?? ""}`;
  });
  return [`${key}{${comments[5] ?? ""}`, ...lines, "}"];
}

function inBraces(user: UserStyle, username: string, before: Texts, after: Texts): string {
  const json = user.form === "JSON";
  const k = (key: string) => (json ? `"${key}"` : key);
  const q = json ? '"' : "";
  const map = (texts: Texts) => `{ ${pairs(texts, q, q, ": ").join(", ")} }`;
  const isAbsent = user.map.form === "absent";
  const added = isAbsent && before !== after ? [`${k("generations")}: ${map(after)}`] : [];
  const fields = [
    [`${k("username")}: ${username}`],
    [`${k("role")}: ${q}operator${q}`, ...(user.custody ? [] : added)],
    user.custody ? [`${k("custody")}: ${q}secrets-manager${q}`, ...added] : [],
    isAbsent ? [] : [`${k("generations")}: ${map(after)}`],
    [`${k("signers")}: []`],
  ];
  return `{ ${user.order.flatMap((field) => fields[field] ?? []).join(", ")} }${user.trailing[5] ?? ""}`;
}
