import { type Command, Option } from "commander";
import { ExitCode, Failure } from "../../../messages/failure";
import { jsonText } from "../../../messages/safe-text";
import { addressOf, cardAddressOf, cardOf, pageCodeOf } from "../../../registration/card";
import { keysOfStages } from "../../../registration/read";
import { type Line, stageOf, uiLabelOf } from "../../../registration/steps";
import { builtAssets } from "../../../registration-page/assets";
import { type PageAssets, pageOf } from "../../../registration-page/html";
import { endWith } from "../../shared/exit-code";
import { writeNewFiles } from "../../shared/new-file";
import { complain, plainLines, print, printDocument } from "../../shared/output";
import { chooseUser, optionalRegistrationOption, readUsers } from "../../shared/registration-option";
import { markdownOf } from "./markdown";
import { type Proven, readProofs } from "./proofs";
import { type CheckedCard, checkAll, fieldOf, pageCode, stepsFor, terminalOf } from "./text";

const examples = `
Examples:
  $ terraform output -json | npx cdktf-ledger-api-user registration
  $ npx cdktf-ledger-api-user registration --registration r.json \\
      --user "settlement bot"
  $ npx cdktf-ledger-api-user verify --registration r.json --proof --json \\
      > proofs.json
  $ npx cdktf-ledger-api-user registration --registration r.json \\
      --proofs proofs.json --format html --out page.html

Shows what a workspace admin does for each user, and what to enter, compare and
assign. The web page is one file that needs no network and checks itself: that
each key is on its curve, that each fingerprint belongs to its key, and that
each proof was made by that key.

The page code stands for all names, roles, keys and rules that are shown. Read
it, and the fingerprints, to the admin from your own terminal: if somebody
replaced the whole page, its code is different.

Exit code: 0 done, 1 if a user does not check out (its card says so), 2 for bad
input.`;

const FORMATS = ["terminal", "markdown", "json", "html"] as const;

interface Options {
  registration: string;
  proofs?: string;
  user?: string[];
  format: (typeof FORMATS)[number];
  out?: string;
}

export function addRegistration(program: Command): void {
  program
    .command("registration")
    .summary("show a workspace admin what to register, and how")
    .description("Show a workspace admin what to register, and how: cards, or a web page that checks itself.")
    .addOption(optionalRegistrationOption().default("-", "standard input"))
    .option("--proofs <FILE>", "the output of verify --proof --json; - for standard input")
    .option("--user <NAME...>", "only these users")
    .addOption(new Option("--format <FORMAT>", "what to make").choices(FORMATS).default("terminal"))
    .option("--out <FILE>", "a new file for it, instead of standard output")
    .addHelpText("after", examples)
    .action(registration);
}

async function registration({ registration: file, proofs: proofFile, user: names, format, out }: Options) {
  if (file === "-" && proofFile === "-")
    throw new Failure("registration and proofs cannot both come from standard input", "give one in a file");
  const all = await readUsers(file);
  const users = names ? [...new Set(names.map((name) => chooseUser(all, name)))] : all;
  const proofs = proofFile === undefined ? new Map<string, Proven>() : await readProofs(proofFile);
  // What is previous or retired is registered already, or no longer.
  const asRegistered = keysOfStages(users, "current", "pending").map((user) => ({
    ...user,
    username: user.registeredAs,
  }));
  const cards = checkAll(asRegistered.map((user) => cardOf(user, proofs.get(cardAddressOf(user)))));
  if (out !== undefined)
    writeNewFiles([{ path: out, access: "public" }], () => [Buffer.from(render(cards, format), "utf8")]);
  else if (format === "terminal") print(terminalOf(cards));
  else printDocument(render(cards, format));
  report(cards);
}

function render(cards: readonly CheckedCard[], format: Options["format"]): string {
  switch (format) {
    case "terminal":
      return plainLines(terminalOf(cards));
    case "markdown":
      return markdownOf(cards);
    case "json":
      return `${jsonText(jsonOf(cards))}\n`;
    case "html": {
      const all = cards.map(({ card }) => card);
      return pageOf({ cards: all, code: pageCodeOf(all) }, assets());
    }
  }
}

function assets(): PageAssets {
  try {
    return builtAssets();
  } catch {
    throw new Failure("the parts of the page are missing from dist/page", "run npm run build");
  }
}

/** For programs: texts are as they are in the registration. */
function jsonOf(all: readonly CheckedCard[]) {
  const plain = (line: Line) =>
    line
      .map((part) => (typeof part === "string" ? part : "label" in part ? part.label : part.value))
      .join("");
  return {
    pageCode: pageCode(all.map(({ card }) => card)),
    users: all.map(({ card, checked }) => ({
      ...card,
      uiLabel: uiLabelOf(card),
      fingerprintGroups: fieldOf("fingerprint", card).split(" "),
      stage: stageOf(card),
      state: checked.state,
      findings: checked.findings,
      sections: stepsFor({ card, checked }).map(({ title, lead, steps, notes = [] }) => ({
        title,
        lead: lead && plain(lead),
        steps: steps.map(({ line, field, tasks = [] }) => ({
          text: plain(line),
          field,
          tasks: tasks.map(plain),
        })),
        notes: notes.map(plain),
      })),
    })),
  };
}

/** For pipelines: the exit code, and on standard error the users that must not be registered. */
function report(cards: readonly CheckedCard[]): void {
  const wrong = cards.filter(({ checked }) => checked.state === "wrong");
  for (const { card, checked } of wrong) {
    const why = checked.findings.filter(({ state }) => state === "wrong").map(({ text }) => text);
    complain(`do not register ${JSON.stringify(addressOf(card))}: ${why.join("; ")}`);
  }
  if (wrong.length > 0) endWith(ExitCode.NO);
}
