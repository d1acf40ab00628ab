import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMoto } from "../../../local-aws/emulator/moto";
import { SOCKET } from "../shared-moto";

/** How the files of `globalSetup` and `globalTeardown` share what is running. */
export const ending: { stopMoto?: () => Promise<void> } = globalThis as object;

/** Before the first test file: starts the moto that all share. It ends with this process, however that ends. */
export default async function start(): Promise<void> {
  if (ending.stopMoto) return; // for another project of the same run
  const directory = mkdtempSync(join(tmpdir(), "shared-moto-"));
  const before = process.env["PYTHONPATH"];
  process.env["PYTHONPATH"] = join(__dirname, "moto");
  const moto = await startMoto(directory, () => {}).finally(() => {
    if (before === undefined) delete process.env["PYTHONPATH"];
    else process.env["PYTHONPATH"] = before;
  });
  process.env[SOCKET] = moto.socket;
  ending.stopMoto = async () => {
    await moto.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
