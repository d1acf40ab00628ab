/** What the trial run prints at its end: what to register, and what was proved. */
import { styleText } from "node:util";
import { formatFingerprint } from "../../keys";
import { largePractice } from "../../registration/practice";
import type { RegisteredUser } from "../../registration/read";

export interface Proved {
  /** How many files below `.local/` were searched for private keys. */
  readonly files: number;
  readonly seconds: number;
}

/** @param colours whether the output is a terminal that takes them */
export function summary(registration: readonly RegisteredUser[], proved: Proved, colours: boolean): string {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(format, text) : text;
  const lines = largePractice().map((row) => (row === "" ? "" : style("yellow", row)));
  let stack: string | undefined;
  for (const user of registration) {
    if (user.stack !== stack) lines.push("", style("dim", user.stack ?? ""));
    stack = user.stack;
    const substitute = user.custody === "imported" ? ", a key of this run in place of the imported one" : "";
    lines.push(
      "",
      `  ${style("bold", user.username)}`,
      `    register as  ${user.uiLabel}`,
      `    custody      ${user.custody}${substitute}`,
      `    fingerprint  ${formatFingerprint(user.fingerprint)}`,
      `    public key   ${user.publicKey}`,
    );
  }
  const keys = registration.length;
  const tick = style("green", "✓");
  lines.push(
    "",
    `${tick} ${keys === 1 ? "The key in custody signs" : `Each of the ${keys} keys in custody signs`}, and the public key above verifies it.`,
    `${tick} No private key in any of the ${proved.files} files that this run wrote under .local/.`,
    style("dim", `  ${proved.seconds.toFixed(0)} s. The registration is in .local/registration.json.`),
    "  For the workspace's admin: .local/registration.html, a page that shows what to do and checks itself.",
    "",
  );
  return lines.join("\n");
}
