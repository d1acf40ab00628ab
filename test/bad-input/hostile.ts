import * as fc from "fast-check";
import { anyCharacter } from "../support/for-all";

/** Values that break programs, for generators of fleets and props. */

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));

/** Every control character of C0 and C1, DEL, and the separators that some readers end a line at. */
export const CONTROLS: readonly string[] = [...range(0, 0x1f), ...range(0x7f, 0x9f), "\u2028", "\u2029"];

/** What one cannot see, or sees elsewhere than it stands: zero width, direction, variation, private use, half an emoji. */
const UNSEEN = [
  ...["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u061c", "\u202e", "\u2066", "\ufe0f", "\ue000"],
  ...["\u{e0041}", "\u{10ffff}", "\ud800", "\udfff"],
];

/** What Terraform, cdktf, JSON, YAML, HCL, IAM or a shell may take for something of theirs. */
const MARKERS = [
  ...[
    "${",
    "%{",
    "$${",
    "%%{",
    "$$${",
    "${x}",
    '${file("/etc/passwd")}',
    "%{ if true }",
    "%{~ endif ~}",
    "}",
  ],
  ...[
    "${TfToken[TOKEN.0]}",
    "$${TfToken[TOKEN.1]}",
    "#{TfToken[TOKEN.0]}",
    "&{TfToken[TOKEN.0]}",
    "#{Token[T.1]}",
  ],
  ...[
    "String Map Token Value",
    "-8.10e298",
    "-8.109562212591383e+298",
    "-1.8881545897087506e+289",
    "<<EOF",
    "<<-EOT\n",
  ],
  ...[
    '"',
    "'",
    "`",
    "\\",
    "\\u0000",
    '\\"',
    "*",
    "?",
    "$(id)",
    "; rm",
    "--",
    "{{x}}",
    "<script>",
    "%00",
    "../",
  ],
];

/** Names that are also numbers, flags or nothing to some readers, and names that objects have. */
const ODD_WORDS = [
  ...[
    "",
    " ",
    "~",
    "null",
    "true",
    "no",
    "yes",
    "on",
    "007",
    "1e3",
    "0x10",
    "0o7",
    "1_000",
    "12:30",
    ".inf",
    ".nan",
  ],
  ...[
    "2024-01-01",
    "-0",
    "9".repeat(40),
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "prototype",
    "<<",
  ],
];

/** Letters of other scripts, whole; accents apart; homoglyphs; what changes its length in lower case; beyond 16 bits. */
const LETTERS = [
  ...[
    "a",
    "Bot",
    "settlement",
    "7",
    "_",
    "-",
    ".",
    "Z\u00fcrich",
    "Zu\u0308rich",
    "\u53d6\u5f15",
    "\u05d0\u05d1",
    "\u0430",
  ],
  ...[
    "\u212a",
    "\u0130",
    "\u00df",
    "\ufb01",
    "\u{1f600}",
    "\u{1d49c}",
    "\u0e33",
    "\u1100\u1161",
    "e\u0301\u0323",
    " ",
    "\u00a0",
  ],
];

const glued = (pieces: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength }).map((some) => some.join(""));

/** Text that passes as a name for all that it has in it. */
export const strangeName: fc.Arbitrary<string> = glued(
  [...LETTERS, ...MARKERS.filter((marker) => !/TfToken|\n|Map Token|e\+?2/.test(marker))],
  5,
).map((text) => `n${text}`.trim().normalize("NFC"));

/** Any text at all. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: glued([...LETTERS, ...MARKERS, ...UNSEEN, ...CONTROLS], 4) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD_WORDS, ...MARKERS, ...UNSEEN) },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("x", "\u53d6", "\u{1f600}", "${", " a"), fc.constantFrom(24, 128, 129, 256, 512))
      .map(([piece, length]) => piece.repeat(length)),
  },
);

/** Near what AWS's own names look like. */
export const malformedAws: fc.Arbitrary<string> = fc.constantFrom(
  ...["12345678901", "1234567890123", "\uff11".repeat(12), "123456789012\n", "-12345678901", "000000000000"],
  ...[
    "eu-west",
    "EU-WEST-1",
    "eu-west-1a",
    "us-gov-east-1",
    "abcd-abcde-southeast-10",
    "eu\u2010west\u20101",
    "eu-west-1 ",
  ],
  ...[
    "*",
    "arn:aws:iam::123456789012:root",
    "arn:aws:iam::123456789012:role/*",
    "arn:aws:iam::123456789012:role/a?",
  ],
  ...["arn:aws:iam::123456789012:role/${x}", "arn:aws:iam::123456789012:role/a\n", "arn:aws:iam::1:role/a"],
  ...[
    "arn:aws:iam::123456789012:role//",
    "arn:aws:iam::123456789012:user/eve",
    "arn:aws-cn:iam::123456789012:role/a",
  ],
  ...["arn:aws:sts::123456789012:assumed-role/a/b", `arn:aws:iam::123456789012:role/${"p/".repeat(256)}x`],
  ...["arn:aws:iam::123456789012:role/-8.10e298", "arn:aws:iam::210987654321:role/foreign"],
);

export const oddNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    1.5,
    2,
    9,
    10,
    1e9,
    2 ** 53,
    1e21,
    1e308,
    -123456789,
    -8.1e298,
    Number.MAX_VALUE,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What is of no type that was asked for. */
export const wrongType: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { "": null }, [{}], [1]),
  oddNumber,
  hostileText,
  fc.array(hostileText, { maxLength: 2 }),
  fc.dictionary(hostileText, hostileText, { maxKeys: 2 }),
);

/** Mostly the one, and one in so many times another. */
export function oneIn(times: number) {
  return <T>(usual: fc.Arbitrary<T>, ...others: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: (times - 1) * others.length, arbitrary: usual as fc.Arbitrary<unknown> },
      ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
    );
}
