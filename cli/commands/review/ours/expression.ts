/**
 * Texts of Terraform's JSON syntax, such as `arn:${data.aws_partition.X.partition}:…`. A plan's `configuration` has them as they were
 * written: Terraform evaluates none of them there.
 */

/** A piece of a text: literal, or a reference to something of the configuration, `aws_kms_key.NAME`. */
export type Piece = string | { readonly type: string; readonly name: string };

/** The angle brackets are those of marks in ours.json. Terraform takes none. */
const REFERENCE = /((?:data\.)?[a-z][a-z0-9_]*)\.([A-Za-z_<][\w<>-]*)/y;

/** Splits a text at the references in its `${…}`. References in texts within `${…}` are none. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  /** `text` or `code`, innermost last, the latter with the number of its open braces. */
  const within: (number | "text")[] = ["text"];
  for (let i = 0; i < text.length; ) {
    const top = within.at(-1);
    const rest = text[i] ?? "";
    let taken = 1;
    if (top === "text") {
      if (/^[$%]{2}\{/.test(text.slice(i, i + 3))) taken = 3;
      else if (/^[$%]\{/.test(text.slice(i, i + 2))) {
        taken = 2;
        within.push(0);
      } else if (within.length > 1 && rest === "\\") taken = 2;
      else if (within.length > 1 && rest === '"') within.pop();
    } else if (top !== undefined) {
      if (rest === '"') within.push("text");
      else if (rest === "{") within[within.length - 1] = top + 1;
      else if (rest === "}" && top > 0) within[within.length - 1] = top - 1;
      else if (rest === "}") within.pop();
      else if (!/[\w.-]/.test(text[i - 1] ?? "")) {
        REFERENCE.lastIndex = i;
        const [whole, type = "", name = ""] = REFERENCE.exec(text) ?? [];
        if (whole !== undefined) {
          pieces.push(literal, { type, name });
          literal = "";
          i += whole.length;
          continue;
        }
      }
    }
    literal += text.slice(i, i + taken);
    i += taken;
  }
  pieces.push(literal);
  return pieces.filter((piece) => piece !== "");
}

/** A text with `*` for the names in its references: these hold a hash of where the construct stands. */
export const withoutNames = (text: string): string =>
  text.includes("{")
    ? piecesOf(text)
        .map((piece) => (typeof piece === "string" ? piece : `${piece.type}.*`))
        .join("")
        // AWS provider 6 calls it so.
        .replaceAll("data.aws_region.*.region", "data.aws_region.*.name")
    : text;

/** The types to which texts anywhere in a value refer: `aws_kms_key`, `data.aws_partition`, `local`. */
export function referredTypes(value: unknown): string[] {
  const found = new Set<string>();
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "object" && next !== null) for (const item of Object.values(next)) open.push(item);
    if (typeof next !== "string" || !next.includes("{")) continue;
    for (const piece of piecesOf(next)) if (typeof piece !== "string") found.add(piece.type);
  }
  return [...found];
}
