/**
 * Takes out of the emitted policies what a slip could take out, one at a time, and looks whether an answer changes that a test
 * of this folder expects. What changes none is not tested: write the operation into operations.ts, or the row into the page.
 */
import * as ACTION_LISTS from "../../constructs/policies/actions";
import { ACTORS, type Actor } from "./actors";
import { COMMERCIAL, type Custody, type Emitted, emit, type Policy } from "./emitted";
import {
  type Action,
  type Column,
  DEPLOYER,
  GENERATOR,
  KMS_KEYS,
  OTHERS,
  SECRETS,
  TOPIC,
  TOPIC_KEY,
} from "./every-action";
import { everythingAllowed, type Layer, nothingDenied, ownPolicyAlone } from "./layers";
import { TABLES, variants } from "./matrix";
import type { Operation } from "./operations";
import { type OwnCell, ownCells, WORKSPACE_KEY } from "./own-policies";
import { type Mutant, mutantsOf } from "./policy-mutants";
import {
  ALERTS,
  DELETE_TOPIC_KEY_SOON,
  EVENT_BRIDGE,
  GENERATOR_ROLE,
  IN_THE_FUNCTION,
  LOG_DELIVERY,
  NOT_IN_THE_FUNCTION,
  type ServiceCell,
} from "./services";
import { mayDo } from "./simulate";

/** An answer that a test of this folder expects. */
interface Cell {
  readonly layer?: Layer;
  readonly actor: (emitted: Emitted) => Actor;
  readonly operation: Operation;
}

const named = (actor: string) => {
  const make = ACTORS[actor];
  if (!make) throw new Error(`${actor}: no such row`);
  return make;
};
const REGISTERED = Object.keys(ACTORS).filter((actor) =>
  /with the policy of the registration|in its function|used elsewhere/.test(actor),
);
const own = new Map<Custody, OwnCell[]>();

beforeAll(async () => {
  for (const custody of ["secrets-manager", "imported", "kms"] as const)
    own.set(custody, await ownCells(custody));
});

/** The cells of every-action.process.test.ts. */
function everyAction(custody: Custody, action: Action): Cell[] {
  const columns: Readonly<Record<Action["service"], readonly Column[]>> = {
    secretsmanager: SECRETS.flatMap((secret) => secret.columns),
    kms: [...KMS_KEYS, ...TOPIC_KEY],
    sns: TOPIC,
  };
  return (columns[action.service] ?? []).flatMap((column) => {
    if (column.custody !== custody) return [];
    const operation = column.make(action);
    const cell = (actor: string, layer?: Layer): Cell => ({ layer, actor: named(actor), operation });
    return [
      ...column.actors.map((actor) => cell(actor)),
      ...[...column.actors, ...(column.onceAllowed ?? [])].map((actor) => cell(actor, everythingAllowed)),
    ];
  });
}

/** The cells of own-policies.test.ts and layers.test.ts. */
function layered(custody: Custody, { service, name }: Action): Cell[] {
  const cells =
    own.get(custody)?.filter(({ action }) => action.name === name && action.service === service) ?? [];
  return cells.flatMap(({ where, operation }) => [
    ...REGISTERED.map((actor): Cell => ({ layer: ownPolicyAlone, actor: named(actor), operation })),
    ...(custody === "imported" && where.startsWith(WORKSPACE_KEY) ? [...OTHERS, ...GENERATOR] : []).flatMap(
      (actor): Cell[] => [
        { layer: everythingAllowed, actor: named(actor), operation },
        { layer: nothingDenied, actor: named(actor), operation },
      ],
    ),
  ]);
}

/** The cells of the matrix, and of layers.test.ts. */
function matrix(custody: Custody, action: string, emitted: Emitted): Cell[] {
  const judgeable = TABLES.filter(
    (table) =>
      table.custody === custody && (table.generations === undefined || emitted.currentArn !== undefined),
  );
  return judgeable.flatMap(({ operations }) =>
    Object.values(operations)
      .filter((operation) => operation(emitted).some((call) => call.action === action))
      .flatMap((operation) =>
        Object.values(ACTORS).flatMap((actor): Cell[] => [
          { actor, operation },
          ...(custody === "kms" ? [{ layer: nothingDenied, actor, operation }] : []),
        ]),
      ),
  );
}

/** The cells of services.test.ts. */
function services(action: string, emitted: Emitted): Cell[] {
  const asks = (
    cells: readonly ServiceCell[],
    actors: readonly (((emitted: Emitted) => Actor) | undefined)[],
  ) =>
    cells.flatMap(({ call }) =>
      call(emitted).action === action
        ? actors.flatMap((actor) => (actor ? [{ actor, operation: (of: Emitted) => [call(of)] }] : []))
        : [],
    );
  return [
    ...asks(ALERTS, [() => EVENT_BRIDGE, () => LOG_DELIVERY]),
    ...asks(GENERATOR_ROLE, [IN_THE_FUNCTION, NOT_IN_THE_FUNCTION]),
    ...DEPLOYER.filter(() => action === "kms:ScheduleKeyDeletion").map((actor) => ({
      actor: named(actor),
      operation: DELETE_TOPIC_KEY_SOON,
    })),
  ];
}

