/** Whether what reads a text takes time in proportion to its length, also for texts that were made to be slow. */

/** The shortest text that is tried, in bytes. */
const SHORTEST = 1 << 10;
/** The longest text that is tried, in bytes. Where time is quadratic, it takes a tenth of a second. */
const MOST = 1 << 14;
/** What takes less than this for the longest text need not be looked at: so little cannot be measured. */
const SHORT_MS = 4;

const REPEATED: readonly string[] = [
  ..."\"'`\\[]{}()<>:,;-_=+/.|#&%*?!@$~ \t\n\r0aAzé\u0000\u00ff",
  ...[
    '\\"',
    "\\\\",
    '""',
    '":',
    '","',
    "{}",
    "[]\n",
    "[[",
    '{"a":',
    "{a: ",
    "- ",
    "? ",
    "a: ",
    "a: b\n",
    "- - ",
  ],
  ...[
    "\\u0041",
    "\\n",
    "\\\\n",
    "\\r",
    "%20",
    "#012",
    "&#10;",
    "&#",
    "\r\n",
    " \n",
    "\n ",
    "\t\n",
    "\u0085",
    "\u2028",
  ],
  ...[
    "-----BEGIN ",
    "-----BEGIN A-----",
    "-----END ",
    "-----END A-----",
    "-----",
    "----- ",
    "BEGIN ",
    "PRIVATE ",
  ],
  ...["-----BEGIN EC PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n", "-----BEGIN ENCRYPTED "],
  ...[
    "2d2d2d2d2d42",
    "2d2d2d2d2d424547494e20",
    "41",
    "LS0tLS1CRUdJTi",
    "MHcCAQEEI",
    "MHcCAQEEI\n",
    "30770201010420\n",
    "MIGH",
    "0x",
    "04",
    "aB3",
    "aB3/",
  ],
  ...[
    "P-256",
    '"P-256" d: ',
    "d: ",
    "x=",
    "priv:",
    "priv:\n00:",
    "aa:",
    "pub:",
    "ssh-",
    "ecdsa-sha2-nistp256 ",
  ],
  ...[
    "1e",
    "1.",
    "1e1.",
    "e-",
    "--a",
    "--a=",
    "-a",
    "a-",
    "a.",
    "a:",
    "a/",
    "a@",
    "a,",
    "a_",
    "=a",
    "${",
    "${TfToken[",
    "%{",
  ],
  ...[
    "http://",
    "://",
    ":@",
    "?a",
    "&token",
    "password ",
    "sts:",
    "arn:",
    "arn:aws:iam::",
    "::",
    "role/",
    "…",
    "..",
    "! ",
  ],
  ...[
    "\u{1f600}",
    "\ud800",
    "e\u0301",
    "\u202e",
    "&a ",
    "*a ",
    "!!",
    "|\n",
    ">\n",
    "%YAML ",
    "---\n",
    "...\n",
    "'a' ",
    '"a" ',
  ],
];

/** A text of about so many bytes. */
export type Making = (bytes: number) => string;

const repeat = (unit: string, bytes: number) => unit.repeat(Math.ceil(bytes / unit.length)).slice(0, bytes);

/** Each unit again and again, alone and behind something; behind a run that may be a key; nested; and many small things. */
export const ADVERSARIAL: Readonly<Record<string, Making>> = {
  ...named(REPEATED, "", (unit) => (bytes) => repeat(unit, bytes)),
  ...named(REPEATED, " behind a letter", (unit) => (bytes) => `a${repeat(unit, bytes)}! `),
  ...named([..."'[{0a-\\=\n "], " in quotes", (unit) => (bytes) => `"${repeat(unit, bytes)}"`),
  ...named(
    ["\\", '"', " ", ", ", '", ', "\\r", "\\n", "%0A", ";", "\n "],
    " behind hexadecimal",
    (unit) => (bytes) => `${"0123456789abcdef".repeat(8)}${repeat(unit, bytes)}x`,
  ),
  "brackets, opened and closed": (bytes) => "[".repeat(bytes / 2) + "]".repeat(bytes / 2),
  "braces with names": (bytes) => repeat('{"a":', bytes - bytes / 6) + "}".repeat(bytes / 6),
  "backslashes, then a quote": (bytes) => `"${repeat("\\", bytes - 3)}"x`,
  "hexadecimal lines": (bytes) => repeat(`${"0123456789abcdef".repeat(4)}\n`, bytes),
  "base64 lines": (bytes) => repeat(`${"aB3/Cd5+".repeat(8)}\n`, bytes),
  "many members": (bytes) => `{${Array.from({ length: bytes / 12 }, (_, i) => `"k${i}":1`).join(",")}}`,
  "many lines of YAML": (bytes) => Array.from({ length: bytes / 12 }, (_, i) => `k${i}: ${i}\n`).join(""),
  "many JSON documents": (bytes) => repeat('{"a":1}\n', bytes),
};

function named(units: readonly string[], place: string, made: (unit: string) => Making) {
  return Object.fromEntries(units.map((unit) => [`${JSON.stringify(unit)}${place}`, made(unit)]));
}

/** CPU time, which other programs on the machine do not change much. */
function cost(act: () => unknown): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** For a text that is four times as long, linear time is four times as long, and quadratic time sixteen times. */
const LINEAR = 10;

/**
 * Whether time grows faster than the length of a text, twice in succession: once it may be memory that the text has outgrown. It runs
 * no longer than it must: it begins with a short text, and measures again only what looks slow.
 */
export function isSlow(read: (text: string) => unknown, made: Making): boolean {
  const took = (bytes: number) => {
    const text = made(bytes);
    return cost(() => read(text));
  };
  // Where the longest takes no time, none between does. Not the longest first: what is slow by its shape would never end.
  if (took(SHORTEST) < SHORT_MS && took(MOST) < SHORT_MS) return false;
  for (let bytes = SHORTEST; bytes <= MOST; bytes *= 2) {
    const first = took(bytes);
    if (first < SHORT_MS) continue;
    const short = Math.min(first, took(bytes));
    if (short < SHORT_MS / 2) continue; // what took its time was something else: compiling, collecting garbage
    const most = LINEAR * short;
    const once = took(4 * bytes);
    const long = once > most ? Math.min(once, took(4 * bytes)) : once;
    return long > most && took(16 * bytes) > LINEAR * long;
  }
  return false;
}
