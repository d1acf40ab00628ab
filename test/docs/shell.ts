/** Command lines of the pages, split into simple commands, and what is wrong with each. */
import { posix } from "node:path";
import { type ParseEntry, parse } from "shell-quote";

/** `terraform output -json > registration.json` has the words up to `-json`, and writes a file. */
export interface SimpleCommand {
  readonly words: readonly string[];
  readonly writes: readonly string[];
  readonly reads: readonly string[];
}

const REDIRECTIONS = [">", ">>", "<"];
const KEYWORDS = ["do", "then", "else", "!"];
const ENDS = ["done", "fi"];

/** The commands of a block in the order in which a shell runs them, those in `$(…)` too. */
export function commandsOf(text: string): SimpleCommand[] {
  const lines = text.replaceAll("\\\n", " ").split("\n");
  return lines.flatMap((line) => split(parse(line, (name) => `$${name}`)));
}

function split(entries: readonly ParseEntry[]): SimpleCommand[] {
  const commands: { words: string[]; writes: string[]; reads: string[] }[] = [];
  let command = { words: [] as string[], writes: [] as string[], reads: [] as string[] };
  let redirection = "";
  const end = () => {
    if (command.words.at(-1) === "$") command.words.pop(); // of `$(`
    while (KEYWORDS.includes(command.words[0] ?? "")) command.words.shift();
    const isLoop = command.words[0] === "for" && command.words[2] === "in";
    if (command.words.length > 0 && !isLoop && !ENDS.includes(command.words[0] ?? "")) commands.push(command);
    command = { words: [], writes: [], reads: [] };
  };
  for (const entry of entries) {
    if (typeof entry !== "string" && "comment" in entry) continue;
    if (typeof entry === "string" || entry.op === "glob") {
      const word = typeof entry === "string" ? entry : entry.pattern;
      const list = redirection === "" ? command.words : redirection === "<" ? command.reads : command.writes;
      list.push(word);
      redirection = "";
    } else if (REDIRECTIONS.includes(entry.op)) redirection = entry.op;
    else end();
  }
  end();
  return commands;
}

const hasOnly = (words: readonly string[], allowed: RegExp) =>
  words.filter((word) => !allowed.test(word)).map((word) => `"${word}" is not known here`);

/** The subcommands of Terraform that pages use, with all that may stand behind them. */
const TERRAFORM: Readonly<Record<string, RegExp>> = {
  init: /^-(migrate-state|lockfile=readonly|backend=false|upgrade)$/,
  plan: /^-out=\S+$/,
  apply: /^(-replace=\S+|[\w./-]+)$/,
  show: /^(-json|[\w./-]+)$/,
  output: /^(-json|-raw|[a-z]+)$/,
  providers: /^(lock|-platform=\w+)$/,
};

/** Calls of the AWS CLI that pages make: service, operation, options. */
const AWS = [
  ["sts", "get-caller-identity"],
  ["s3api", "create-bucket", "--bucket", "--create-bucket-configuration"],
  ["s3api", "put-bucket-versioning", "--bucket", "--versioning-configuration"],
  ["iam", "put-role-policy", "--role-name", "--policy-name", "--policy-document"],
  ["accessanalyzer", "validate-policy", "--policy-type", "--policy-document"],
  ["accessanalyzer", "check-access-not-granted", "--policy-type", "--policy-document", "--access"],
  [
    ...["accessanalyzer", "check-no-new-access", "--policy-type"],
    ...["--existing-policy-document", "--new-policy-document"],
  ],
  ["organizations", "enable-policy-type", "--root-id", "--policy-type"],
  ["organizations", "create-policy", "--type", "--name", "--description", "--content"],
  ["organizations", "attach-policy", "--policy-id", "--target-id"],
];

/** What may be installed by its name, besides this package: what it asks to have beside it. */
export interface Packages {
  readonly name: string;
  readonly peers: readonly string[];
  readonly scripts: readonly string[];
}

type Check = (args: readonly string[], packages: Packages) => readonly string[];

