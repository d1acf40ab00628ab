import { addVerify } from "../../../cli/commands/verify/command";
import { CustodyAccount, type Entry } from "./custody-account";

// A test file that imports this has an account of its own with users of each custody, and verifies what it says of them.

export let account: CustodyAccount;
export let settlement: Entry;
export let sweep: Entry;
export let staking: Entry;
export let imported: Entry;

beforeAll(async () => {
  account = await CustodyAccount.start();
  [settlement, sweep] = await Promise.all([
    account.secretUser("settlement bot"),
    account.secretUser("sweep bot"),
  ]);
  staking = await account.kmsUser("staking bot");
  imported = { ...(await account.secretUser("vault bot")), custody: "imported", keyStatus: "awaiting key" };
});
afterAll(() => account.stop());

export const run = (entries: Entry[], ...args: string[]) =>
  account.run(addVerify, ["verify", "--registration", account.registrationOf(...entries), ...args]);
