import fc from "fast-check";
import { JsonPath } from "../../../audit/detect/json-path";
import { expectNoPartOf, newKey, scan } from "../../support/keys/spellings";

const key = newKey();
const path = (input: string | Buffer) => scan(input).leaks[0]?.jsonPath;
const plan = {
  resource_changes: [{}, [1, "]"], { "a}": '"{' }, { change: { after: { secret_string: key.sec1 } } }],
};
const place = "resource_changes[3].change.after.secret_string";

test.each([
  ["on one line", JSON.stringify(plan)],
  ["indented", JSON.stringify(plan, undefined, 2)],
  [
    "in UTF-16 with a mark, as PowerShell redirects it",
    Buffer.from(`\uFEFF${JSON.stringify(plan)}`, "utf16le"),
  ],
  ["on a line of a log", `starting\n${JSON.stringify({ level: "info" })}\n${JSON.stringify(plan)}\n`],
  ["behind other output", `Terraform v1.11.4: ok\n${JSON.stringify(plan, undefined, 2)}\n`],
])("the path of a value is told in JSON %s", (_, input) => {
  expect(path(input)).toBe(place);
});

test("the path is told far into a large document", () => {
  const large = {
    resources: Array.from({ length: 20_000 }, (_, i) => ({
      id: `${i}`,
      value: i === 19_990 ? key.sec1 : "",
    })),
  };
  expect(path(JSON.stringify(large))).toBe("resources[19990].value");
});

test("names that are no identifiers are quoted", () => {
  expect(path(JSON.stringify({ outputs: { "settlement bot": [key.sec1] } }))).toBe(
    'outputs["settlement bot"][0]',
  );
});

test("no path is told where there is no JSON", () => {
  expect(path(`key = "${key.sec1}"`)).toBeUndefined();
  expect(path(`{ not JSON: ${key.sec1} }`)).toBeUndefined();
});

test("a key that is the name of a member does not get into the path", () => {
  for (const spelling of [...Object.values(key.spellings), key.scalar.toString("hex"), key.publicKey]) {
    const { leaks } = scan(JSON.stringify({ a: { [spelling]: { b: [key.sec1] } } }));
    expect(leaks.length).toBeGreaterThan(0);
    expectNoPartOf(key, JSON.stringify(leaks));
  }
});

test("any JSON is followed to its end", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (json) => {
      const follower = new JsonPath();
      const bytes = Buffer.from(`{"before":${json},"here":"`);
      follower.advance(bytes, 0, bytes.length);
      expect(follower.path).toBe("here");
    }),
  );
});
