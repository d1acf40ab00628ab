/** Generations that users had in the past, found in the versions of their files that Git has. */
import { posix } from "node:path";
import type { FormerKey, NewKeys } from "../../../fleet/reuse";
import { type FormerUser, formerUsersIn } from "../../../fleet/written-user";
import { parseYaml } from "../../../fleet/yaml/parse";
import { isObject } from "../../../rules/is-object";
import { readTextBytes, TextProblem } from "../../../text/read";
import type { Repository } from "../../shared/git";

const { basename, dirname, join } = posix;

/** A user file as it was, with the workspace.yaml of that time. */
interface Version {
  readonly workspace: string;
  readonly settings: string;
  readonly file: string;
  readonly commit: string;
}

/** What workspace.yaml said. */
interface Settings {
  readonly account?: unknown;
  readonly region?: unknown;
  readonly window?: unknown;
  /** The folder whose user files it took. */
  readonly taken?: string;
}

export type FormerKeys = ReadonlyMap<NewKeys, readonly FormerKey[]>;

/** How much is read at once. */
const MOST_BYTES = 64 * 1024 * 1024;
/** No file of a fleet has been larger. */
const LARGEST_FILE = 8 * 1024 * 1024;

/**
 * The keys that users of the same name in AWS had, in any folder of a workspace's name in the same account and region. A name that was free
 * again at once is none: a workspace without a recovery window may use it again.
 *
 * @returns for each of `keys`, in their order
 */
export function formerKeys(repository: Repository, commit: string, keys: readonly NewKeys[]): FormerKeys {
  const history = new History(repository, commit);
  const found = new Map(keys.map((key) => [key, new Map<number, { commit: string; isFree: boolean }>()]));
  const needles = new Map(keys.map((key) => [key, needleOf(key.user.text)]));
  for (const { version, settings, text } of history.versions(
    new Set(keys.map(({ workspace }) => workspace)),
  )) {
    const mayHold = keys.filter(
      (key) =>
        key.workspace === version.workspace &&
        key.account === settings.account &&
        (text.includes(needles.get(key) ?? "") || text.includes("\\")) &&
        // From here on, only a number that is not known yet says anything: without any, it is 1.
        (/generations|\\/.test(text) || !found.get(key)?.has(1)),
    );
    if (mayHold.length === 0) continue;
    const { region = settings.region, users } = history.usersOf(version.file);
    for (const key of mayHold) {
      if (key.region !== region) continue;
      for (const { awsName, generations } of users) {
        if (awsName !== key.user.awsName) continue;
        const known = found.get(key);
        for (const generation of generations)
          if (!known?.has(generation))
            known?.set(generation, { commit: version.commit, isFree: settings.window === 0 });
      }
    }
  }
  return new Map(
    [...found].map(([key, known]) => [
      key,
      [...known].flatMap(([generation, { commit, isFree }]) => (isFree ? [] : [{ generation, commit }])),
    ]),
  );
}

/** A part of a name that is in every spelling of it in YAML, but for one with escapes, in lower case. */
function needleOf(username: string): string {
  const parts = username.toLowerCase().match(/[a-z0-9_]+/g) ?? username.toLowerCase().match(/\S+/g) ?? [];
  return parts.reduce((longest, each) => (each.length > longest.length ? each : longest), "");
}

class History {
  readonly #repository: Repository;
  readonly #commit: string;
  readonly #contents = new Map<string, Buffer>();
  readonly #settings = new Map<string, Settings>();
  readonly #users = new Map<string, { region?: unknown; users: FormerUser[] }>();

  constructor(repository: Repository, commit: string) {
    this.#repository = repository;
    this.#commit = commit;
  }

