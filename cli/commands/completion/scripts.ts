import type { CompletableCommand, CompletableOption } from "./commands";

/** The shells that a script can be made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

/** The hidden command that the bash script asks for the users of a registration. */
export const USERS_COMMAND = "completion-users";

/** The script that completes a program's commands, options and their values. */
export function scriptFor(shell: Shell, program: string, commands: readonly CompletableCommand[]): string {
  return { bash, zsh, fish }[shell](program, commands);
}

const flagsOf = ({ short, long }: CompletableOption) => [short, long].filter((flag) => flag !== undefined);

/** A text in single quotes, which all three shells read alike but for a quote inside. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Bash 3.2 and later. Where nothing is to be said (`-o default`), bash completes names of files. */
function bash(program: string, commands: readonly CompletableCommand[]): string {
  const name = `_${program.replaceAll("-", "_")}`;
  const paths = commands.filter(({ words }) => words.length > 0).map(({ words }) => quoted(words.join(" ")));
  const values = commands.flatMap(({ words, options }) =>
    options.flatMap((option) => {
      if (option.value === "none") return [];
      const pattern = flagsOf(option).map((flag) => quoted(`${words.join(" ")} ${flag}`));
      const action =
        option.value === "user"
          ? `${name}_users`
          : option.value === "file"
            ? ":"
            : `words=${quoted(option.value.join(" "))}`;
      return [`    ${pattern.join("|")}) ${action} ;;`];
    }),
  );
  // The user is a command's first argument: right behind it, or behind the registration.
  const isUser = (words: readonly string[]) =>
    `[[ $cur != -* && ( $prev == ${words.at(-1)} || \${COMP_WORDS[COMP_CWORD-2]} == --registration ) ]]`;
  const cases = commands.flatMap(({ words, options, arguments: allowed, takesUser }) => [
    `      ${quoted(words.join(" "))})`,
    `        options=${quoted(options.flatMap(flagsOf).join(" "))}`,
    `        ${takesUser ? `${isUser(words)} && ${name}_users` : `words=${quoted(allowed.join(" "))}`} ;;`,
  ]);
  return `# bash completion of ${program}: put this into your ~/.bashrc
#   source <(${program} completion bash)
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' options='' word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
    ${paths.join("|")}) path="\${path:+$path }$word" ;;
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
# The users of the registration that stands on the line, if it is a file.
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

function zsh(program: string, commands: readonly CompletableCommand[]): string {
  const name = `_${program.replaceAll("-", "_")}`;
  /** In \`_describe\` and \`_arguments\`, colons and brackets mean something. */
  const plain = (text: string) => text.replace(/[\\:[\]]/g, "\\$&");
  const spec = (option: CompletableOption) =>
    flagsOf(option).map((flag) => {
      const value =
        option.value === "none"
          ? ""
          : typeof option.value === "string"
            ? ":value:_files"
            : `:value:(${option.value.join(" ")})`;
      return quoted(`${flag}[${plain(option.summary)}]${value}`);
    });
  const cases = commands
    .filter(({ words }) => words.length === 1)
    .map(({ words, options, arguments: allowed }) => {
      const rest = quoted(allowed.length > 0 ? `*:argument:(${allowed.join(" ")})` : "*:file:_files");
      return `    ${words[0]}) _arguments ${[...options.flatMap(spec), rest].join(" ")} ;;`;
    });
  const described = commands
    .filter(({ words }) => words.length === 1)
    .map(({ words, summary }) => quoted(`${words[0]}:${plain(summary)}`));
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

function fish(program: string, commands: readonly CompletableCommand[]): string {
  const lines = commands.flatMap(({ words, options, arguments: allowed }) => {
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    const when = `complete -c ${program} -n ${quoted(seen || "__fish_use_subcommand")}`;
    const below = allowed.map((word) => {
      const summary = commands.find((each) => each.words.join(" ") === [...words, word].join(" "))?.summary;
      return `${when} -f -a ${quoted(word)}${summary ? ` -d ${quoted(summary)}` : ""}`;
    });
    const own = options.map(({ short, long, summary, value }) => {
      const names = [short && `-s ${short.slice(1)}`, long && `-l ${long.slice(2)}`]
        .filter(Boolean)
        .join(" ");
      const after =
        value === "none" ? "" : typeof value === "string" ? " -r" : ` -x -a ${quoted(value.join(" "))}`;
      return `${when} ${names}${after} -d ${quoted(summary)}`;
    });
    return [...below, ...own];
  });
  return `# fish completion of ${program}
#   ${program} completion fish > ~/.config/fish/completions/${program}.fish
${lines.join("\n")}
`;
}