const NPM: Readonly<Record<string, Check>> = {
  ci: (args) => hasOnly(args, /^--omit=peer$/),
  install: (args, { name, peers }) =>
    hasOnly(args, /^--(omit=peer|save-dev|save-exact)$|^[^-]/).concat(
      args
        .filter((arg) => !arg.startsWith("-"))
        .filter((arg) => ![name, ...peers].includes(arg.replace(/(?<=.)@.*$/, "")))
        .map((arg) => `${arg} is neither this package nor a peer of it`),
    ),
  run: ([script = "", ...args], { scripts }) =>
    scripts.includes(script) ? hasOnly(args, /^--/) : [`package.json has no script "${script}"`],
  ...Object.fromEntries(
    ["start", "stop", "test"].map((script): [string, Check] => [
      script,
      (args, { scripts }) =>
        scripts.includes(script)
          ? hasOnly(args, /^(--|--users|--keep|[\w-]+)$/)
          : [`no npm ${script} in package.json`],
    ]),
  ),
};

/** Programs other than this package's own, which the real one parses. */
const PROGRAMS: Readonly<Record<string, Check>> = {
  npm: ([command = "", ...args], packages) =>
    NPM[command]?.(args, packages) ?? [`npm ${command} is not known here`],
  terraform: (args) => {
    const [command = "", ...rest] = args.filter((arg) => !arg.startsWith("-chdir="));
    const allowed = TERRAFORM[command];
    return allowed ? hasOnly(rest, allowed) : [`terraform ${command} is not known here`];
  },
  aws: ([service, operation, ...args]) => {
    const [, , ...options] = AWS.find(([s, o]) => s === service && o === operation) ?? [];
    if (!AWS.some(([s, o]) => s === service && o === operation))
      return [`aws ${service} ${operation} is not known here`];
    return args
      .filter((arg) => arg.startsWith("--") && !options.includes(arg))
      .map((arg) => `aws ${service} ${operation} has no ${arg}`);
  },
  "cdktf-cli@0.21.0": (args) => hasOnly(args, /^(deploy|\*|--skip-provider-lock)$/),
  git: ([command = ""]) => hasOnly([command], /^(init|add|commit|push|switch)$/),
  jq: (args) => (args.length > 0 ? [] : ["jq needs a filter"]),
  cd: (args) => (args.length === 1 ? [] : ["cd takes one folder"]),
  rm: (args) => hasOnly(args, /^[^-]/),
  grep: (args) => hasOnly(args, /^(-rn|[^-].*)$/),
  export: (args) => hasOnly(args, /^[A-Z_]+=/),
};

/** What is wrong with a command of another program than ours. */
export function problemsOfProgram(words: readonly string[], packages: Packages): readonly string[] {
  const [program = "", ...args] = words[0] === "npx" ? words.slice(1) : words;
  if (!Object.hasOwn(PROGRAMS, program)) return [`no rule knows the program "${program}"`];
  return PROGRAMS[program]?.(args, packages) ?? [];
}

/** The arguments of a call of this package's command; nothing if it is another program's. */
export const ownArguments = ([npx, name, ...args]: readonly string[]): readonly string[] | undefined =>
  npx === "npx" && name === "cdktf-ledger-api-user" ? args : undefined;

const PATH = /\.(json|html|tf|yaml|tfplan|hex)$|^[\w.-]+\/|^plan$|^api-users$|^cdktf\.out$/;
const NO_PATH = /^[a-z]+:|:\/\/|^\$|^@/;

/** `plan` of `terraform -chdir=FOLDER plan` is no file of that name. */
const isSubcommand = ([program, ...words]: readonly string[], i: number) =>
  program === "terraform" && i === words.findIndex((word) => !word.startsWith("-")) + 1;

/**
 * The paths that a command reads and writes, seen from the folder where the block starts. Options are read as
 * `--out FILE`, `-out=FILE` and `-chdir=FOLDER`.
 */
export function pathsOf({ words, writes, reads }: SimpleCommand, folder: string) {
  const chdir = words.find((word) => word.startsWith("-chdir="))?.slice("-chdir=".length) ?? "";
  const written = [...writes];
  const read = words[0] === "cd" ? [words[1] ?? ""] : [...reads];
  if (chdir !== "") read.push(chdir);
  for (const [i, word] of words.entries()) {
    if (i === 0 || words[0] === "cd" || NO_PATH.test(word) || isSubcommand(words, i)) continue;
    if (word.startsWith("-out=")) written.push(posix.join(chdir, word.slice("-out=".length)));
    else if (words[i - 1] === "--out" || (words[2] === "init" && i === 3)) written.push(word);
    else if (PATH.test(word) && words[0] !== "export" && words[1] !== "install")
      read.push(posix.join(chdir, word));
  }
  const from = (path: string) => posix.join(folder, path);
  return { reads: read.map(from), writes: written.map(from) };
}
