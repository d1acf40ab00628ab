/** Stacks of this package with every option, from which ours.json is made. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type App, TerraformStack, Testing } from "cdktf";
import {
  ApiUser,
  ApiUserRole,
  KeyCustody,
  LedgerWorkspace,
  type LedgerWorkspaceProps,
  RoleWatch,
  WorkspaceTrail,
} from "../../../constructs";
import type { UserDeclaration, WorkspaceDeclaration } from "../../../fleet/declarations";
import { addStacks } from "../../../fleet/stacks";
import { partitionOf } from "../../../rules/partitions";
import { PUBLIC_KEY } from "../keys/public-key";
import { rfc6979 } from "../keys/vectors";

/** What differs between two stacks with the same options. */
export interface Variant {
  readonly workspace: string;
  readonly account: string;
  readonly region: string;
  /** In values that may be anything. */
  readonly mark: string;
  /** How many there are of what there may be several. */
  readonly several: number;
}

export const VARIANTS: readonly Variant[] = [
  { workspace: "qxworkspace", account: "770000000001", region: "ap-southeast-3", mark: "a", several: 1 },
  { workspace: "qyworkspace", account: "770000000002", region: "cn-northwest-1", mark: "b", several: 2 },
];

/** What reaches a stack. The files that are taken have it already. */
type Options = Omit<
  WorkspaceDeclaration,
  "name" | "file" | "files" | "account" | "region" | "backend" | "users" | "accountMap" | "publicKeys"
>;

/** In names that may be any name. shapes.ts has marks for them. */
export const ANY = {
  name: "qany",
  user: "quser",
  path: "/qpath/",
  generation: 8642,
  days: 987654321,
} as const;

/** Every option of a workspace, with a value of the variant's. The compiler sees to it that none is missing. */
const allOptions = ({ account, region, mark, several }: Variant): Required<Options> => {
  const partition = partitionOf(region);
  const list = (of: (index: number) => string) => Array.from({ length: several }, (_, index) => of(index));
  return {
    deployers: list((i) => `arn:${partition}:iam::${account}:role/deployer-${mark}${i}`),
    custodians: list((i) => `arn:${partition}:iam::${account}:role/custodian-${mark}${i}`),
    signerAccounts: list((i) => `88000000000${i + (mark === "a" ? 1 : 5)}`),
    alertEmails: list((i) => `${mark}${i}@acme.example`),
    tags: { [mark]: mark },
    permissionsBoundary: `arn:${partition}:iam::${account}:policy/${ANY.name}`,
    rolePath: ANY.path,
    removalProtection: false,
    recoveryWindowInDays: 29,
    allowUsers: true,
    alerts: false,
    alertTopic: `arn:${partition}:sns:${region}:${account}:${ANY.name}`,
    logKmsKey: `arn:${partition}:kms:${region}:${account}:key/${ANY.name}`,
    vpc: { subnetIds: list((i) => `subnet-${mark}${i}`), securityGroupIds: list((i) => `sg-${mark}${i}`) },
    codeSigningConfig: `arn:${partition}:lambda:${region}:${account}:code-signing-config:csc-${ANY.name}${"0".repeat(13)}`,
    apiUrl: `https://${mark}.example`,
    lookedInto: [],
  };
};

/** Sets of options between which the statements of a policy differ. Without alerts no key waits for them: no stack is ours then until somebody has looked. */
const optionSets = (variant: Variant): Partial<Options>[] => {
  const { alerts: _, ...all } = allOptions(variant);
  const { deployers, custodians, alertEmails, alertTopic, tags, removalProtection, vpc } = all;
  return [
    { deployers, custodians, alertEmails, tags },
    {},
    all,
    ...[{ deployers }, { deployers, alertTopic }, { deployers, removalProtection }, { removalProtection }],
    { vpc },
    // Without a recovery window, which other windows differ from in their number alone.
    ...[{ deployers, custodians }, { deployers }, {}].map((roles) => ({
      ...{ ...roles, removalProtection, recoveryWindowInDays: 0 },
    })),
  ];
};

/** Of these, how many an app of one's own has, too. */
const OWN = 3;

const DEFAULTS: Options = {
  ...{ deployers: [], custodians: [], signerAccounts: [], alertEmails: [], tags: {}, lookedInto: [] },
  ...{ rolePath: "/", removalProtection: true, recoveryWindowInDays: 30, allowUsers: false, alerts: true },
};

/** Of P-256 itself: a public key as any other. */
const BASE_POINT =
  "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

