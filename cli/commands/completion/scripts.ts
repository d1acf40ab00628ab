import type { Command, Option } from "commander";

/** The shells that a script can be made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

/** The hidden command that the bash script asks for the users of a registration. */
export const USERS_COMMAND = "completion-users";

/** A command, as a script needs it. */
interface Entry {
  /** The words that call it: `verify`, `credentials put`; empty for the program itself. */
  readonly path: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** What can come next: the commands below it, or the words that an argument allows. */
  readonly next: readonly string[];
  /** Whether it takes a registered user's name. */
  readonly takesUser: boolean;
}

/** The script that completes a program's commands, options and their values, just as commander has them. */
export function scriptFor(shell: Shell, program: Command): string {
  return { bash, zsh, fish }[shell](program.name(), entriesOf(program));
}

function entriesOf(command: Command, path = ""): Entry[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const names = below.map((each) => each.name());
  const own: Entry = {
    path,
    summary: command.summary() || command.description(),
    options: help.visibleOptions(command),
    next: [...names, ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)],
    takesUser: command.registeredArguments.some((argument) => argument.name() === "USER"),
  };
  const all = below.flatMap((each) => entriesOf(each, `${path} ${each.name()}`.trim()));
  // `help`, which commander adds, takes the name of a command beside it.
  return [own, ...all.map((each) => (each.path === `${path} help`.trim() ? { ...each, next: names } : each))];
}

const flagsOf = ({ short, long }: Option) => [short, long].filter((flag) => flag !== undefined);

const takesValue = ({ required, optional }: Option) => required || optional;

/** A text in single quotes, which all three shells read alike but for a quote inside. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const list = (words: readonly string[]) => quoted(words.join(" "));

const functionName = (program: string) => `_${program.replaceAll("-", "_")}`;

/** Bash 3.2 and later. Where the script offers nothing (`-o default`), bash completes file names. */
function bash(program: string, entries: readonly Entry[]): string {
  const name = functionName(program);
  const paths = entries.flatMap(({ path }) => (path === "" ? [] : [quoted(path)])).join("|");
  const values = entries.flatMap(({ path, options }) =>
    options.filter(takesValue).map((option) => {
      const pattern = flagsOf(option).map((flag) => quoted(`${path} ${flag}`));
      const action = option.long === "--user" ? `${name}_users` : `words=${list(option.argChoices ?? [])}`;
      return `    ${pattern.join("|")}) ${action} ;;`;
    }),
  );
  // The user is a command's first argument: right behind it, or behind the registration.
  const user = `[[ $cur != -* && ( $prev == "\${path##* }" || \${COMP_WORDS[COMP_CWORD-2]} == --registration ) ]] && ${name}_users`;
  const cases = entries.map(({ path, options, next, takesUser }) => {
    const arguments_ = takesUser ? user : `words=${list(next)}`;
    return `      ${quoted(path)}) options=${list(options.flatMap(flagsOf))}; ${arguments_} ;;`;
  });
  return `# bash completion of ${program}: put this into your ~/.bashrc
#   source <(${program} completion bash)
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' options='' word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
    ${paths}) path="\${path:+$path }$word" ;;
    *) break ;;
    esac
  done
  case "$path $prev" in
${values.join("\n")}
    *)
      case $path in
${cases.join("\n")}
      esac
      [[ $cur == -* ]] && words=$options ;;
  esac
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
# The users of the registration that the line names, if it is a file.
${name}_users() {
  local i name file='' typed=\${cur//[\\\\\\"\\']/}
  for ((i = 1; i < \${#COMP_WORDS[@]}; i++)); do
    [[ \${COMP_WORDS[i]} == --registration ]] && file=\${COMP_WORDS[i+1]}
  done
  [[ -f $file ]] || return
  while IFS= read -r name; do
    [[ $name == "$typed"* ]] || continue
    [[ $cur == [\\"\\']* ]] || name=$(printf %q "$name")
    COMPREPLY+=("$name")
  done < <("\${COMP_WORDS[0]}" ${USERS_COMMAND} "$file" 2>/dev/null)
}
complete -o default -F ${name} ${program}
`;
}

function zsh(program: string, entries: readonly Entry[]): string {
  const name = functionName(program);
  const commands = entries.filter(({ path }) => /^\S+$/.test(path));
  /** In \`_describe\` and \`_arguments\`, colons and brackets mean something. */
  const plain = (text: string) => text.replace(/[\\:[\]]/g, "\\$&");
  const choice = (words: readonly string[] | undefined) =>
    words?.length ? `(${words.join(" ")})` : "_files";
  const described = commands.map(({ path, summary }) => quoted(`${path}:${plain(summary)}`));
  const cases = commands.map(({ path, options, next }) => {
    const specs = options.flatMap((option) => {
      const value = takesValue(option) ? `:value:${choice(option.argChoices)}` : "";
      return flagsOf(option).map((flag) => quoted(`${flag}[${plain(option.description)}]${value}`));
    });
    return `    ${path}) _arguments ${specs.join(" ")} ${quoted(`*:argument:${choice(next)}`)} ;;`;
  });
  return `#compdef ${program}
# zsh completion of ${program}: put this into your ~/.zshrc, after compinit
#   source <(${program} completion zsh)
${name}() {
  local -a commands
  commands=(${described.join(" ")})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join("\n")}
  esac
}
compdef ${name} ${program}
`;
}

function fish(program: string, entries: readonly Entry[]): string {
  const summaries = new Map(entries.map(({ path, summary }) => [path, ` -d ${quoted(summary)}`]));
  const lines = entries.flatMap(({ path, options, next }) => {
    const seen = path.replaceAll(" ", "; and __fish_seen_subcommand_from ");
    const condition = path === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${seen}`;
    const when = `complete -c ${program} -n ${quoted(condition)}`;
    const words = next.map((word) => `-f -a ${quoted(word)}${summaries.get(`${path} ${word}`.trim()) ?? ""}`);
    const flags = options.map((option) => {
      const names = flagsOf(option).map((flag) => flag.replace(/^--/, "-l ").replace(/^-(?!l )/, "-s "));
      const choices = option.argChoices && ` -x -a ${list(option.argChoices)}`;
      const value = takesValue(option) ? (choices ?? " -r") : "";
      return `${names.join(" ")}${value} -d ${quoted(option.description)}`;
    });
    return [...words, ...flags].map((rest) => `${when} ${rest}`);
  });
  return `# fish completion of ${program}
#   ${program} completion fish > ~/.config/fish/completions/${program}.fish
${lines.join("\n")}
`;
}
