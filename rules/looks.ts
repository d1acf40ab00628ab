/** A name as a person reads it: the case, the kind of blank, and how an accent is encoded do not show. */
export function looksOf(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
