/**
 * Published mistakes of such policies, made in what synthesis emits: each changes a cell of the matrix, and so fails
 * docs/permissions.md's test. `cell` is one that it must change, with what it becomes.
 */
import { ACTORS } from "./actors";
import {
  COMMERCIAL,
  type Custody,
  type Emitted,
  emit,
  type Policy,
  roleArn,
  type Statement,
} from "./emitted";
import { TABLES } from "./matrix";
import { mayDo } from "./simulate";

const statement = ({ Statement }: Policy, sid: string): Statement => {
  const found = Statement.find(({ Sid }) => Sid === sid);
  if (!found) throw new Error(`no statement ${sid}: has it another name now?`);
  return found;
};
const remove = (policy: Policy, sid: string) => {
  policy.Statement.splice(policy.Statement.indexOf(statement(policy, sid)), 1);
};
const accountMay = (action: string): Statement => ({
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:root" },
  Action: action,
  Resource: "*",
});
const SIGNER = roleArn(COMMERCIAL, "settlement");

interface Mistake {
  readonly mistake: string;
  readonly custody?: Custody;
  readonly unprotected?: boolean;
  /** What somebody added to the policies before, to no effect, since a Deny wins. */
  readonly before?: (emitted: Emitted) => void;
  readonly make: (emitted: Emitted) => void;
  /** Table, row, column, and what is true of it once the mistake is made. */
  readonly cell: readonly [table: string, row: string, column: string, allowed: boolean];
}

const SECRET = "The secret of a key in Secrets Manager";
const CREDENTIALS = "The secret of a user's credentials";
const IMPORTED = "The secret of an imported key";
const SIGNING_KEY = "The KMS key of a user of custody kms";
const WORKSPACE_KEY = "The KMS key that encrypts a workspace's secrets";
const ADMINISTRATOR = "administrator of the account, a role";

