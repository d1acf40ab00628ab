/**
 * The workspace's key is guarded twice: what is not allowed there is denied too. Each layer is tested without the other, since
 * a hole in one would otherwise not show.
 */
import { COMMERCIAL } from "./emitted";
import { CUSTODIAN, DEPLOYER, GENERATOR, OTHERS, SIGNER } from "./every-action";
import { everythingAllowed, type Layer, nothingDenied } from "./layers";
import { documented, mark, variants } from "./matrix";
import { SIGNING_KEY } from "./operations";
import { ownCells, USES, WORKSPACE_KEY } from "./own-policies";

const ADMINISTRATORS = [...OTHERS, ...SIGNER, ...DEPLOYER];

/** What each use of the workspace's key is marked with, for everybody in a list; a use that is `–` is left out. */
async function uses(layer: Layer, actors: readonly string[]): Promise<Record<string, string[]>> {
  const judged = variants("imported", COMMERCIAL).map(layer);
  const found: Record<string, string[]> = {};
  for (const { where, action, operation } of await ownCells("imported")) {
    if (!where.startsWith(WORKSPACE_KEY)) continue;
    const marks = new Set<string>();
    for (const actor of actors) marks.add(await mark(judged, actor, operation));
    const cell = [...marks].join(" or ");
    const already = found[where] ?? [];
    found[where] = cell === "–" ? already : [...already, `${action.name}: ${cell}`];
  }
  return found;
}

const ALL = USES.map((name) => `${name}: yes`);
const SECRETS = ["its key", "its credentials", "the key of another user", "the credentials of another user"];
const OTHER_SECRETS = ["a key of another workspace", "a foreign secret"];
const DIRECTLY = ["for its key", "for its credentials", "as a trial"];

/** A row for each use of the workspace's key. */
const expected = (forSecrets: readonly string[], trial: readonly string[]) => ({
  ...Object.fromEntries(SECRETS.map((secret) => [`${WORKSPACE_KEY} for ${secret}`, forSecrets])),
  ...Object.fromEntries(OTHER_SECRETS.map((secret) => [`${WORKSPACE_KEY} for ${secret}`, []])),
  ...Object.fromEntries(DIRECTLY.map((what) => [`${WORKSPACE_KEY}, directly, ${what}`, []])),
  [`${WORKSPACE_KEY}, as a trial`]: trial,
});

test("once somebody allowed everything, Deny alone keeps the workspace's key to its secrets and Secrets Manager", async () => {
  expect(await uses(everythingAllowed, [...OTHERS, ...GENERATOR])).toEqual(expected(ALL, ALL));
});

describe("once somebody took every Deny away, the Allow statements alone", () => {
  test.each([
    ["whoever writes", [...GENERATOR, ...CUSTODIAN], "yes", "open"],
    ["a deployer", DEPLOYER, "–", "yes"],
    ["anybody else", [...OTHERS, ...SIGNER], "–", "open"],
  ])("keep it to them too: %s", async (_, actors, encrypts, tries) => {
    const forSecrets = ["Decrypt: yes", ...(encrypts === "yes" ? ["GenerateDataKey: yes"] : [])];
    const trial = [`Decrypt: ${tries}`, `GenerateDataKey: ${tries}`];
    expect(await uses(nothingDenied, actors)).toEqual(expected(forSecrets, trial));
  });

  test.each(ADMINISTRATORS)("let nobody but signers sign: %s", async (actor) => {
    const row = documented("The KMS key of a user of custody kms").get(actor);
    const judged = variants("kms", COMMERCIAL).map(nothingDenied);
    for (const [column, operation] of Object.entries(SIGNING_KEY)) {
      if (/delete|disable/.test(column)) continue;
      expect([column, await mark(judged, actor, operation)]).toEqual([column, row?.get(column)]);
    }
  });
});
