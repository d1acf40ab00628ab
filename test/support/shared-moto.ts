import { randomInt } from "node:crypto";
import { type LocalAws, startLocalAws } from "../../local-aws/emulator";

/** The socket of the moto that all test files share: test/support/setup/start-moto.ts puts it there. */
export const SOCKET = "TEST_MOTO_SOCKET";

/** An embedded AWS with a proxy of its own, and in the moto that all test files share an account of its own. */
export function startSharedAws(directory: string): Promise<LocalAws> {
  const account = String(randomInt(600_000_000_000, 700_000_000_000));
  return startLocalAws({ directory, moto: { socket: process.env[SOCKET] ?? "", account } });
}
