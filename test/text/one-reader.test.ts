/** Text of others comes in through `text/read.ts`, and nowhere else: another way in would not know every encoding. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/project";

/** The rooms that get files and standard input of people. The others get text, files that this package made, or, as `audit` and `keys`, any bytes. */
const FOLDERS = ["cli", "fleet", "ledger-api", "messages", "registration", "rules", "signing", "text"];

const WAYS = {
  /** Bytes are made text. */
  decoding:
    /\bTextDecoder\(|\bStringDecoder\b|\.setEncoding\(|\.toString\(\s*(?:"(?:utf-?8|utf-?16le|ucs-?2|latin1|binary|ascii)"|\))/gi,
  /** Bytes, or text, come in. */
  opening:
    /\b(?:readFile|readFileSync|createReadStream|openSync|readSync)\(|"node:stream\/consumers"|"node:readline|\bprocess\.stdin\b(?!\.isTTY)/g,
};

type Ways = Partial<Record<keyof typeof WAYS, number>>;

/** Where one stands all the same, how often, and why. */
const ALLOWED: Readonly<Record<string, Ways>> = {
  // The one reader, and those who get it its bytes.
  "text/read.ts": { decoding: 1 },
  "cli/shared/text-input.ts": { opening: 4 },
  "cli/shared/input.ts": { opening: 3 },
  "fleet/directory.ts": { opening: 1 },
  // The terminal itself.
  "cli/shared/ask-hidden.ts": { decoding: 1, opening: 1 },
  "cli/signing/prompt.ts": { decoding: 1, opening: 2 },
  // What is UTF-8 by a protocol: a challenge, which is signed as it is, the workspace's answers, and its tokens.
  "signing/challenge.ts": { decoding: 2 },
  "ledger-api/http.ts": { decoding: 1 },
  "ledger-api/identity.ts": { decoding: 1 },
  // Files of this package: made exclusively, written by synthesis, built.
  "cli/shared/new-file.ts": { opening: 1 },
  // Made exclusively, and compared as bytes with what was read before.
  "cli/shared/rewrite-file.ts": { opening: 2 },
  "fleet/stale-stacks.ts": { opening: 1 },
  "cli/commands/review/ours/place.ts": { opening: 1 },
  "cli/commands/affected/stacks.ts": { opening: 1 },
  // What Git says of itself: names of commits and paths, and complaints. Files come from it as bytes.
  "cli/shared/git.ts": { decoding: 3 },
};

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(PROJECT, folder), { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith(".ts")),
);

test("nothing but the one reader turns bytes of others into text", () => {
  expect(sources.length).toBeGreaterThan(150);
  const found: Record<string, Ways> = {};
  for (const name of sources) {
    const text = readFileSync(join(PROJECT, name), "utf8");
    for (const [way, pattern] of Object.entries(WAYS)) {
      const count = text.match(pattern)?.length ?? 0;
      if (count > 0) found[name] = { ...found[name], [way]: count };
    }
  }
  expect(found).toEqual(ALLOWED);
});
