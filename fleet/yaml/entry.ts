import { joinPath } from "../../messages/paths";
import { isObject } from "../../rules/is-object";
import type { Mistake, Problem } from "./problems";
import { problemAt, type YamlFile } from "./yaml-file";

/** A text in a file, and its path. */
export interface FoundText {
  readonly text: string;
  readonly path: string;
}

/**
 * An object in a file, for checks of what it means. Leaves out every part whose shape is wrong, so that no mistake is
 * reported twice.
 */
export class Entry {
  /** The file itself, and the problems of its shape, to which the checks add theirs. */
  public static root(yaml: YamlFile, problems: Problem[]): Entry {
    return new Entry(yaml, problems, new Set(problems.map(({ path }) => path)), yaml.value, "");
  }

  private constructor(
    public readonly yaml: YamlFile,
    private readonly problems: Problem[],
    private readonly faulty: ReadonlySet<string>,
    private readonly value: unknown,
    public readonly path: string,
  ) {}

  /** A value as it was written, right or wrong. */
  public get(key: string): unknown {
    return isObject(this.value) ? this.value[key] : undefined;
  }

  public isFaulty(key: string): boolean {
    return this.faulty.has(this.pathOf(key));
  }

  /** The same for anything below a key. */
  public isFaultyWithin(key: string): boolean {
    const path = this.pathOf(key);
    return [...this.faulty].some(
      (each) => each.startsWith(path) && /^(?:$|[.[])/.test(each.slice(path.length)),
    );
  }

  public text(key: string): string | undefined {
    const value = this.get(key);
    return typeof value === "string" && !this.faulty.has(this.pathOf(key)) ? value : undefined;
  }

  /** The texts of a list. */
  public texts(key: string): FoundText[] {
    return this.list(key).flatMap((text, index) => {
      const path = joinPath(this.pathOf(key), index);
      return typeof text === "string" && !this.faulty.has(path) ? [{ text, path }] : [];
    });
  }

  /** The texts of a map, by their keys. */
  public textsByKey(key: string): (FoundText & { readonly key: string })[] {
    return Object.entries(this.object(key) ?? {}).flatMap(([name, text]) => {
      const path = joinPath(this.pathOf(key), name);
      return typeof text === "string" && !this.faulty.has(path) ? [{ key: name, text, path }] : [];
    });
  }

  /** The objects of a list. */
  public entries(key: string): Entry[] {
    return this.list(key).flatMap((value, index) => {
      const path = joinPath(this.pathOf(key), index);
      return isObject(value) ? [new Entry(this.yaml, this.problems, this.faulty, value, path)] : [];
    });
  }

  public object(key: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.get(key);
    return isObject(value) && !this.faulty.has(this.pathOf(key)) ? value : undefined;
  }

  /** The texts of a map; undefined where it is missing, or anything in it is wrong. */
  public map(key: string): Readonly<Record<string, string>> | undefined {
    const value = this.object(key);
    return value === undefined || this.isFaultyWithin(key) ? undefined : (value as Record<string, string>);
  }

  public pathOf(key: string): string {
    return joinPath(this.path, key);
  }

  /** Adds a mistake, if there is one, in the value of a key. */
  public report(key: string, mistake: Mistake | undefined): void {
    this.reportAt(this.pathOf(key), mistake);
  }

  /** The same for a path below a key, or for a key that is missing, which has the line of this object. */
  public reportAt(path: string, mistake: Mistake | undefined, place = path): void {
    if (mistake) this.problems.push(problemAt(this.yaml, path, mistake, place));
  }

  private list(key: string): readonly unknown[] {
    const value = this.get(key);
    return Array.isArray(value) ? value : [];
  }
}