  /** Each pair of a user file and a workspace.yaml that were there together, newest first. */
  *versions(workspaces: ReadonlySet<string>) {
    const versions = this.#pairs(workspaces);
    const ids = [...new Set(versions.map(({ file }) => file))];
    const sizes = new Map(this.#repository.sizesOf(ids).map((size, index) => [ids[index], size]));
    const small = versions.filter(({ file }) => (sizes.get(file) ?? 0) <= LARGEST_FILE);
    for (let first = 0; first < small.length; ) {
      let end = first;
      for (let bytes = 0; end < small.length && bytes < MOST_BYTES; end++)
        bytes += sizes.get(small[end]?.file ?? "") ?? 0;
      const group = small.slice(first, end);
      first = end;
      this.#contents.clear();
      this.#read(group.map(({ file }) => file));
      for (const version of group) {
        const text = textOf(this.#contents.get(version.file));
        const settings = this.#settings.get(version.settings);
        if (text !== undefined && settings !== undefined) yield { version, settings, text };
      }
    }
  }

  /** Who a file declared, and where. */
  usersOf(id: string): { readonly region?: unknown; readonly users: FormerUser[] } {
    const known = this.#users.get(id);
    if (known !== undefined) return known;
    const value = yamlOf(this.#contents.get(id));
    const read = { region: isObject(value) ? value["region"] : undefined, users: formerUsersIn(value) };
    this.#users.set(id, read);
    return read;
  }

  #read(ids: readonly string[]): void {
    const wanted = [...new Set(ids)].filter((id) => !this.#contents.has(id));
    if (wanted.length === 0) return;
    for (const [index, content] of this.#repository.contentsOf(wanted).entries())
      this.#contents.set(wanted[index] ?? "", content);
  }

  /** The folders that ever were one of these workspaces, wherever that was. */
  #foldersOf(workspaces: ReadonlySet<string>): Set<string> {
    const files = [...workspaces].map((name) => `:(glob)**/${name}/workspace.yaml`);
    const commits = this.#repository.historyOf(this.#commit, files);
    const changes = commits.flatMap((each) => each.files);
    const ids = [...new Set(changes.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()))];
    this.#read(ids);
    for (const id of ids) this.#settings.set(id, settingsIn(yamlOf(this.#contents.get(id))));
    return new Set(changes.map(({ path }) => dirname(path)));
  }

  #pairs(workspaces: ReadonlySet<string>): Version[] {
    const own = this.#foldersOf(workspaces);
    const taken = [...own].flatMap((folder) =>
      [...this.#settings.values()].flatMap((settings) =>
        settings.taken === undefined ? [] : [join(folder, settings.taken)],
      ),
    );
    const folders = [...new Set([...own, ...taken])].filter((folder) => !folder.startsWith(".."));
    if (folders.length === 0) return [];
    const commits = this.#repository.historyOf(
      this.#commit,
      folders.map((folder) => `:(literal)${folder}`),
    );
    const state = new Map<string, Map<string, string>>(folders.map((folder) => [folder, new Map()]));
    const set = (path: string, id: string | undefined) => {
      const files = state.get(dirname(path));
      if (id === undefined) files?.delete(basename(path));
      else files?.set(basename(path), id);
    };
    for (const { files } of [...commits].reverse()) for (const { path, after } of files) set(path, after);
    const pairs = new Map<string, Version>();
    for (const { id: commit, files } of commits) {
      for (const folder of own) {
        const workspace = basename(folder);
        const here = state.get(folder);
        const settings = here?.get(SETTINGS);
        if (here === undefined || settings === undefined) continue;
        const other = this.#settings.get(settings)?.taken;
        const there = other === undefined ? undefined : state.get(join(folder, other));
        for (const [name, file] of new Map([...(there ?? []), ...here])) {
          const key = `${workspace} ${settings} ${file}`;
          if (name !== SETTINGS && !pairs.has(key)) pairs.set(key, { workspace, settings, file, commit });
        }
      }
      for (const { path, before } of files) set(path, before);
    }
    return [...pairs.values()];
  }
}

const SETTINGS = "workspace.yaml";

function settingsIn(value: unknown): Settings {
  if (!isObject(value)) return {};
  const { account, region, recoveryWindowInDays: window, users } = value;
  return { account, region, window, ...(typeof users === "string" && { taken: users }) };
}

/** What cannot be read as YAML was never applied. */
const yamlOf = (bytes: Buffer | undefined): unknown =>
  bytes === undefined ? undefined : parseYaml(bytes, "").yaml?.value;

function textOf(bytes: Buffer | undefined): string | undefined {
  try {
    return bytes === undefined ? undefined : readTextBytes(bytes).text.toLowerCase();
  } catch (error) {
    if (error instanceof TextProblem) return undefined;
    throw error;
  }
}
