import type { Mistake } from "../messages/mistake";

/**
 * cdktf puts its tokens into plain values: `${TfToken[TOKEN.1]}`, with `#` for a list and `&` for a map's key; two texts that
 * stand for values of a map; and numbers whose first 16 bits are a mark. A user's text or number that looks like a token would
 * be replaced by the token's value, or end synthesis with an error about cdktf. cdktf has no escape for it, so it is refused.
 */

const MARKED = /[$#&]\{TfToken\[/;
const MAP_VALUES: readonly unknown[] = ["String Map Token Value", "Any Map Token Value", -123456789];

/** What cdktf reads as a number in a text. */
const NUMBERS = /[-|\d.+]+e[-|\d.eE+]+/g;

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
  return MARKED.test(value) || (value.match(NUMBERS) ?? []).some((text) => isMarkedNumber(parseFloat(text)));
}

function isMarkedNumber(value: number): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return [0xfdff, 0xfbff].includes(view.getUint16(0));
}
