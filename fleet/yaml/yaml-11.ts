import { shown } from "../../messages/safe-text";
import type { Mistake } from "./problems";

/**
 * What YAML 1.1, which many readers still are, takes a text without quotes for: the whole table of https://yaml.org/type/, and
 * what PyYAML, Ruby's Psych, Go's yaml and the package `yaml` take besides. One slip of the table is left out: no reader takes 1.2.3 for a number.
 */
const READINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:y|yes|on|true)$/i, "true"],
  [/^(?:n|no|off|false)$/i, "false"],
  [/^(?:~|null|)$/i, "null"],
  // In base 2, 8, 16 and 10; in base 60, as in 1:20 and 1:20.5; with a point or an exponent. Psych leaves out commas as all leave out _.
  [/^[-+]?0(?:b[01_,]+|o?[0-7_,]+|x[0-9a-f_,]+)$/i, "a number"],
  [/^[-+]?[0-9][0-9_,]*(?::[0-5]?[0-9])*(?:\.[0-9_,]*)?$/, "a number"],
  [/^[-+]?(?:[0-9][0-9_,]*(?:\.[0-9_,]*)?|\.[0-9_,]*)(?:e[-+]?[0-9]+)?$/i, "a number"],
  [/^(?:[-+]?\.inf|\.nan)$/i, "a number"],
  // Before Christ to Psych; with a comma before the fraction of a second to Go.
  [
    /^-?[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?$/i,
    "a date",
  ],
  [/^:./s, "a symbol of Ruby"],
  [/^<<$/, "a merge of other keys"],
  [/^=$/, "the default value of a map"],
];

/** Whether other YAML readers would read an unquoted text as something else. Refused, so that a reviewer's tools read what this reads. */
export function ambiguity(text: string, unquoted: string | undefined): Mistake | undefined {
  if (unquoted === undefined) return undefined;
  const [, other] = READINGS.find(([form]) => form.test(unquoted)) ?? [];
  return other === undefined
    ? undefined
    : { what: `${text} is ${other} to other YAML readers`, fix: `quote it: ${shown(text)}` };
}

/** The same for a whole number: 010 is 8 to readers of YAML 1.1, 1e1 is text to some of them, and 0o10 to all. */
export function numberAmbiguity(value: number, unquoted: string | undefined): Mistake | undefined {
  if (unquoted === undefined || unquoted === String(value)) return undefined;
  return {
    what: `${shown(unquoted)} is another number, or text, to other YAML readers`,
    fix: `write ${value}`,
  };
}
