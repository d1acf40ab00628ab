/** `npm stop`: ends the embedded AWS that `npm start -- --keep` left running, if there is one. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../project";
import { stopDetached } from "./detached-emulator";

const directory = join(PROJECT, ".local");

async function main(): Promise<void> {
  const ran = await stopDetached(directory);
  rmSync(join(directory, "env"), { force: true });
  process.stdout.write(ran ? "The embedded AWS has ended.\n" : "No embedded AWS was running.\n");
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
