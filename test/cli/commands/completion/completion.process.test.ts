import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Command, Option } from "commander";
import { addCompletion } from "../../../../cli/commands/completion/command";
import { SHELLS, type Shell, scriptFor } from "../../../../cli/commands/completion/scripts";
import { generateKeyPair } from "../../../../keys";
import { bin } from "../../../support/cli/process";
import { ledgerApiUser } from "../../../support/cli/run-cli";

jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "completion-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a shell with the command's own script offers for a line whose cursor is at its end. */
async function offers(script: string, ...words: string[]): Promise<string[]> {
  const driver = [
    script,
    'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))',
    "_cdktf_ledger_api_user",
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join("\n");
  const shell = spawn("bash", ["--noprofile", "--norc", "-c", driver, "bash", ...words], { cwd: folder });
  const [said, complaint] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
  expect(complaint).toBe("");
  return said.split("\n").filter(Boolean);
}

describe("completion bash", () => {
  let script: string;
  let command: string;
  beforeAll(async () => {
    script = (await ledgerApiUser(["completion", "bash"])).stdout;
    command = join(folder, "cdktf-ledger-api-user");
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${bin()}' "$@"\n`);
    chmodSync(command, 0o755);
  });

  test("offers the commands of the program, all that --help lists and no hidden one", async () => {
    const { stdout } = await ledgerApiUser(["--help"]);
    const listed = [...(stdout.split("Set up:")[1] ?? "").matchAll(/^ {2}([a-z][\w-]*)/gm)].map(
      ([, name]) => name,
    );
    expect(listed).toContain("verify");
    expect(await offers(script, command, "")).toEqual(listed);
    expect(await offers(script, command, "ver")).toEqual(["verify"]);
    expect(await offers(script, command, "help", "keyg")).toEqual(["keygen"]);
  });

  test("offers a command's options, once a hyphen is there", async () => {
    expect(await offers(script, command, "verify", "--")).toEqual([
      "--registration",
      "--user",
      "--proof",
      "--json",
      "--help",
    ]);
    expect(await offers(script, command, "verify", "--proof", "--js")).toEqual(["--json"]);
  });

  test("offers what an option or an argument may be", async () => {
    expect(await offers(script, command, "inspect", "--expect", "")).toEqual(["private", "public"]);
    expect(await offers(script, command, "completion", "z")).toEqual(["zsh"]);
  });

  test("leaves files to bash", async () => {
    expect(await offers(script, command, "inspect", "")).toEqual([]);
    expect(await offers(script, command, "verify", "--registration", "")).toEqual([]);
  });

  test("offers the registration's users, blanks escaped", async () => {
    const { publicKey } = generateKeyPair();
    const entry = (username: string) => ({
      username,
      role: "operator",
      uiLabel: "Operator - Via Self Managed Key Pair",
      custody: "imported",
      generation: 1,
      publicKey,
      keyArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbC123",
    });
    const users = Object.fromEntries(
      ["settlement bot", "sweep bot", "$(touch pwned)"].map((name) => [name, entry(name)]),
    );
    writeFileSync(join(folder, "r.json"), JSON.stringify({ "acme-prod-x": users }));
    const line = [command, "verify", "--registration", "r.json", "--user"];
    expect(await offers(script, ...line, "")).toEqual([
      "settlement\\ bot",
      "sweep\\ bot",
      "\\$\\(touch\\ pwned\\)",
    ]);
    expect(await offers(script, ...line, "sw")).toEqual(["sweep\\ bot"]);
    expect(await offers(script, ...line, "settlement\\ b")).toEqual(["settlement\\ bot"]);
    expect(await offers(script, ...line, '"settlement b')).toEqual(["settlement bot"]);
    expect(await offers(script, command, "import-key", "--registration", "r.json", "sw")).toEqual([
      "sweep\\ bot",
    ]);
    expect(await offers(script, command, "verify", "--registration", "none.json", "--user", "")).toEqual([]);
  });
});

describe("every script", () => {
  /** A program with all that makes trouble: commands below commands, quotes, brackets, colons. */
  function program(): Command {
    const made = new Command("cdktf-ledger-api-user");
    const credentials = made.command("credentials").description("it's: [credentials]");
    credentials.command("put").argument("<USER>").option("--id <ID>", `say "it's" [it]: $HOME`);
    made.command("pick").addOption(new Option("-c, --choose <ONE>", "one").choices(["red", "blue"]));
    made.command("secret", { hidden: true });
    addCompletion(made);
    return made;
  }

  test("knows commands below commands", async () => {
    const script = scriptFor("bash", program());
    expect(await offers(script, "cdktf-ledger-api-user", "cred")).toEqual(["credentials"]);
    expect(await offers(script, "cdktf-ledger-api-user", "credentials", "")).toEqual(["put", "help"]);
    expect(await offers(script, "cdktf-ledger-api-user", "credentials", "put", "--")).toEqual([
      "--id",
      "--help",
    ]);
    expect(await offers(script, "cdktf-ledger-api-user", "pick", "-c", "b")).toEqual(["blue"]);
  });

  test.each(SHELLS)("names each command and option, and nothing hidden (%s)", (shell) => {
    const script = scriptFor(shell, program());
    for (const word of ["credentials", "put", "choose", "red", "completion"]) expect(script).toContain(word);
    expect(script).not.toMatch(/\bsecret\b/);
  });

  // zsh and fish are not on every machine; where one is, it reads its script.
  const present = SHELLS.filter((shell) => spawnSync(shell, ["-c", "true"]).status === 0);
  test.each(present)("is read by %s without complaint", (shell: Shell) => {
    const file = join(folder, `script.${shell}`);
    writeFileSync(file, scriptFor(shell, program()));
    const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("of an unknown shell is refused", async () => {
    expect(await ledgerApiUser(["completion", "powershell"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^error: [^\n]*bash, zsh, fish[^\n]*\n$/),
    });
  });
});
