/**
 * What YAML 1.1, which many readers still are, takes an unquoted text for (https://yaml.org/type/).
 * Kept out, so that a reviewer's tools and this one read the same.
 */
export function otherReading(unquoted: string | undefined): string | undefined {
  if (unquoted === undefined) return undefined;
  if (/^(?:y|yes|on)$/i.test(unquoted)) return "true";
  if (/^(?:n|no|off)$/i.test(unquoted)) return "false";
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?$/.test(unquoted)) return "a number";
  if (/^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?$/.test(unquoted)) return "a date";
  return undefined;
}
