/**
 * docs/permissions.md, cell by cell: each is judged by the policies that synthesis emits. A row that fails shows the
 * columns whose cell the policies no longer make true.
 */
import { ACTORS } from "./actors";
import { COMMERCIAL, type Place } from "./emitted";
import { documented, mark, TABLES, type Table, variants } from "./matrix";

async function evaluated(table: Table, actor: string, place: Place) {
  const { custody, operations, generations } = table;
  const emitted = variants(custody, place, generations);
  const row: Record<string, string> = {};
  for (const [column, operation] of Object.entries(operations)) {
    row[column] = await mark(emitted, actor, operation);
  }
  return row;
}

describe.each(TABLES)("docs/permissions.md, $heading", (table) => {
  const rows = documented(table.heading);

  test("has a row for everybody and a column for everything that is judged", () => {
    expect([...rows.keys()]).toEqual(Object.keys(ACTORS));
    for (const cells of rows.values()) expect([...cells.keys()]).toEqual(Object.keys(table.operations));
  });

  test.each(Object.keys(ACTORS))("%s", async (actor) => {
    expect(await evaluated(table, actor, COMMERCIAL)).toEqual(Object.fromEntries(rows.get(actor) ?? []));
  });
});

const ELSEWHERE: readonly Place[] = [
  { partition: "aws-us-gov", region: "us-gov-west-1", dnsSuffix: "amazonaws.com" },
  { partition: "aws-cn", region: "cn-north-1", dnsSuffix: "amazonaws.com.cn" },
];

describe.each(ELSEWHERE)("in the partition $partition", (place) => {
  test.each([
    "signer, with the policy of the registration",
    "reader, with the policy of the registration",
    "custodian, with the policy of the registration",
    "deployer, with the policy of docs/deployer.md",
    "generator, in its function",
    "administrator of the account, a role",
    "signer of a signer account, with the policy of the registration",
  ])("%s has the same permissions", async (actor) => {
    for (const table of TABLES) {
      const row = documented(table.heading).get(actor) ?? [];
      expect(await evaluated(table, actor, place)).toEqual(Object.fromEntries(row));
    }
  });
});
