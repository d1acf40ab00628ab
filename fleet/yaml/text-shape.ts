import { didYouMean } from "../../messages/did-you-mean";
import { shown } from "../../messages/safe-text";
import type { Mistake } from "./problems";
import type { Schema } from "./schema";

/** A more helpful mistake than the schema's own, for a text that misses its pattern. */
export type BetterWording = (text: string) => Mistake | undefined;

/** What is wrong with a text. */
export function textMistake(text: string, schema: Schema, better?: BetterWording): Mistake | undefined {
  if (schema.enum) {
    if (schema.enum.includes(text)) return undefined;
    const meant = didYouMean(text, schema.enum);
    const fix = meant ? `did you mean ${meant}?` : `write ${schema.enum.join(" or ")}`;
    return { what: `${shown(text)} is unknown`, fix };
  }
  const { length } = [...text];
  if (schema.minLength !== undefined && length < schema.minLength) {
    return { what: "is empty", fix: `write one such as ${inYaml(schema.examples?.[0])}` };
  }
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    return { what: `has ${length} characters`, fix: `${schema.maxLength} are the most, so shorten it` };
  }
  const { pattern, patternErrorMessage, patternFix = "" } = schema;
  if (pattern === undefined || expression(pattern).test(text)) return undefined;
  return better?.(text) ?? { what: `${shown(text)} ${patternErrorMessage}`, fix: patternFix };
}

const compiled = new Map<string, RegExp>();

/** A pattern as JSON schema means it, made once: Unicode classes are slow to make. */
function expression(pattern: string): RegExp {
  const made = compiled.get(pattern) ?? new RegExp(pattern, "u");
  compiled.set(pattern, made);
  return made;
}

/** An example as YAML on one line. JSON is YAML, but people quote less. */
export function inYaml(example: unknown): string {
  if (example === undefined) return "";
  return typeof example === "string" && /^[a-z][\w ./:@+-]*$/i.test(example)
    ? example
    : JSON.stringify(example);
}
