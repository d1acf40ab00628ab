import type { Command } from "commander";
import { AwsClients } from "../../../aws/clients";
import { ExitCode } from "../../../messages/failure";
import { everyKeyOf, type RegisteredUser } from "../../../registration/read";
import { type Examined, judge } from "../../custody/judge";
import { lookAt } from "../../custody/look-at-key";
import { pointerProblem } from "../../custody/pointer";
import { prove } from "../../custody/proof";
import { endWith } from "../../shared/exit-code";
import { inParallel } from "../../shared/in-parallel";
import { print, printJson } from "../../shared/output";
import { chooseUser, readUsers, registrationOption } from "../../shared/registration-option";
import { verdictsForJson, verdictsText } from "./report";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user verify --registration .local/registration.json
  $ terraform output -json | npx cdktf-ledger-api-user verify --registration -
  $ npx cdktf-ledger-api-user verify --registration r.json --proof \\
      --user "settlement bot"
  $ npx cdktf-ledger-api-user verify --registration r.json \\
      --proof --json > proofs.json

Looks up each user's key in custody: the labels of its version in Secrets
Manager, or its public key and alias in KMS; and, of a user that has had more
than one key, the secret that says which is current. This needs the right to
call DescribeSecret, GetPublicKey and DescribeKey. If several stacks have a user
of one name, write STACK/USERNAME. The registration may be several outputs of
Terraform, one after another.

With --proof, each key signs a new message, which takes a signer's role. The
message begins with a text that no challenge of Ledger begins with. --json has
message and signature (ECDSA, P-256, SHA-256, r and s), for others to check. A
proof shows that the private key is in that custody, not that it is nowhere
else. Only custody kms guarantees that.

  ok          the registered public key is the one in custody
  mismatch    it is not; if it is another user's, both are named. Or the secret
              that says which key is current names another
  missing     custody has no such key, or a custodian has not loaded an imported
              key yet
  unreadable  custody does not answer: access denied, key disabled, secret or
              key scheduled for deletion

Exit code: 0 if all are ok; 1 if any is not, or could not be read; 2 for bad
input, or if AWS cannot be asked.`;

interface Options {
  registration: string;
  user?: string[];
  proof?: boolean;
  json?: boolean;
}

export function addVerify(program: Command): void {
  program
    .command("verify")
    .summary("check that each registered public key is the one in custody")
    .description(
      "Check that each registered public key is the one in custody, by metadata or by a signature.",
    )
    .addOption(registrationOption())
    .option("--user <NAME...>", "only these users")
    .option(
      "--proof",
      "have each key in custody sign, and check the signature with the registered public key",
    )
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(verify);
}

/** How many users are looked up at a time: some 100 a second, far below AWS's limits, which other callers share. */
const AT_A_TIME = 16;

async function verify({ registration, user: names, proof = false, json }: Options): Promise<void> {
  const all = await readUsers(registration, { letWrongFingerprintsThrough: true });
  const keys = everyKeyOf(all);
  const chosen = names && new Set(names.map((name) => chooseUser(all, name)));
  const users = chosen ? [...chosen].flatMap((user) => keys.filter((each) => each.keys === user.keys)) : keys;
  const clients = new AwsClients();
  try {
    const examined = await inParallel(users, AT_A_TIME, (user) => examine(user, clients, proof));
    const verdicts = judge(examined, keys);
    if (json) printJson(verdictsForJson(verdicts, proof));
    else print(verdictsText(verdicts, proof));
    if (verdicts.some(({ state }) => state !== "ok")) endWith(ExitCode.NO);
  } finally {
    await clients.destroy();
  }
}

async function examine(user: RegisteredUser, clients: AwsClients, proof: boolean): Promise<Examined> {
  const isCurrent = user.stage === "current";
  const [seen, pointer] = await Promise.all([
    lookAt(user, clients),
    isCurrent ? pointerProblem(user, clients) : undefined,
  ]);
  // A key that is not the registered one proves nothing: its metadata are the answer.
  if (!proof || "state" in seen || seen.publicKey !== user.publicKey) return { user, seen, pointer };
  // Nobody can sign with it any more.
  if (user.stage === "retired") return { user, seen, pointer };
  return { user, seen, pointer, proof: await prove(user, clients) };
}
