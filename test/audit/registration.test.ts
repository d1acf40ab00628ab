import { publicKeysOf } from "../../audit";
import { newKey } from "../support/keys/spellings";

const [one, two] = [newKey().publicKey, newKey().publicKey];
const entry = (publicKey: string) => ({ role: "operator", publicKey, generation: 1 });

test.each([
  [
    ".local/registration.json",
    { "acme-prod-treasury": { "settlement bot": entry(one) }, "acme-dev-ops": { reporter: entry(two) } },
    { [one]: "settlement bot (acme-prod-treasury)", [two]: "reporter (acme-dev-ops)" },
  ],
  [
    "terraform output -json",
    { registration: { sensitive: false, type: "any", value: { "settlement bot": entry(one) } } },
    { [one]: "settlement bot" },
  ],
  [
    "terraform output -json, with the type that Terraform writes beside the value",
    {
      registration: {
        sensitive: false,
        type: ["object", { "settlement bot": ["object", { publicKey: "string", generation: "number" }] }],
        value: { "settlement bot": entry(one) },
      },
    },
    { [one]: "settlement bot" },
  ],
  ["terraform output -json registration", { "settlement bot": entry(one) }, { [one]: "settlement bot" }],
  ["an entry alone", { username: "settlement bot", ...entry(one) }, { [one]: "settlement bot" }],
  ["a public key in upper case", { bot: entry(one.toUpperCase()) }, { [one]: "bot" }],
])("public keys and users are read from %s", (_, registration, users) => {
  expect(Object.fromEntries(publicKeysOf(JSON.stringify(registration)))).toEqual(users);
});

test.each([
  ["no JSON", "nope", /not JSON/],
  ["no public key", "{}", /no publicKey/],
  ["a public key that is none", JSON.stringify({ bot: entry("04ab") }), /publicKey of bot/],
])("a registration with %s is refused", (_, json, reason) => {
  expect(() => publicKeysOf(json)).toThrow(reason);
});
