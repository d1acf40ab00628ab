/** Roles have the least that they need: all that their policies allow is written down here, by hand. */
import { ACTORS } from "./actors";
import { COMMERCIAL, type Custody, emit } from "./emitted";
import { ownPolicyAlone } from "./layers";
import { ownCells } from "./own-policies";
import { mayDo } from "./simulate";

const READ = ["DescribeSecret", "GetSecretValue"];
const LOAD = ["DescribeSecret", "PutSecretValue"];
const ENCRYPT = ["Decrypt", "GenerateDataKey"];

const SIGNER = "signer, with the policy of the registration";
const READER = "reader, with the policy of the registration";
const CUSTODIAN = "custodian, with the policy of the registration";
const GENERATOR = "generator, in its function";
const ELSEWHERE = "generator's credentials, used elsewhere";

const readsCredentials = {
  "its credentials": READ,
  "the workspace's key for its credentials": ["Decrypt"],
};
const loadsCredentials = {
  "its credentials": [...LOAD, "UpdateSecretVersionStage"],
  "the workspace's key for its credentials": ENCRYPT,
};
const encryptsKeys = {
  "the workspace's key for its key": ENCRYPT,
  "the workspace's key for the key of another user": ENCRYPT,
};

test.each<[Custody, string, Record<string, readonly string[]>]>([
  [
    "secrets-manager",
    SIGNER,
    { "its key": READ, "the workspace's key for its key": ["Decrypt"], ...readsCredentials },
  ],
  ["secrets-manager", READER, readsCredentials],
  ["secrets-manager", CUSTODIAN, loadsCredentials],
  [
    "secrets-manager",
    GENERATOR,
    {
      ...{ "its key": LOAD, "the key of another user": LOAD, ...encryptsKeys },
      // Whether credentials are stored, before their generation becomes current.
      "its credentials": ["DescribeSecret"],
      "the credentials of another user": ["DescribeSecret"],
    },
  ],
  ["secrets-manager", ELSEWHERE, encryptsKeys],
  [
    "imported",
    CUSTODIAN,
    { "its key": LOAD, "the workspace's key for its key": ENCRYPT, ...loadsCredentials },
  ],
  ["kms", SIGNER, { "its key": ["DescribeKey", "GetPublicKey", "Sign", "Verify"], ...readsCredentials }],
  ["kms", READER, readsCredentials],
])("custody %s: %s", async (custody, actorName, allowed) => {
  const emitted = ownPolicyAlone(
    emit({ custody, deployers: true, removalProtection: true, place: COMMERCIAL }),
  );
  const actor = ACTORS[actorName]?.(emitted);
  if (!actor) throw new Error(`${actorName}: no such row`);
  const found: Record<string, string[]> = {};
  for (const { where, action, operation } of await ownCells(custody)) {
    if (await mayDo(actor, operation(emitted))) found[where] = [...(found[where] ?? []), action.name];
  }
  expect(found).toEqual(allowed);
});