function* cellsOf(custody: Custody, action: string, emitted: Emitted): Generator<Cell> {
  const [service, name = ""] = action.split(":");
  yield* services(action, emitted);
  yield* everyAction(custody, { service, name } as Action);
  yield* layered(custody, { service, name } as Action);
  yield* matrix(custody, action, emitted);
}

async function isKilled(custody: Custody, { actions }: Mutant, right: Emitted, wrong: Emitted) {
  for (const action of actions
    .filter((each) => each !== OF_NO_SECRET)
    .flatMap((each) => EXAMPLES[each] ?? [each]))
    for (const { layer = (emitted: Emitted) => emitted, actor, operation } of cellsOf(
      custody,
      action,
      right,
    )) {
      const expected = await mayDo(actor(right), operation(layer(right)));
      if ((await mayDo(actor(wrong), operation(layer(wrong)))) !== expected) return true;
    }
  return false;
}

/** An action for each that is written with a wildcard. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  "kms:GenerateDataKey*": ["kms:GenerateDataKey"],
};

type PolicyName = Exclude<
  { [Name in keyof Emitted]: Emitted[Name] extends Policy | undefined ? Name : never }[keyof Emitted],
  undefined
>;

const POLICIES: readonly (readonly [Custody, PolicyName])[] = [
  ["secrets-manager", "keyPolicy"],
  ["secrets-manager", "credentialsPolicy"],
  ["secrets-manager", "currentPolicy"],
  ["secrets-manager", "generatorPolicy"],
  ["secrets-manager", "signerPolicy"],
  ["secrets-manager", "readerPolicy"],
  ["secrets-manager", "custodianPolicy"],
  ["secrets-manager", "journalPolicy"],
  ["imported", "keyPolicy"],
  ["imported", "workspaceKeyPolicy"],
  ["imported", "custodianPolicy"],
  ["kms", "keyPolicy"],
  ["kms", "signerPolicy"],
  ["kms", "topicPolicy"],
  ["kms", "topicKeyPolicy"],
];

const TWO = { 1: "previous", 2: "current" } as const;

const inNetwork = () =>
  emit({
    custody: "secrets-manager",
    deployers: true,
    removalProtection: true,
    place: COMMERCIAL,
    vpc: true,
    generations: TWO,
  });

const judged = (custody: Custody, name: PolicyName) =>
  name === "generatorPolicy"
    ? [inNetwork()]
    : variants(custody, COMMERCIAL, name === "currentPolicy" ? TWO : undefined);

/**
 * What changes nothing in AWS. In their own account, signers and readers need no Allow of a secret's policy, since their own
 * policies suffice; it is there for people who read the policy, and for signers of other accounts. A topic's policy is about
 * that topic only.
 */
const EQUIVALENT = [
  /^Signers(AndReaders)?Read: Principal arn:aws:iam::123456789012:root$/,
  /^Signers(AndReaders)?Read: ArnEquals aws:PrincipalArn arn:aws:iam::123456789012:role\/(settlement|reporting)$/,
  /^(EventBridgePublishesAlerts|OnlyDeployersAdminister): Resource$/,
];

/** By AWS's reference, no secret's policy is asked for it. That it is denied all the same, every-action.process.test.ts says. */
const OF_NO_SECRET = "secretsmanager:BatchGetSecretValue";

const taken = new Set<string>();

jest.setTimeout(600_000);

test.each(POLICIES)("custody %s, %s: nothing in it can be taken out unnoticed", async (custody, name) => {
  const survivors = new Set<string>();
  const killed = new Set<string>();
  for (const right of judged(custody, name)) {
    const policy = right[name];
    if (!policy) throw new Error(`${name}: is not emitted`);
    for (const mutant of mutantsOf(policy)) {
      for (const action of mutant.actions) taken.add(action);
      if (mutant.actions.every((action) => action === OF_NO_SECRET)) continue;
      if (killed.has(mutant.name) || EQUIVALENT.some((each) => each.test(mutant.name))) continue;
      const wrong = { ...right, [name]: mutant.policy };
      ((await isKilled(custody, mutant, right, wrong)) ? killed : survivors).add(mutant.name);
    }
  }
  const unnoticed = [...survivors].filter((mutant) => !killed.has(mutant));
  expect(unnoticed).toEqual([]);
  expect(killed.size).toBeGreaterThan(2);
});

test("each action of each list in actions.ts is in one of these policies", () => {
  for (const [list, actions] of Object.entries(ACTION_LISTS))
    expect([list, actions.filter((action) => !taken.has(action))]).toEqual([list, []]);
});
