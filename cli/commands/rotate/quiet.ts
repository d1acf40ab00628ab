import { InvalidArgumentError } from "commander";

/** A day: longer than a service keeps a key that it has read. */
export const USUAL_QUIET_SECONDS = 24 * 3600;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads the value of `--quiet-for`: `24h`. At least an hour: CloudTrail's events take minutes to arrive. */
export function quietFor(text: string): number {
  const [, number = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (UNITS[unit] ?? 0);
  if (seconds >= 3600 && seconds <= 90 * 86_400) return seconds;
  throw new InvalidArgumentError("Give a time from 1h to 90d, such as 24h.");
}

export const quietSince = ({
  now,
  quietForSeconds,
}: {
  readonly now: Date;
  readonly quietForSeconds: number;
}) => new Date(now.getTime() - quietForSeconds * 1000);
