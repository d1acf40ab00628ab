import { didYouMean } from "../messages/did-you-mean";
import { shown } from "../messages/safe-text";
import { awsNameOf } from "../rules/aws-names";
import type { MovedUser } from "./declarations";
import type { LoadedFile } from "./inventory";
import type { FoundMove } from "./user-file";
import type { KnownSettings, WorkspaceSettings } from "./workspace-file";
import type { Mistake, Problem } from "./yaml/problems";

/** Moves that only one file declares, or that cannot be: of both files, so that both owners approve. */
export function moveProblems(files: readonly LoadedFile[], known: KnownSettings): Problem[] {
  return files.flatMap((file) =>
    (file.moves ?? []).flatMap((move): Problem[] => {
      const mistake = move.direction === "to" ? leaves(file, move, files, known) : comes(file, move, files);
      return mistake ? [{ file: move.file, line: move.line, path: move.path, ...mistake }] : [];
    }),
  );
}

function leaves(
  file: LoadedFile,
  { text, other }: FoundMove,
  files: readonly LoadedFile[],
  known: KnownSettings,
): Mistake | undefined {
  const target = files.find(({ name }) => name === other);
  if (target === undefined || target === file) return notAFile(file, other, files);
  // Nobody knows what is in a file that cannot be read. It has problems of its own.
  const { moves, names } = target;
  if (moves === undefined || names === undefined) return undefined;
  const here = `movedFrom: ${file.name}`;
  const coming = moves.find((each) => each.direction === "from" && each.text === text);
  if (coming === undefined) {
    const renamed = moves.find((each) => each.direction === "from" && each.other === file.name);
    const isThere = names.some((each) => each.text === text);
    if (isThere)
      return {
        what: `${shown(text)} in ${target.file} does not say where it comes from`,
        fix: `write ${here} there`,
      };
    if (renamed && !partnerOf(renamed, target, file))
      return {
        what: `${shown(text)} would be ${shown(renamed.text)} in ${target.file}, and a user keeps its name when it moves`,
        fix: "declare the new name beside the old one, as a user with a key of its own, and remove the old one after that",
      };
    return {
      what: `${shown(text)} is not in ${target.file}`,
      fix: `move its whole entry there, with ${here} in it`,
    };
  }
  if (coming.other !== file.name)
    return {
      what: `${shown(text)} in ${target.file} has movedFrom: ${coming.other}`,
      fix: `write ${here} there`,
    };
  const [from, to] = [file, target].map(({ region = known.region }) => region);
  if (from === to) return undefined;
  return {
    what: `${shown(text)} is in ${from} here and in ${to} in ${target.file}, and a key stays in its region`,
    fix: `declare a user of another name in ${to}, with a key of its own, and remove this one once the other is in use`,
  };
}

function comes(file: LoadedFile, move: FoundMove, files: readonly LoadedFile[]): Mistake | undefined {
  const { text, other } = move;
  const source = files.find(({ name }) => name === other);
  const over = "take movedFrom out if both stacks are applied already";
  if (source === undefined || source === file) {
    const { what, fix } = notAFile(file, other, files);
    return { what, fix: `${fix}, or ${over}` };
  }
  if (source.moves === undefined || partnerOf(move, file, source)) return undefined;
  // The other file has a line for it, with another file's name: the problem is reported there.
  if (source.moves.some((each) => each.direction === "to" && each.text === text)) return undefined;
  const entry = `- { username: ${shown(text)}, movedTo: ${file.name} }`;
  const isThere = source.names?.some((each) => each.text === text);
  return {
    what: isThere
      ? `${shown(text)} is still whole in ${source.file}`
      : `${source.file} does not say that ${shown(text)} moves here`,
    fix: isThere ? `write ${entry} there in place of it` : `write ${entry} there, or ${over}`,
  };
}

/** The entry of the other file that says the same move. */
const partnerOf = (
  { text }: Pick<FoundMove, "text">,
  target: LoadedFile,
  source: LoadedFile,
): FoundMove | undefined =>
  source.moves?.find((each) => each.direction === "to" && each.text === text && each.other === target.name);

function notAFile(file: LoadedFile, other: string, files: readonly LoadedFile[]): Mistake {
  const names = files.map(({ name }) => name).filter((name) => name !== file.name);
  const what =
    other === file.name ? "is this file itself" : `${shown(other)} is no user file beside this one`;
  const meant = didYouMean(other, names);
  if (meant) return { what, fix: `did you mean ${meant}?` };
  const fix = names.length > 0 ? `name one of ${names.slice(0, 10).join(", ")}` : "add that file";
  return {
    what,
    fix: `${fix}; a user moves between files of one workspace, whose name is in every name in AWS`,
  };
}

/** Names without those that are still whole where they move from: that is reported as a move. */
export function withoutMoving(files: readonly LoadedFile[]) {
  const moving = files.flatMap(({ moves = [] }) => moves.filter(({ direction }) => direction === "from"));
  return files.flatMap(({ name, names = [] }) =>
    names.filter(({ text }) => !moving.some((each) => each.other === name && each.text === text)),
  );
}

/** The users that a file lets go of, with the generations that the other files declare. */
export function movedUsersOf(
  { name, moves = [] }: LoadedFile,
  files: readonly LoadedFile[],
  settings: WorkspaceSettings,
): MovedUser[] {
  return moves
    .filter(({ direction }) => direction === "to")
    .flatMap(({ text: username, other, line }) => {
      const target = files.find((each) => each.name === other);
      const user = target?.usersOf?.(settings).find((each) => each.username === username);
      if (user?.movedFrom !== name) return [];
      return [
        { username, awsName: awsNameOf(username), movedTo: other, generations: user.generations, line },
      ];
    });
}
