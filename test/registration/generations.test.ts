import { generateKeyPair } from "../../keys";
import { atGeneration, everyKeyOf, keysOfStages, readRegistration } from "../../registration/read";

const [first, second] = [generateKeyPair().publicKey, generateKeyPair().publicKey];
const arn = (generation: number, last: string) =>
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/bot/generation-${generation}/${last}-AbC123`;
const keyOf = (generation: number, publicKey: string) => ({
  publicKey,
  keyArn: arn(generation, "private-key"),
  keyStatus: "in custody",
  credentialsArn: arn(generation, "credentials"),
});
const generations = {
  1: { stage: "previous", registeredAs: "bot", ...keyOf(1, first) },
  2: { stage: "current", registeredAs: "bot 2", ...keyOf(2, second) },
};
const entry = {
  ...{ workspace: "acme", username: "bot", role: "operator", custody: "secrets-manager", generation: 2 },
  uiLabel: "Operator - Via Self Managed Key Pair",
  ...keyOf(2, second),
  currentArn: arn(1, "x").replace("generation-1/x", "current"),
  generations,
};
type Entry = Omit<typeof entry, "generations"> & { generations?: unknown };

const read = (value: Entry) => readRegistration(JSON.stringify({ bot: value }));

test("each key of a user is a user with that key, and the current one the user itself", () => {
  const [user] = read(entry);
  const keys = everyKeyOf([user as never]);
  expect(
    keys.map(({ generation, stage, registeredAs, publicKey }) => [
      generation,
      stage,
      registeredAs,
      publicKey,
    ]),
  ).toEqual([
    [1, "previous", "bot", first],
    [2, "current", "bot 2", second],
  ]);
  expect(keys[1]).toBe(user);
  expect(keys[0]).toMatchObject({ username: "bot", workspace: "acme", ...keyOf(1, first) });
  expect(keys[0]?.fingerprint).not.toBe(user?.fingerprint);
  expect(keysOfStages([user as never], "current", "pending")).toEqual([user]);
  expect(user && atGeneration(user, 3)).toBeUndefined();
  expect(user?.currentArn).toBe(entry.currentArn);
});

test("an entry without generations, of a version that knew one key, has that one", () => {
  const { generations: _, currentArn: __, ...old } = entry;
  const [user] = read(old as Entry);
  expect(everyKeyOf([user as never])).toEqual([user]);
  expect(user).toMatchObject({ stage: "current", registeredAs: "bot", generation: 2 });
});

const changed = (generation: 1 | 2, more: object) => ({
  ...entry,
  generations: { ...generations, [generation]: { ...generations[generation], ...more } },
});

test.each<[string, Entry, RegExp]>([
  [
    "no map",
    { ...entry, generations: [] },
    /bot\.generations is not a map of generations of which one is current; take/,
  ],
  ["no current one", changed(2, { stage: "pending" }), /generations is not a map of generations/],
  ["an unknown stage", changed(1, { stage: "old" }), /generations is not a map of generations/],
  [
    "another current one",
    { ...entry, generation: 1 },
    /bot\.generation differs from that of the current generation: one of them was changed/,
  ],
  ["another public key of the current one", changed(2, { publicKey: first }), /bot\.publicKey differs/],
  [
    "other credentials of the current one",
    changed(2, { credentialsArn: arn(1, "credentials") }),
    /bot\.credentialsArn differs/,
  ],
  [
    "what is no public key",
    changed(1, { publicKey: "04" }),
    /bot\.generations\.1\.publicKey is not a public key/,
  ],
  ["no name", changed(1, { registeredAs: 1 }), /registeredAs is not a user's name/],
  [
    "a key of another account",
    changed(1, { keyArn: arn(1, "private-key").replace("123456789012", "210987654321") }),
    /keyArn is of another account or region/,
  ],
  [
    "a pointer of another region",
    { ...entry, currentArn: entry.currentArn.replace("eu-west-1", "eu-west-2") },
    /currentArn is of another account or region/,
  ],
])("an entry is refused with %s", (_, value, message) => {
  expect(() => read(value)).toThrow(message);
});
