import { generateKeyPair } from "../../../../keys";
import { pointTo, withPointer } from "../../../support/cli/pointer";
import { account, run, settlement, staking } from "../../../support/cli/verify-run";

jest.setTimeout(60_000);

test("the secret that says which key is current: as registered, and moved to another generation or key", async () => {
  for (const user of [settlement, staking]) {
    const entry = await withPointer(account, user);
    expect(await run([entry])).toMatchObject({ code: 0 });
    for (const more of [{ generation: 2 }, { publicKey: generateKeyPair().publicKey }]) {
      await pointTo(account, String(entry["currentArn"]), { ...entry, ...more });
      const { code, stdout } = await run([entry]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/: mismatch: the secret that says which key is current names/);
    }
  }
});
