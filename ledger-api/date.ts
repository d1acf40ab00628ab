const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:\d\d)$/;

/** A date and time of ISO 8601 with its zone. Without one, it would be read in the zone of this machine: then it is undefined. */
export function dateIn(value: unknown): Date | undefined {
  const date = typeof value === "string" && FORM.test(value) ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
