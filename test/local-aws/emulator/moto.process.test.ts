import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startMoto } from "../../../local-aws/emulator/moto";

// Not about speed: the machine may be busy.
jest.setTimeout(60_000);

const original = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "moto-"));
  mkdirSync(join(folder, "bin"));
  process.env = { PATH: join(folder, "bin") };
});

afterEach(() => {
  process.env = original;
  rmSync(folder, { recursive: true });
});

function command(name: string, script: string): void {
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** What moto_server does once it takes requests; it then waits. */
const SERVES = "echo ' * Running on unix://socket'; exec /bin/sleep 60";

/** A python3 whose `-m venv` makes an environment with a python whose pip runs `pip`. */
function python(pip: string): void {
  const inner = `#!/bin/sh\nbin=\${0%/*}\n${pip}`;
  command(
    "python3",
    `/bin/mkdir -p "$4/bin"; /bin/cat > "$4/bin/python" <<'END'\n${inner}\nEND\n/bin/chmod +x "$4/bin/python"`,
  );
}

const PIP_WORKS = `echo "$@" > $bin/arguments; printf '#!/bin/sh\\n${SERVES.replaceAll("'", "'\\''")}\\n' > $bin/moto_server; /bin/chmod +x $bin/moto_server`;

it("moto on the PATH is started on a socket that others cannot reach, and works in a folder of its own", async () => {
  command("moto_server", `echo "$@"; pwd; ${SERVES}`);
  const moto = await startMoto(folder, () => {});
  const motos = join(folder, "moto");
  expect(moto.socket).toBe(join(motos, "socket"));
  expect(statSync(motos).mode & 0o777).toBe(0o700);
  const [args, workingDirectory] = readFileSync(join(folder, "log", "moto.log"), "utf8").split("\n");
  expect(args).toBe(`-H unix://${moto.socket} -p 0`);
  expect(workingDirectory).toBe(motos);
  await moto.stop();
});

it("where its folder has a path too long for a socket, it is in a folder for temporary files, of its own", async () => {
  command("moto_server", SERVES);
  const deep = join(folder, "d".repeat(100));
  const moto = await startMoto(deep, () => {});
  expect(moto.socket.length).toBeLessThan(104);
  expect(statSync(dirname(moto.socket)).mode & 0o777).toBe(0o700);
  await moto.stop();
  expect(existsSync(dirname(moto.socket))).toBe(false);
});

describe("without moto, or with a shim that leads nowhere", () => {
  it("it is installed, once", async () => {
    command("moto_server", "echo 'pyenv: moto_server: command not found' >&2; exit 127");
    python(PIP_WORKS);
    const lines: string[] = [];
    await (await startMoto(folder, (line) => lines.push(line))).stop();
    expect(lines).toEqual([
      expect.stringMatching(/moto_server does not run here/),
      expect.stringMatching(/^installing moto\[server\]==5\.2\.1 in .*venv \(once\)$/),
    ]);
    lines.length = 0;
    await (await startMoto(folder, (line) => lines.push(line))).stop();
    expect(lines).toHaveLength(1);
  });

  it("the error of pip is told, with the fix, and nothing half done stays", async () => {
    python("echo 'ERROR: No matching distribution found' >&2; exit 1");
    await expect(startMoto(folder, () => {})).rejects.toThrow(
      "moto is not on the PATH, and it could not be installed (ERROR: No matching distribution found): " +
        "install it so that moto_server is on the PATH: pip install 'moto[server]==5.2.1'",
    );
    expect(existsSync(join(folder, "tools/venv"))).toBe(false);
  });

  it("and without Python, the error says what to install", async () => {
    await expect(startMoto(folder, () => {})).rejects.toThrow(/^the local AWS needs moto.*install Python 3/);
  });

  it("one on the PATH that does not run is not called missing", async () => {
    command("moto_server", "exit 1");
    const error = await startMoto(folder, () => {}).catch((cause: Error) => cause.message);
    expect(error).toContain(`${join(folder, "bin/moto_server")} does not run here (${folder}/log/moto.log)`);
    expect(error).not.toContain("moto is not on the PATH");
  });
});

it("moto that is slow to start is neither called missing nor installed", async () => {
  command("moto_server", "exec /bin/sleep 60");
  const lines: string[] = [];
  await expect(startMoto(folder, (line) => lines.push(line), 300)).rejects.toThrow(
    `${join(folder, "bin/moto_server")} started but took no requests for 0.3 s: try again when the machine is less busy`,
  );
  expect(lines).toEqual([]);
});
