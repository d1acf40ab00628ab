/** A spelling that is added to the one list: all six who share the recogniser know it. */
import { diagnose } from "../../keys";
import { type Spelling, spellings } from "../../keys/spellings";
import { seededKey } from "../support/keys/grammar/key";
import { audited, converted, imported, leftOf, refusal, stopped } from "../support/keys/users";

/** Sixteen signs for sixteen digits, which nobody writes. */
const SIGNS = "!#$%&*.,;<?@^_~=";
const spelledOut = (bytes: Buffer) =>
  bytes.toString("hex").replace(/./g, (digit) => SIGNS[Number.parseInt(digit, 16)] as string);

const signs: Spelling = {
  name: "signs",
  alphabet: String.raw`!#$%&*.,;<?@\^_~=`,
  shortest: 62,
  decode: (text) => {
    const digits = Array.from(text.trim(), (sign) => SIGNS.indexOf(sign).toString(16)).join("");
    return [{ bytes: Buffer.from(digits, "hex"), start: 0, end: text.length }];
  },
};

const { sec1Der, publicKey } = seededKey("in signs", 0x31);
const text = spelledOut(sec1Der);
const reference = spelledOut(seededKey("other in signs", 0x32).sec1Der);

const answers = () => ({
  inspect: diagnose(text).kind,
  converted: converted(text),
  "import-key": imported(text),
  audit: audited(Buffer.from(`a log\n${text}\nmore\n`)),
  "credentials put": refusal(text, publicKey) !== undefined,
  YAML: stopped(text),
  redaction: leftOf(text, reference, []) === undefined,
});

test("nobody knows it before it is in the list, and all do then", () => {
  expect(answers()).toEqual({
    inspect: "other",
    converted: undefined,
    "import-key": "unrecognised",
    audit: [],
    "credentials put": false,
    YAML: false,
    redaction: false,
  });
  spellings.push(signs);
  try {
    expect(answers()).toEqual({
      inspect: "private",
      converted: publicKey,
      "import-key": "not-pem",
      audit: [publicKey],
      "credentials put": true,
      YAML: true,
      redaction: true,
    });
  } finally {
    spellings.pop();
  }
});
