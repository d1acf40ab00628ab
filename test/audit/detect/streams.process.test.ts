import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { LeakScanner } from "../../../audit/detect";
import { newKey, scan } from "../../support/keys/spellings";

const key = newKey();
const { publicKey, spellings } = key;

test("what is found does not depend on the chunks", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(spellings)),
      fc.nat(3000),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
      (spelling, before, sizes) => {
        const input = Buffer.from(
          `${"a log's line\n".repeat(before / 13)}"${spelling}"\n${"more\n".repeat(100)}`,
        );
        const scanner = new LeakScanner();
        for (let at = 0, i = 0; at < input.length; i++) {
          const size = sizes[i % sizes.length] as number;
          scanner.push(input.subarray(at, at + size));
          at += size;
        }
        expect(scanner.end()).toEqual(scan(input));
      },
    ),
  );
});

test("a key is found once wherever the end of a stretch falls in it", () => {
  // One stretch is 1,000 bytes here, so an end is in each 1,000, and each spelling is moved over one. Some 17,000 bytes must follow
  // before a stretch ends.
  for (const [form, spelling] of Object.entries(spellings)) {
    for (let before = 5500; before < 6500; before += 47) {
      const input = Buffer.from(`${" ".repeat(before)}"${spelling}"${" ".repeat(20_000)}`);
      const { leaks } = scan(input, { stretch: 1000 });
      expect({ form, before, found: leaks.map((leak) => leak.publicKey) }).toEqual({
        form,
        before,
        found: [publicKey],
      });
    }
  }
});

test("a key is found wherever it stands in an encoding larger than what is examined at a time", () => {
  for (const encoding of ["base64", "hex"] as const) {
    for (const before of [0, 75_001, 299_000]) {
      const content = Buffer.concat([
        randomBytes(before),
        Buffer.from(`"${key.sec1}"`),
        randomBytes(300_000 - before),
      ]);
      const { leaks } = scan(content.toString(encoding));
      expect(leaks).toEqual([expect.objectContaining({ publicKey, form: `${encoding} of SEC1 PEM` })]);
      const lines = content.toString(encoding).replace(/.{76}/g, "$&\n");
      expect(scan(lines).leaks).toEqual([expect.objectContaining({ publicKey })]);
    }
  }
});

test("lines are counted through the whole input", () => {
  fc.assert(
    fc.property(fc.nat(60_000), (before) => {
      const [leak] = scan(`${"one line\n".repeat(before)}${key.sec1}`).leaks;
      expect(leak).toMatchObject({ line: before + 1, offset: before * 9 });
    }),
    { numRuns: 10 },
  );
});

test("the scanner keeps a copy: chunks may be used again", () => {
  const chunk = Buffer.from(key.sec1);
  const scanner = new LeakScanner();
  scanner.push(chunk);
  chunk.fill(0);
  expect(scanner.end().leaks).toHaveLength(1);
});
