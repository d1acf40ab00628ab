/**
 * cdktf's tokens travel in plain values: as `${TfToken[TOKEN.1]}`, with `#` for a list and `&` for a map's key, as two texts
 * that stand for values of a map, and as numbers of which the first 16 bits are a mark. Text and numbers of others that look
 * like one would become what the token stands for, or end synthesis with a message about cdktf. No escape keeps cdktf from
 * reading them, so they are refused. No Terraform here: the fleet loader uses it too.
 */

const MARKED = /[$#&]\{TfToken\[/;
const STAND_INS: readonly unknown[] = ["String Map Token Value", "Any Map Token Value", -123456789];

/** What cdktf takes for a number inside a text. */
const NUMBERS = /[-|\d.+]+e[-|\d.eE+]+/g;

/** Why a value of others cannot be passed to cdktf, and the fix; `undefined` if it can. */
export function tokenProblem(value: unknown): string | undefined {
  return isLikeToken(value) ? "reads as one of cdktf's own tokens; write it another way" : undefined;
}

function isLikeToken(value: unknown): boolean {
  if (STAND_INS.includes(value)) return true;
  if (typeof value === "number") return isMarkedNumber(value);
  if (typeof value !== "string") return false;
  return MARKED.test(value) || (value.match(NUMBERS) ?? []).some((text) => isMarkedNumber(parseFloat(text)));
}

function isMarkedNumber(value: number): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return [0xfdff, 0xfbff].includes(view.getUint16(0));
}
