import { publicKeysOf } from "../../audit";
import { readRegistration } from "../../registration/read";
import { newKey } from "../support/keys/spellings";
import { registrationOf, STACK, sample } from "../support/page-users";

const { publicKey } = newKey();

test("each public key of a registration is found under its canonical form, with the user's address", () => {
  const users = [
    sample("settlement bot", { publicKey: publicKey.toUpperCase() }),
    sample("reporter", { role: "administrator" }),
  ];
  expect(Object.fromEntries(publicKeysOf(readRegistration(registrationOf(users))))).toEqual({
    [publicKey]: `${STACK}/settlement bot`,
    [String(users[1]?.entry.publicKey)]: `${STACK}/reporter`,
  });
});

test("in an output of one stack, which does not name the stack, the address has the workspace", () => {
  const { entry } = sample("settlement bot", { publicKey });
  const output = { sensitive: false, type: ["object", {}], value: { "settlement bot": entry } };
  const users = readRegistration(JSON.stringify({ registration: output }));
  expect([...publicKeysOf(users)]).toEqual([[publicKey, "acme-prod/settlement bot"]]);
});