/** Users of each custody, with as many signers and readers as there may be, and with none. */
function usersOf(variant: Variant, options: Partial<Options>): UserDeclaration[] {
  const { account, region, mark, several: most } = variant;
  const role = (name: string) => `arn:${partitionOf(region)}:iam::${account}:role/${name}-${mark}`;
  const [pinned, pinnedToo, pinnedBefore] =
    mark === "a" ? [PUBLIC_KEY, rfc6979.publicKey, BASE_POINT] : [BASE_POINT, rfc6979.publicKey, PUBLIC_KEY];
  const each = (username: string, more: Partial<UserDeclaration>): UserDeclaration[] =>
    [0, most].map((count) => ({
      ...{ username: `${ANY.user}${username}${count}`, awsName: `${ANY.user}${username}${count}`, line: 1 },
      ...{ generations: { [ANY.generation]: "current" }, generation: ANY.generation, groups: [mark] },
      ...(most > 1
        ? { role: "administrator", accountRules: [], adminRules: [mark] }
        : { role: "operator", accountRules: [mark], adminRules: [] }),
      signers: Array.from({ length: count }, (_, i) => role(`signer${i}`)),
      readers: Array.from({ length: count }, (_, i) => role(`reader${i}`)),
      ...more,
    })) as UserDeclaration[];
  // One of each custody moves.
  const moving = (users: UserDeclaration[]) => [...users, ...users.slice(0, 1).map(movingOne)];
  const movingOne = (user: UserDeclaration): UserDeclaration => ({
    ...user,
    ...{
      username: `${user.username.slice(0, -1)}9`,
      awsName: `${user.awsName.slice(0, -1)}9`,
      movedFrom: mark,
    },
  });
  const first = { generations: { 1: "current" }, generation: 1 } as const;
  const [old, now, next] = [ANY.generation - 1, ANY.generation, ANY.generation + 1];
  const several = { generations: { [old]: "retired", [now]: "current", [next]: "pending" } } as const;
  const keys = { [old]: pinnedBefore, [now]: pinned, [next]: pinnedToo };
  return [
    ...moving(each("s", { custody: "secrets-manager" })),
    ...each("t", { custody: "secrets-manager", ...first }),
    ...moving(each("u", { custody: "secrets-manager", ...several })),
    ...moving(each("k", { custody: "kms" })),
    ...each("l", { custody: "kms", ...first }),
    ...moving(each("v", { custody: "kms", ...several })),
    ...each("q", { custody: "kms", ...several, publicKeys: { [now]: pinned } }),
    // An alert names every key: what it says is one thing more in one of the variants.
    ...(most > 1 ? each("m", { custody: "kms" }) : []),
    ...moving(each("p", { custody: "kms", publicKey: pinned })),
    // Somebody has to load it.
    ...(options.custodians
      ? [
          ...moving(each("i", { custody: "imported", publicKey: pinned })),
          ...each("j", { custody: "imported", publicKey: pinned, ...first }),
          ...moving(each("w", { custody: "imported", publicKeys: keys, ...several })),
        ]
      : []),
  ];
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON has the shape that the resources give it
export type Synthesized = any;

/** For each set of options, the stacks of a variant. */
export function* samplesOf(variant: Variant): Generator<Synthesized[]> {
  for (const [index, options] of optionSets(variant).entries())
    yield synthesized((app) => {
      const { workspace: name, region, account, mark } = variant;
      const users = usersOf(variant, options);
      const file = { name: mark, stackName: ANY.name, file: "f", region, users };
      addStacks(app, {
        ...{ ...DEFAULTS, ...options, name, account, region, file: "w", files: [file] },
        backend: undefined,
      });
      if (index >= OWN) return;
      ownStack(app, "placed", variant, options, { account, region });
      ownStack(app, "unplaced", variant, options);
    });
}

/** An app of one's own: all in one stack. */
function ownStack(
  app: App,
  id: string,
  variant: Variant,
  options: Partial<Options>,
  place: { readonly account?: string; readonly region?: string } = {},
): void {
  const { workspace: name, account, region, mark, several } = variant;
  const stack = new TerraformStack(app, `${ANY.name}-${id}`);
  new AwsProvider(stack, "aws", { region, allowedAccountIds: [account] });
  const days = several > 1 ? 731 : 1096;
  const props: LedgerWorkspaceProps = {
    ...{ ...options, ...place, name, keyGenerator: true },
    ...(place.account === undefined && { logRetentionInDays: days, journalRetentionInDays: days }),
  };
  const workspace = new LedgerWorkspace(stack, "Workspace", props);
  for (const user of usersOf(variant, options)) {
    const { username, role, custody, publicKey, publicKeys, signers, readers, generations, ...more } = user;
    const declared = publicKeys === undefined ? { publicKey } : { publicKeys };
    new ApiUser(stack, `user-${username}`, {
      ...{ workspace, username, signers, readers, generations, role: ApiUserRole.of(role) },
      assignments: { groups: more.groups, accountRules: more.accountRules, adminRules: more.adminRules },
      custody:
        custody === "kms"
          ? KeyCustody.kms(declared)
          : custody === "imported"
            ? KeyCustody.imported(declared)
            : KeyCustody.secretsManager(),
    });
  }
  const chosen = Object.keys(options).length > 0;
  new WorkspaceTrail(stack, "Trail", {
    ...(chosen && { name: `trail-${ANY.name}`, retentionInDays: ANY.days, tags: { [mark]: mark } }),
    ...(options.logKmsKey && { kmsKey: options.logKmsKey, multiRegion: false }),
  });
  const watched = new TerraformStack(app, `${ANY.name}-watch-${id}`);
  new AwsProvider(watched, "aws", {
    region: mark === "a" ? "us-east-1" : "cn-north-1",
    allowedAccountIds: [account],
  });
  new RoleWatch(watched, "Roles", {
    workspace: name,
    roles: Array.from(
      { length: several },
      (_, i) => `arn:${partitionOf(region)}:iam::${account}:role/${mark}${i}`,
    ),
    deployers: options.deployers,
    alertEmails: options.alertEmails,
    alertTopic: options.alertTopic,
    removalProtection: options.removalProtection,
    tags: options.tags,
  });
}

export function synthesized(build: (app: App) => void): Synthesized[] {
  const outdir = mkdtempSync(join(tmpdir(), "samples-"));
  try {
    const app = Testing.app({ outdir });
    build(app);
    app.synth();
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    return Object.values<{ synthesizedStackPath: string }>(stacks).map(({ synthesizedStackPath }) =>
      JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8")),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
