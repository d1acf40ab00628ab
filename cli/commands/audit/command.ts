import type { Command } from "commander";
import { AuditProblem, type AuditReport, auditPaths, publicKeysOf } from "../../../audit";
import { ExitCode, Failure } from "../../../messages/failure";
import { endWith } from "../../shared/exit-code";
import { complain, printJson } from "../../shared/output";
import { readUsers } from "../../shared/registration-option";
import { printReport } from "./report";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user audit .
  $ npx cdktf-ledger-api-user audit --registration r.json cdktf.out plan.tfplan
  $ terraform show -json plan.tfplan | npx cdktf-ledger-api-user audit -
  $ git log -p | npx cdktf-ledger-api-user audit -

Looks for P-256 private keys in files, folders (also hidden files; symbolic
links are not followed), and standard input (-). It finds PEM, DER, JWK and
numbers beside their points, also in hexadecimal, base64 or lists of bytes,
escaped, wrapped, in pieces, or with a log's prefixes. It knows a bare number of
31 to 33 bytes by its public key, which must be in the registration or in the
same file, or by a name such as PRIVATE_KEY_PROD, also where name and value are
two members. Other private keys, encrypted keys and published test vectors are
reported but do not count, except with --strict.

It opens zip and tar archives, and what is compressed with gzip, zlib, xz, zstd
or bzip2, one in another up to eight deep. What it recognises as compressed or
encrypted otherwise, such as 7-Zip, RAR, PDF, age, OpenPGP, CMS or a Git
packfile, it names as not read: unpack or decrypt it first. Brotli, raw deflate
and encryption without a header look like any other data, and count as clean:
decompress or decrypt them first. Images, sound and fonts are read as they are.

Exit code: 0 if there is none; 1 if there is one, also if a file could not be
read; 2 if a path is missing or a file could not be read.
No key, nor any part of one, is printed.`;

interface Options {
  registration?: string;
  strict?: boolean;
  json?: boolean;
}

export function addAudit(program: Command): void {
  program
    .command("audit")
    .summary("look for private keys where none should be")
    .description(
      "Look for leaked private keys in plans, states, synthesized output, logs, archives: anything.",
    )
    .argument("<PATH...>", "files and folders; - for standard input")
    .option("--registration <FILE>", "whose keys these may be: registration.json, or terraform output -json")
    .option("--strict", "let other, encrypted and published private keys count as well")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(audit);
}

async function audit(paths: string[], { registration, strict = false, json }: Options): Promise<void> {
  if (registration === "-" && paths.includes("-"))
    throw new Failure("standard input cannot be both registration and input", "name a file for one of them");
  const report = await run(paths, registration);
  if (json) printJson({ ...report, clean: isClean(report, strict) && report.unread.length === 0 });
  else printReport(report);
  for (const { path, reason } of report.unread) complain(`${path} was not audited: ${reason}`);
  if (!isClean(report, strict)) endWith(ExitCode.NO);
  else if (report.unread.length > 0) endWith(ExitCode.BAD_INPUT);
}

async function run(paths: string[], registration: string | undefined): Promise<AuditReport> {
  // An audit finds leaks of any key in it, whether or not a fingerprint beside it is right.
  const options = { letWrongFingerprintsThrough: true };
  const users = registration === undefined ? [] : await readUsers(registration, options);
  try {
    return await auditPaths(paths, { knownPublicKeys: publicKeysOf(users) });
  } catch (error) {
    if (!(error instanceof AuditProblem)) throw error;
    throw new Failure(error.message, "check the path, or the file's content");
  }
}

const isClean = ({ leaks, unlisted }: AuditReport, strict: boolean) =>
  unlisted === 0 && !leaks.some(({ kind }) => strict || kind === "private-key");
