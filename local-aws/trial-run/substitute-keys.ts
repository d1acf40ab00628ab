/**
 * Substitutes for imported keys. A fleet declares the public key of a key that is kept elsewhere and must not be on this
 * machine. So the trial run applies a copy of the fleet in which each such user has a key of this run.
 */
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkspaceDeclaration } from "../../fleet";
import { generateKeyPair, type KeyPair } from "../../keys";

export interface SubstituteKeys {
  /** The fleet to apply: a copy below `.local/`, or the fleet itself where it has no imported key. */
  readonly users: string;
  /** By stack and user name; in memory only. */
  readonly keys: ReadonlyMap<string, KeyPair>;
}

export function substituteName(stack: string, username: string): string {
  return `${stack}/${username}`;
}

/** Makes a key for each user of custody imported, and a copy of the fleet that declares its public half. */
export function substituteKeys(
  users: string,
  workspaces: readonly WorkspaceDeclaration[],
  copy: string,
): SubstituteKeys {
  const keys = new Map<string, KeyPair>();
  const replaced = new Map<string, string>();
  for (const { stackName, users: declared } of workspaces.flatMap(({ files }) => files)) {
    for (const { username, custody, publicKey } of declared) {
      if (custody !== "imported" || !publicKey) continue;
      const pair = generateKeyPair();
      keys.set(substituteName(stackName, username), pair);
      replaced.set(publicKey, pair.publicKey);
    }
  }
  if (keys.size === 0) return { users, keys };
  cpSync(users, copy, { recursive: true });
  for (const name of readdirSync(copy, { recursive: true }).map(String)) {
    const file = join(copy, name);
    if (!/\.ya?ml$/.test(name) || !statSync(file).isFile()) continue;
    let text = readFileSync(file, "utf8");
    for (const [declared, own] of replaced) text = text.replace(new RegExp(declared, "gi"), own);
    writeFileSync(file, text);
  }
  return { users: copy, keys };
}
