import { joinPath } from "../../messages/paths";
import type { Problem } from "./problems";
import type { YamlFile } from "./yaml-file";

/** The entries of a file whose shape is right: what a check of their meaning may look at, so that a mistake is told once. */
export class Entries {
  private readonly faulty: ReadonlySet<string>;

  public constructor(
    private readonly yaml: YamlFile,
    problems: readonly Problem[],
  ) {
    this.faulty = new Set(problems.map(({ path }) => path));
  }

  /** A text, given its path in an object (the file itself, unless told). */
  public text(key: string, parent: unknown = this.yaml.value, path = ""): string | undefined {
    const value = member(parent, key);
    return typeof value === "string" && !this.faulty.has(joinPath(path, key)) ? value : undefined;
  }

  /** The texts of a list, each with its path. */
  public texts(key: string, parent: unknown = this.yaml.value, path = ""): { text: string; path: string }[] {
    const list = member(parent, key);
    if (!Array.isArray(list)) return [];
    return list
      .map((text: unknown, index) => ({ text, path: joinPath(joinPath(path, key), index) }))
      .filter((item): item is { text: string; path: string } => {
        return typeof item.text === "string" && !this.faulty.has(item.path);
      });
  }

  /** The objects of a list, each with its path. */
  public objects(key: string): { object: Readonly<Record<string, unknown>>; path: string }[] {
    const list = member(this.yaml.value, key);
    if (!Array.isArray(list)) return [];
    return list
      .map((object: unknown, index) => ({ object, path: joinPath(key, index) }))
      .filter((item): item is { object: Record<string, unknown>; path: string } => isObject(item.object));
  }

  public object(key: string): Readonly<Record<string, unknown>> | undefined {
    const value = member(this.yaml.value, key);
    return isObject(value) && !this.faulty.has(key) ? value : undefined;
  }
}

function member(parent: unknown, key: string): unknown {
  return isObject(parent) ? parent[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
