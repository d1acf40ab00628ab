import type { AuditReport, LocatedLeak } from "../../../audit";
import { formatFingerprint } from "../../../keys";
import { line, print, style, type Text } from "../../shared/output";

const kinds: Record<LocatedLeak["kind"], string> = {
  "private-key": "private key",
  "published-key": "published test key",
  "encrypted-key": "encrypted private key, not opened",
  "other-key": "private key, but not a P-256 key",
};

/** Prints each leak on a line, as grep does, and then what was seen and what to do. */
export function printReport(report: AuditReport): void {
  print(report.leaks.map(describe));
  if (report.unlisted > 0) print(`${report.unlisted} more are not listed.`);
  print([...summary(report)]);
}

function describe(leak: LocatedLeak): Text {
  const { path, line: number, jsonPath, kind, form, user, fingerprint, publishedIn } = leak;
  const colour = kind === "private-key" ? "red" : "yellow";
  const details = [
    form,
    jsonPath && `at ${jsonPath}`,
    user && `key of ${user}`,
    publishedIn && `from ${publishedIn}`,
    fingerprint && `fingerprint ${formatFingerprint(fingerprint)}`,
  ];
  const text = details.filter(Boolean).join(", ");
  return line`${style("bold", `${path}:${number}`)}: ${style(colour, kinds[kind])}: ${text}`;
}

function* summary({
  leaks,
  unlisted,
  files,
  bytes,
  links,
  specialFiles,
  uncompared,
}: AuditReport): Generator<Text> {
  const found = leaks.filter(({ kind }) => kind === "private-key").length + unlisted;
  const read = `${count(files, "file")} read (${size(bytes)})`;
  if (found === 0) yield line`${style("green", "No private key found")}: ${read}.`;
  else yield line`${style("red", `${count(found, "private key")} found`)}: ${read}.`;
  const skipped = [
    links > 0 && `${count(links, "symbolic link")} not followed`,
    specialFiles > 0 &&
      `${count(specialFiles, "pipe, socket or device", "pipes, sockets or devices")} not opened`,
    uncompared > 0 && `${count(uncompared, "32-byte value")} not compared with every public key of the file`,
  ].filter(Boolean);
  if (skipped.length > 0) yield `Left out: ${skipped.join("; ")}.`;
  if (found > 0)
    yield "A key that stood here is no longer a secret: make its user a new one, then retire this one.";
}

const count = (number: number, one: string, many = `${one}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, "byte");
  const [unit, name] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}
