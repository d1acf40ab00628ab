import { shown } from "../messages/safe-text";
import { stagesOf } from "../rules/generations";
import type { DeclaredUser } from "./inventory";
import type { Problem } from "./yaml/problems";

/**
 * A key that goes though its user stays. Only a retired one may: nothing is deleted that services still use, or go back to, in the apply
 * that moves them. A pending one may, once nothing protects it.
 *
 * @param was the user before
 * @param is the user after
 */
export function lostKey(was: DeclaredUser, is: DeclaredUser): Problem | undefined {
  const stages = new Map(was.declaration && stagesOf(was.declaration.generations));
  for (const generation of was.generations) {
    // Where the file could not be read, the stage is not known.
    const stage = stages.get(generation);
    if (is.generations.includes(generation) || stage === "retired") continue;
    if (stage === "pending" && !was.isProtected) continue;
    const what = `generation ${generation} of ${shown(is.text)} is gone${stage ? `, which was ${stage}` : ""}`;
    const { file, line, path } = is;
    return stage === "pending"
      ? {
          ...{ file, line, path },
          what: `${what}, and its removal protection is on, so that AWS would refuse to delete its key`,
          fix: "put it back, or write removalProtection: false for the user first, and apply that",
        }
      : {
          ...{ file, line, path },
          what: `${what}: its key would be deleted, though services may use it`,
          fix: `put it back; a key goes once it is retired, and that is applied: generations: { ${generation}: retired, … }`,
        };
  }
  return undefined;
}
