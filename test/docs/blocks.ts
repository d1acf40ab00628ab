/** The code blocks of every page that users and developers read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/project";

export interface Block {
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** What stands behind the opening fence. */
  readonly language: string;
  /** Without the fence's own indentation. */
  readonly text: string;
  /** The first line behind the block that is not empty. */
  readonly next: string;
}

/** What a test's name calls it. */
export const placeOf = ({ page, line }: Block) => `${page}:${line}`;

const PAGES: readonly string[] = [
  ...["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(join(PROJECT, "docs"), { recursive: true })
    .map((name) => join("docs", String(name)))
    // The generated pages hold defaults only: test/docs/api.process.test.ts.
    .filter((name) => name.endsWith(".md") && !name.startsWith("docs/api/")),
];

const FENCE = /^( *)(`{3,}|~{3,})\s*(.*)$/;

/** All blocks of a page in Markdown. A fence that is never closed is an error: all behind it would be unread. */
export function blocksOf(page: string, markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent = "", fence, language = ""] = FENCE.exec(lines[i] ?? "") ?? [];
    if (fence === undefined) continue;
    const end = lines.findIndex((line, at) => at > i && line.trim() === fence);
    if (end < 0) throw new Error(`${page}:${i + 1}: this code block is never closed`);
    const text = lines.slice(i + 1, end).map((line) => line.slice(Math.min(indent.length, indentOf(line))));
    const next = lines.slice(end + 1).find((line) => line.trim() !== "") ?? "";
    blocks.push({ page, line: i + 1, language, text: text.join("\n"), next });
    i = end;
  }
  return blocks;
}

const indentOf = (line: string) => line.length - line.trimStart().length;

export const BLOCKS: readonly Block[] = PAGES.flatMap((page) =>
  blocksOf(page, readFileSync(join(PROJECT, page), "utf8")),
);