const MISTAKES: readonly Mistake[] = [
  {
    mistake: "anybody is a signer: Principal * without a condition",
    make: ({ keyPolicy }) => {
      Object.assign(statement(keyPolicy, "SignersRead"), { Principal: "*", Condition: undefined });
      remove(keyPolicy, "OnlySignersRead");
    },
    cell: [SECRET, "role that may read every secret", "read key", true],
  },
  {
    mistake: "signers are allowed and nobody is denied",
    make: ({ keyPolicy }) => remove(keyPolicy, "OnlySignersRead"),
    cell: [SECRET, ADMINISTRATOR, "read key", true],
  },
  {
    mistake: "a wildcard in ArnNotEquals, which is ArnNotLike",
    make: ({ keyPolicy }) => {
      statement(keyPolicy, "OnlySignersRead").Condition = {
        ArnNotEquals: { "aws:PrincipalArn": `${SIGNER}*` },
      };
    },
    cell: [SECRET, "role whose name begins like the signer's", "read key", true],
  },
  {
    mistake: "a Deny by StringNotEquals on a key that requests do not have",
    make: ({ keyPolicy }) => {
      statement(keyPolicy, "OnlySignersRead").Condition = { StringNotEquals: { "aws:SourceArn": SIGNER } };
    },
    cell: [SECRET, "signer, with the policy of the registration", "read key", false],
  },
  {
    mistake: "a Deny by NotPrincipal of a role, which its sessions are not",
    make: ({ keyPolicy }) => {
      const deny = statement(keyPolicy, "OnlySignersRead");
      Object.assign(deny, { Principal: undefined, Condition: undefined, NotPrincipal: { AWS: SIGNER } });
    },
    cell: [SECRET, "signer of a signer account, with the policy of the registration", "read key", false],
  },
  {
    mistake: "the Deny of writing without the generator's exception",
    make: ({ keyPolicy }) => {
      delete statement(keyPolicy, "OnlyWritersWrite").Condition;
    },
    cell: [SECRET, "generator, in its function", "write key", false],
  },
  {
    mistake: "the generator, too, may write imported keys",
    custody: "imported",
    make: ({ keyPolicy }) => remove(keyPolicy, "OnlyWritersWrite"),
    cell: [IMPORTED, "generator whose role was widened to an administrator's", "write key", true],
  },
  {
    mistake: "the generator's role works for whoever has its credentials",
    make: ({ generatorPolicy }) => {
      delete statement(generatorPolicy, "WriteKeysNeverRead").Condition;
    },
    cell: [SECRET, "generator's credentials, used elsewhere", "write key", true],
  },
  {
    mistake: "the lock can be taken off",
    make: ({ keyPolicy }) => remove(keyPolicy, "NobodyUpdatesRotatesReplicatesOrUnlocks"),
    cell: [SECRET, ADMINISTRATOR, "delete policy", true],
  },
  {
    mistake: "the lock is a resource of its own, and destroyed before the secret",
    make: (emitted) => {
      emitted.keyPolicy = { Version: "2012-10-17", Statement: [accountMay("secretsmanager:DescribeSecret")] };
    },
    cell: [SECRET, ADMINISTRATOR, "read key", true],
  },
  {
    mistake: "a secret without protection can be deleted at once",
    unprotected: true,
    make: ({ keyPolicy }) => remove(keyPolicy, "NobodyDeletesAtOnce"),
    cell: [SECRET, "deployer that is an administrator", "delete at once", true],
  },
  {
    mistake: "anybody may change the lock",
    make: ({ keyPolicy }) => remove(keyPolicy, "OnlyDeployersAdminister"),
    cell: [SECRET, ADMINISTRATOR, "change policy", true],
  },
  {
    mistake: "the account of a foreign signer is not named",
    make: ({ keyPolicy }) => {
      statement(keyPolicy, "SignersRead").Principal = { AWS: "arn:aws:iam::123456789012:root" };
    },
    cell: [SECRET, "signer of a signer account, with the policy of the registration", "read key", false],
  },
  {
    mistake: "credentials are readable by whoever the account's policies allow",
    make: ({ credentialsPolicy }) => remove(credentialsPolicy, "OnlySignersAndReadersRead"),
    cell: [CREDENTIALS, "role that may read every secret", "read credentials", true],
  },
  {
    mistake: "readers are put among those who read the key",
    make: ({ keyPolicy }) => {
      const reader = [SIGNER, roleArn(COMMERCIAL, "reporting")];
      statement(keyPolicy, "OnlySignersRead").Condition = { ArnNotEquals: { "aws:PrincipalArn": reader } };
    },
    cell: [SECRET, "reader that is an administrator", "read key", true],
  },
  {
    mistake: "deployers, too, may write credentials",
    before: ({ workspaceKeyPolicy }) => workspaceKeyPolicy.Statement.push(accountMay("kms:GenerateDataKey")),
    make: ({ credentialsPolicy }) => remove(credentialsPolicy, "OnlyWritersWrite"),
    cell: [CREDENTIALS, "deployer that is an administrator", "write credentials", true],
  },
  {
    mistake: "the KMS key works without Secrets Manager: no kms:ViaService",
    make: ({ workspaceKeyPolicy }) => {
      remove(workspaceKeyPolicy, "NobodyUsesDirectly");
      delete statement(workspaceKeyPolicy, "SecretsManagerDecryptsForItsCallers").Condition?.["StringLike"]?.[
        "kms:ViaService"
      ];
    },
    cell: [WORKSPACE_KEY, ADMINISTRATOR, "decrypt directly", true],
  },
  {
    mistake: "the KMS key works for any secret: no kms:EncryptionContext",
    make: ({ workspaceKeyPolicy }) => {
      remove(workspaceKeyPolicy, "NobodyUsesForOtherSecrets");
      delete statement(workspaceKeyPolicy, "SecretsManagerDecryptsForItsCallers").Condition?.["StringLike"]?.[
        "kms:EncryptionContext:SecretARN"
      ];
    },
    cell: [WORKSPACE_KEY, ADMINISTRATOR, "decrypt for another secret", true],
  },
  {
    mistake: "the console's default, kms:* for the account, and no Deny of direct use",
    before: ({ workspaceKeyPolicy }) => workspaceKeyPolicy.Statement.push(accountMay("kms:*")),
    make: ({ workspaceKeyPolicy }) => remove(workspaceKeyPolicy, "NobodyUsesDirectly"),
    cell: [WORKSPACE_KEY, ADMINISTRATOR, "decrypt directly", true],
  },
  {
    mistake: "grants are not denied",
    custody: "kms",
    before: ({ keyPolicy }) => keyPolicy.Statement.push(accountMay("kms:*")),
    make: ({ keyPolicy }) => remove(keyPolicy, "NobodyGrants"),
    cell: [SIGNING_KEY, ADMINISTRATOR, "create a grant", true],
  },
  {
    mistake: "signing is allowed to signers, and denied to nobody",
    custody: "kms",
    before: ({ keyPolicy }) => keyPolicy.Statement.push(accountMay("kms:*")),
    make: ({ keyPolicy }) => remove(keyPolicy, "OnlySignersSign"),
    cell: [SIGNING_KEY, ADMINISTRATOR, "sign", true],
  },
  {
    mistake: "a protected KMS key can be disabled",
    custody: "kms",
    make: ({ keyPolicy }) => remove(keyPolicy, "NobodyDeletes"),
    cell: [SIGNING_KEY, "deployer that is an administrator", "disable", true],
  },
];

test.each(MISTAKES)("is caught: $mistake", async ({
  custody = "secrets-manager",
  unprotected,
  before,
  make,
  cell,
}) => {
  const [heading, row, column, allowed] = cell;
  const right = emit({ custody, deployers: true, removalProtection: !unprotected, place: COMMERCIAL });
  before?.(right);
  const wrong = structuredClone(right);
  make(wrong);
  const operation = TABLES.find((table) => table.heading === heading)?.operations[column];
  const actor = ACTORS[row];
  if (!operation || !actor) throw new Error(`${row}, ${column}: no such cell`);
  expect(await mayDo(actor(right), operation(right))).toBe(!allowed);
  expect(await mayDo(actor(wrong), operation(wrong))).toBe(allowed);
});
