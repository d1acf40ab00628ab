import type { Command } from "commander";
import { ExitCode, Failure } from "../../../messages/failure";
import { readInput } from "../../shared/input";
import { print } from "../../shared/output";
import { challengeIn } from "../../signing/challenge-input";
import { reviewed } from "../../signing/prompt";
import {
  addKeyOptions,
  asFailure,
  type KeyOptions,
  openKey,
  type SigningKey,
  signWith,
} from "../../signing/signing-key";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user sign --secret "$SECRET_ARN" challenge.json
  $ curl … "$LEDGER_ENTERPRISE_API_URL/requests/29/challenge" |
      npx cdktf-ledger-api-user sign --kms alias/ledger-enterprise/acme/bot
  $ npx cdktf-ledger-api-user sign --user "settlement bot" \\
      --registration .local/registration.json --yes challenge.txt

Reads the challenge from FILE or standard input: base64url, as Ledger gives it,
or the JSON that holds it. Shows the whole challenge on standard error, asks on
the terminal, and prints a compact JWS (ES256) on standard output. The JWS is as
good as the approval itself: send it once, and do not log it. Without an option
that names a key, the one in LEDGER_ENTERPRISE_API_PRIVATE_KEY signs.

Exit code: 0 if signed; 1 if the answer was no, or the key is not the right one;
2 for bad input, or if there is no terminal to ask on.`;

interface Options extends KeyOptions {
  yes?: boolean;
}

export function addSign(program: Command): void {
  const command = program
    .command("sign")
    .summary("sign an approval challenge")
    .description("Sign an approval challenge of the workspace, after showing what it says.")
    .argument("[FILE]", "the challenge, or the JSON it stands in; without it, standard input");
  addKeyOptions(command)
    .option("--yes", "do not ask: for programs that have checked the challenge")
    .addHelpText("after", examples)
    .action(sign);
}

async function sign(file: string | undefined, options: Options): Promise<void> {
  let key: SigningKey | undefined;
  try {
    key = await openKey(options, file === undefined || file === "-");
    const challenge = challengeIn(readInput(file, "a challenge"));
    if (!reviewed({ challenge, key: key.name, question: "Sign this?", yes: options.yes }))
      throw new Failure("nothing was signed", "run it again and answer y to sign", ExitCode.NO);
    print(await signWith(key, challenge));
  } catch (error) {
    throw asFailure(error);
  } finally {
    key?.wipe?.();
  }
}
