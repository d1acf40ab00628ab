import { withoutKeys } from "../keys/redact";
import { shown } from "./safe-text";

/** The same order on every machine, unlike that of a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A key or an index appended to a path. */
export function joinPath(path: string, step: string | number): string {
  if (typeof step === "number") return `${path}[${step}]`;
  if (!/^[\w-]{1,64}$/.test(step) || withoutKeys(step) !== step) return `${path}[${shown(step)}]`;
  return path === "" ? step : `${path}.${step}`;
}
