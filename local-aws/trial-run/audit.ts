/** Searches all that a run wrote for private keys: the trial run's last proof. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { auditPaths } from "../../audit";
import type { RegisteredUser } from "../../registration/read";

/** What is below `.local/` and comes from others: Terraform, providers, moto's Python environment, projects with other engines. */
const FROM_OTHERS = "tools";

/**
 * Searches everything below `.local/` that this run wrote: states, synthesized JSON, configuration, logs of
 * Terraform, moto and the function.
 *
 * @returns how many files were read
 * @throws Error with each place that holds a private key, or that could not be read
 */
export async function searchForKeys(
  directory: string,
  registration: readonly RegisteredUser[],
): Promise<number> {
  const knownPublicKeys = new Map(
    registration.map(({ publicKey, username, stack }) => [publicKey, `${username} (${stack})`]),
  );
  const written = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.name !== FROM_OTHERS && !entry.isSymbolicLink())
    .map((entry) => join(directory, entry.name));
  const report = await auditPaths(written, { knownPublicKeys });
  const found = [
    ...report.leaks.map(
      ({ path, line, form, user }) => `${path}:${line}: ${form}${user ? ` of ${user}` : ""}`,
    ),
    ...report.unread.map(({ path, reason }) => `${path}: could not be read: ${reason}`),
  ];
  if (found.length > 0) throw new Error(found.join("\n"));
  return report.files;
}
