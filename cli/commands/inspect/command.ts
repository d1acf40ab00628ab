import { type Command, Option } from "commander";
import {
  convert,
  type Diagnosis,
  diagnose,
  type Expectation,
  fingerprint,
  formatFingerprint,
} from "../../../keys";
import { ExitCode, Failure } from "../../../messages/failure";
import { endWith } from "../../shared/exit-code";
import { type Input, readInput, warnOfReaders } from "../../shared/input";
import { writeNewFiles } from "../../shared/new-file";
import { print, printJson, printRows, style, warn } from "../../shared/output";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user inspect api-user.private.hex
  $ openssl ec -in key.pem -pubout | npx cdktf-ledger-api-user inspect --convert
  $ npx cdktf-ledger-api-user inspect key.pem --convert --out bot.private.hex

Exit code: 0 if Ledger Enterprise takes the key, 1 if not, 2 if there was
nothing to look at.

Private keys are never printed: --convert writes one only to a new file of
mode 0600.`;

interface Options extends Expectation {
  json?: boolean;
  convert?: boolean;
  out?: string;
}

export function addInspect(program: Command): void {
  program
    .command("inspect")
    .summary("say what a key is, and whether Ledger Enterprise takes it")
    .description(
      "Say what a key is, in whatever form it was pasted, whether Ledger Enterprise takes it, and if not how to fix it.",
    )
    .argument("[FILE]", "the key; without it, standard input")
    .addOption(new Option("--expect <KIND>", "which half it should be").choices(["private", "public"]))
    .option("--convert", "give the right form: a public key is printed, a private key needs --out")
    .option("--out <FILE>", "with --convert: a new file for the right form")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(inspect);
}

function inspect(file: string | undefined, options: Options): void {
  if (options.out !== undefined && !options.convert)
    throw new Failure("--out goes with --convert", "add --convert, or leave out --out");
  const input = readInput(file, "a key, in hexadecimal or PEM,");
  try {
    const diagnosis = diagnose(input.bytes, options);
    if (diagnosis.warning !== undefined) warn(diagnosis.warning);
    if (diagnosis.kind === "private" || diagnosis.kind === "pair") warnOfReaders(input);
    if (options.convert) convertKey(input, diagnosis, options);
    else {
      if (options.json) printJson(diagnosis);
      else printDiagnosis(diagnosis);
      if (!diagnosis.accepted) endWith(ExitCode.NO);
    }
  } finally {
    input.bytes.fill(0);
  }
}

const kinds = { private: "private key, ", public: "public key, ", pair: "key pair, ", other: "" } as const;

function printDiagnosis(diagnosis: Diagnosis): void {
  const { kind, form, curve, accepted, what, fix, notes, publicKey } = diagnosis;
  printRows([
    ["What it is", `${kinds[kind]}${form}`],
    ["Curve", curve],
    ["Ledger", accepted ? style("green", "accepted") : style("red", "not accepted")],
    ["Problem", what],
    ["Fix", fix],
    ["Public key", publicKey],
    ["Fingerprint", diagnosis.fingerprint && formatFingerprint(diagnosis.fingerprint)],
    ...notes.map((note) => ["Note", note] as const),
  ]);
}

function convertKey({ bytes, name }: Input, diagnosis: Diagnosis, { json, out }: Options): void {
  if (!diagnosis.convertible)
    throw new Failure(`${name}: ${diagnosis.what}`, diagnosis.fix ?? "", ExitCode.NO);
  const converted = convert(bytes);
  const { kind, publicKey } = converted;
  const content = kind === "private" ? converted.privateKeyHex : Buffer.from(publicKey);
  try {
    if (kind === "private" && out === undefined)
      throw new Failure("a private key is not printed", "add --out NEWFILE, which gets mode 0600");
    if (out !== undefined) writeNewFiles([{ path: out, access: kind }], () => [content]);
  } finally {
    content.fill(0);
  }
  const digest = fingerprint(publicKey);
  if (json) printJson({ kind, publicKey, fingerprint: digest, out });
  else if (out === undefined) print(publicKey);
  else
    printRows([
      ["Public key", publicKey],
      ["Fingerprint", formatFingerprint(digest)],
      ["File", kind === "private" ? `${out} (mode 0600: keep it secret)` : out],
    ]);
}
