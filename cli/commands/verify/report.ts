import { formatFingerprint } from "../../../keys";
import { oneLine, visible } from "../../../messages/safe-text";
import { addressOf } from "../../../registration/read";
import type { Verdict } from "../../custody/judge";
import { line, style, type Text } from "../../shared/output";

const colours = { ok: "green", mismatch: "red", missing: "yellow", unreadable: "yellow" } as const;

/** For programs. Anyone can check `proof.message` and `proof.signature` with `publicKey`. */
export function verdictsForJson(verdicts: readonly Verdict[], proof: boolean) {
  return {
    ok: verdicts.every(({ state }) => state === "ok"),
    proof,
    users: verdicts.map(({ user, ...verdict }) => ({
      stack: user.stack,
      workspace: user.workspace,
      username: user.username,
      ...(user.registeredAs !== user.username && { registeredAs: user.registeredAs }),
      custody: user.custody,
      generation: user.generation,
      keyArn: user.keyArn,
      publicKey: user.publicKey,
      fingerprint: user.fingerprint,
      ...verdict,
    })),
  };
}

/** On a terminal, a table and then what is wrong; elsewhere, a line for each user, for grep and logs. */
export function verdictsText(verdicts: readonly Verdict[], proof: boolean): Text[] {
  const told = process.stdout.isTTY ? table(verdicts) : lines(verdicts);
  return [...told, summary(verdicts, proof)];
}

function* lines(verdicts: readonly Verdict[]): Generator<Text> {
  for (const verdict of verdicts) {
    const { user, state } = verdict;
    const print = formatFingerprint(user.fingerprint);
    if (state === "ok")
      yield `${addressOf(user)}: ok: ${user.custody}, generation ${user.generation}, fingerprint ${print}`;
    yield* explained(verdict);
  }
}

function* table(verdicts: readonly Verdict[]): Generator<Text> {
  const rows = verdicts.map(({ user }) => [
    visible(addressOf(user)),
    user.custody,
    String(user.generation),
    formatFingerprint(user.fingerprint),
  ]);
  const head = ["User", "Custody", "Gen", "Fingerprint of the registered key"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const padded = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  yield style("bold", `${padded(head)}  Result`);
  for (const [index, { state }] of verdicts.entries())
    yield line`${padded(rows[index] ?? [])}  ${style(colours[state], state)}`;
  yield "";
  for (const verdict of verdicts) yield* explained(verdict);
}

/** What is wrong, and what is worth knowing. */
function* explained(verdict: Verdict): Generator<Text> {
  const name = style("bold", addressOf(verdict.user));
  if (verdict.state !== "ok")
    yield line`${name}: ${style(colours[verdict.state], verdict.state)}: ${oneLine(`${verdict.problem}; ${verdict.fix}`)}`;
  for (const note of verdict.notes) yield line`${name}: note: ${oneLine(note)}`;
}

function summary(verdicts: readonly Verdict[], proof: boolean): Text {
  const ok = verdicts.filter(({ state }) => state === "ok").length;
  const how = proof
    ? "by a signature of the key in custody"
    : "by custody's metadata; --proof has each key sign, which takes a signer's role";
  const all =
    verdicts.length === 1
      ? "The registered public key is"
      : `Each of the ${verdicts.length} registered public keys is`;
  if (ok === verdicts.length) return line`${style("green", all)} the one in custody (${how}).`;
  const counts = (["mismatch", "missing", "unreadable"] as const)
    .map((state) => [state, verdicts.filter((verdict) => verdict.state === state).length] as const)
    .flatMap(([state, count]) => (count > 0 ? `${count} ${state}` : []));
  return line`${style("red", `${ok} of ${verdicts.length} are as registered`)}: ${counts.join(", ")} (${how}).`;
}
