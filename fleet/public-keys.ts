import { KeyError, parsePublicKey } from "../keys";
import { shown } from "../messages/safe-text";
import type { UserDeclaration } from "./declarations";
import type { Mistake, Problem } from "./yaml/problems";
import type { BetterWording } from "./yaml/text-shape";

/** What is wrong with a public key, never showing it: somebody may have pasted a private one. */
export function publicKeyMistake(text: string): Mistake | undefined {
  try {
    parsePublicKey(text);
    return undefined;
  } catch (error) {
    if (error instanceof KeyError) return { what: error.what, fix: error.fix };
    throw error;
  }
}

/** For a text that does not look like a public key. */
export const publicKeyWording: BetterWording = (text) =>
  publicKeyMistake(text) ?? {
    what: "is a public key with blanks in it",
    fix: "write its 130 digits without",
  };

/** A user with a public key in Git, and where the key is written. */
export interface PlacedKey extends Pick<Problem, "file" | "line" | "path"> {
  readonly workspace: string;
  readonly user: UserDeclaration;
  /** Whether the user is in a file of another workspace. */
  readonly isTaken: boolean;
}

/** Keys that are declared in two workspaces: who holds the one of a sandbox could sign in production. */
export function sharedKeys(keys: readonly PlacedKey[]): Problem[] {
  const first = new Map<string, PlacedKey>();
  const inOrder = [...keys].sort((a, b) => Number(a.isTaken) - Number(b.isTaken));
  return inOrder.flatMap((key): Problem[] => {
    const { workspace, user, file, line, path } = key;
    const others = [user.publicKey, ...Object.values(user.publicKeys ?? {})].flatMap((publicKey) => {
      if (publicKey === undefined) return [];
      const holder = first.get(publicKey) ?? key;
      first.set(publicKey, holder);
      return holder.workspace === workspace ? [] : [holder];
    });
    const [other] = others;
    if (other === undefined) return [];
    const what = `${shown(user.username)} has the public key of ${shown(other.user.username)} in ${other.workspace} (${other.file}:${other.line})`;
    return [{ file, line, path, what, fix: `a key belongs to one workspace: make one for ${workspace}` }];
  });
}
