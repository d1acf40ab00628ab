import { basename } from "node:path";
import { didYouMean } from "../messages/did-you-mean";
import { joinPath } from "../messages/paths";
import { shown } from "../messages/safe-text";
import type { WorkspaceFolder } from "./directory";
import type { LoadedFile } from "./inventory";
import { accountOf, principalsOf, usersOf, type Values, withValues } from "./taken-values";
import type { WorkspaceReading } from "./workspace-file";
import type { ParsedYaml } from "./yaml/parse";
import type { Mistake, Problem } from "./yaml/problems";
import { problemAt, type YamlFile } from "./yaml/yaml-file";

/** A workspace's folder, with its settings and its own files as they were read. */
export interface OpenedFolder {
  readonly folder: WorkspaceFolder;
  readonly reading: WorkspaceReading;
  readonly files: readonly OpenedFile[];
}

interface OpenedFile {
  readonly parsed: ParsedYaml;
  readonly loaded: LoadedFile;
}

/** A user file of another workspace, with the values that it has in the one that takes it: as if somebody had written it there. */
export interface TakenFile extends Pick<LoadedFile, "name" | "file"> {
  readonly parsed: ParsedYaml;
  /** Whether something is wrong with it, or with the settings, in its own workspace. */
  readonly isFaulty: boolean;
}

/**
 * The files that a workspace takes from another one, and what is wrong with that. Roles keep their names and change the account, as
 * `accountMap` says. A public key is never taken: with the same key in two environments, who holds the one of a sandbox signs in production.
 */
export function takenFiles(
  by: OpenedFolder,
  all: readonly OpenedFolder[],
): { readonly files: readonly TakenFile[]; readonly problems: Problem[] } {
  const { known, yaml } = by.reading;
  if (known.users === undefined || yaml === undefined) return { files: [], problems: [] };
  const mistake = sourceMistake(by, known.users, all);
  const source = all.find(({ folder }) => folder.name === basename(known.users ?? ""));
  if (mistake || !source) return { files: [], problems: mistake ? [problemAt(yaml, "users", mistake)] : [] };
  const isFaulty = source.reading.settings === undefined;
  const own = new Set(by.files.map(({ loaded }) => loaded.name));
  const taken = source.files.filter(({ loaded }) => !own.has(loaded.name));
  return {
    files: taken.map(({ parsed, loaded: { name, file, problems } }) => ({
      ...{ name, file, parsed: withValues(parsed, known), isFaulty: isFaulty || problems.length > 0 },
    })),
    problems: new Taking(by, yaml, source, taken).problems(),
  };
}

function sourceMistake(
  { folder }: OpenedFolder,
  users: string,
  all: readonly OpenedFolder[],
): Mistake | undefined {
  const name = basename(users);
  if (name === folder.name) return { what: "is this workspace itself", fix: "name another, or take it out" };
  const source = all.find((each) => each.folder.name === name);
  if (source === undefined) {
    const names = all.map((each) => each.folder.name).filter((each) => each !== folder.name);
    const meant = didYouMean(name, names);
    const fix = meant ? `did you mean ../${meant}?` : "name a workspace that has a folder beside this one";
    return { what: `${users} is not there`, fix };
  }
  const { users: further } = source.reading.known;
  if (further === undefined) return undefined;
  return {
    what: `${users} takes the user files of ${further} itself`,
    fix: basename(further) === folder.name ? "take one of the two out" : `write users: ${further}`,
  };
}

/** What one workspace takes from another. */
class Taking {
  constructor(
    private readonly by: OpenedFolder,
    private readonly yaml: YamlFile,
    private readonly source: OpenedFolder,
    private readonly files: readonly OpenedFile[],
  ) {}

  problems(): Problem[] {
    // What is wrong in its own workspace is reported there.
    const right = this.files.filter(({ loaded }) => loaded.problems.length === 0);
    const users = right.flatMap(({ parsed, loaded }) =>
      parsed.yaml ? usersOf(parsed.yaml).map((user) => ({ user, file: loaded.file })) : [],
    );
    return [
      ...this.accounts(users.flatMap(({ user }) => principalsOf(user))),
      ...users.flatMap(({ user, file }) => [...this.namesElsewhere(user, file), ...this.key(user, file)]),
      ...(right.length === this.files.length ? this.keysOfNobody(users.map(({ user }) => user)) : []),
    ];
  }

  /** Accounts that the files name, and nobody says which they are here. */
  private accounts(principals: readonly string[]): Problem[] {
    const { account, signerAccounts = [], accountMap = {} } = this.by.reading.known;
    const { account: there, signerAccounts: others = [] } = this.source.reading.known;
    if (account === undefined || there === undefined) return [];
    const isClear = (each: string) =>
      [account, ...signerAccounts].includes(each) || Object.hasOwn(accountMap, each);
    const unclear = new Set(principals.map(accountOf).filter((each) => !isClear(each)));
    const strange = Object.keys(accountMap).filter((each) => ![there, ...others].includes(each));
    return [
      ...[...unclear].map((each) =>
        this.problem("users", {
          what: `takes roles of account ${each}, and which account that is here is not said`,
          fix: `write accountMap: { "${each}": "${account}" }, or, for those very roles, add it to signerAccounts`,
        }),
      ),
      ...strange.map((each) =>
        this.problem(joinPath("accountMap", each), {
          what: `${this.source.folder.name} has no roles of this account`,
          fix: `write one of ${[there, ...others].join(", ")}`,
        }),
      ),
    ];
  }

  /** IAM Identity Center ends the names of its roles in other digits in each account. */
  private namesElsewhere(user: Values, file: string): Problem[] {
    const { accountMap = {} } = this.by.reading.known;
    return principalsOf(user)
      .filter((arn) => arn.includes(":role/aws-reserved/") && Object.hasOwn(accountMap, accountOf(arn)))
      .map((arn) =>
        this.problem("users", {
          what: `${nameOf(user)} of ${file} has the role ${shown(arn.split("/").at(-1) ?? "")}, which has another name in each account`,
          fix: `add a ${basename(file)} beside this file, with the role that it is here`,
        }),
      );
  }

  private key(user: Values, file: string): Problem[] {
    const { publicKeys = {} } = this.by.reading.known;
    const { username, custody } = user;
    if (custody !== "imported" || typeof username !== "string" || Object.hasOwn(publicKeys, username))
      return [];
    return [
      this.problem("users", {
        what: `${nameOf(user)} of ${file} has custody imported, and needs a key of its own here`,
        fix: `write publicKeys: { ${nameOf(user)}: "04…" } in this file`,
      }),
    ];
  }

  private keysOfNobody(users: readonly Values[]): Problem[] {
    const { publicKeys = {} } = this.by.reading.known;
    const names = users
      .filter(
        ({ custody, movedTo }) => movedTo === undefined && (custody === "imported" || custody === "kms"),
      )
      .flatMap(({ username }) => (typeof username === "string" ? [username] : []));
    return Object.keys(publicKeys)
      .filter((name) => !names.includes(name))
      .map((name) => {
        const meant = didYouMean(name, names);
        const what = `no user of custody imported or kms in the files that are taken has this name`;
        const fix = meant ? `did you mean ${shown(meant)}?` : "take it out";
        return this.problem(joinPath("publicKeys", name), { what, fix });
      });
  }

  private problem(path: string, mistake: Mistake): Problem {
    return problemAt(this.yaml, path, mistake);
  }
}

const nameOf = ({ username }: Values) => shown(String(username));
