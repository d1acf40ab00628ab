import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/project";

/** The file that makes what it prints visible, and those that write to descriptors: files, and the terminal itself. */
const DOOR = "shared/output.ts";
const DESCRIPTORS = { "shared/new-file.ts": 1, "signing/prompt.ts": 3 };

const sources = readdirSync(join(PROJECT, "cli"), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".ts") && name !== DOOR);

const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

test("no command prints but through the door", () => {
  expect(sources.length).toBeGreaterThan(60);
  for (const name of sources) {
    const text = readFileSync(join(PROJECT, "cli", name), "utf8");
    // To ask whether it is a terminal, or to listen to its errors, is not to print.
    const streams = count(text, /\b(?:stdout|stderr)\b(?!\??\.(?:isTTY|on|listeners)\b)/g);
    const calls = count(
      text,
      /\bconsole\b|\bwrite(?:v|File)?Sync\([12]\b|\bprocess\.(?:report|emitWarning)\b/g,
    );
    expect({ name, streams, calls }).toEqual({ name, streams: 0, calls: 0 });
    const descriptors = DESCRIPTORS[name as keyof typeof DESCRIPTORS] ?? 0;
    expect({ name, writes: count(text, /\bwriteSync\(/g) }).toEqual({ name, writes: descriptors });
  }
});

test("what goes to the terminal itself is made visible there", () => {
  const text = readFileSync(join(PROJECT, "cli/signing/prompt.ts"), "utf8");
  const written = Array.from(text.matchAll(/writeSync\(terminal, (.*)\);/g), ([, what]) => what);
  expect(written).toEqual(["plainLines(lines)", "visible(`${question} [y/N] `)", '"\\n"']);
});
