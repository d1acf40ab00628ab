import type { Mistake } from "../messages/mistake";

/**
 * cdktf puts its tokens into plain values: `${TfToken[TOKEN.1]}`, with `#` for a list and `&` for a map's key; two texts that
 * stand for values of a map; and numbers whose first 16 bits are a mark. A user's text or number that looks like a token would
 * be replaced by the token's value, or end synthesis with an error about cdktf. cdktf has no escape for it, so it is refused.
 */

const MARKED = /[$#&]\{TfToken\[/;
const MAP_VALUES: readonly unknown[] = ["String Map Token Value", "Any Map Token Value", -123456789];

/**
 * What cdktf reads as a number in a text: `[-|\d.+]+e[-|\d.eE+]+`. Looked for in runs of these characters, since that expression alone
 * begins again at each digit of a long number.
 */
const RUNS = /[-|\d.eE+]+/g;
const NUMBER = /(?:^|[eE])([-|\d.+]+e[-|\d.eE+]+)$/;

/** Why a user's value cannot be passed to cdktf, and the fix; `undefined` if it can. */
export function tokenProblem(value: unknown): Mistake | undefined {
  return isLikeToken(value)
    ? { what: "reads as one of cdktf's own tokens", fix: "write it another way" }
    : undefined;
}

function isLikeToken(value: unknown): boolean {
  if (MAP_VALUES.includes(value)) return true;
  if (typeof value === "number") return isMarkedNumber(value);
  if (typeof value !== "string") return false;
  return MARKED.test(value) || (value.match(RUNS) ?? []).some((run) => isMarkedNumber(numberIn(run)));
}

const numberIn = (run: string) => Number.parseFloat(NUMBER.exec(run)?.[1] ?? "");

function isMarkedNumber(value: number): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return [0xfdff, 0xfbff].includes(view.getUint16(0));
}
