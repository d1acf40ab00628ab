import { DOCUMENTS } from "../../fleet/yaml/schema";
import { apiUrlProblem, emailProblem } from "../../rules/formats";
import { isUsername, nameProblem, usernameProblem } from "../../rules/user-names";

/** All of Unicode's characters that are drawn as nothing. */
const IGNORABLE = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /\p{Default_Ignorable_Code_Point}/u.test(character));

const { definitions } = DOCUMENTS["users.schema.json"];
const patterns = [definitions["user"]?.properties?.["username"], definitions["assignment"]].map(
  (schema) => new RegExp(schema?.pattern ?? "", "u"),
);

test("no name has a character that is drawn as nothing, wherever it stands", () => {
  expect(IGNORABLE.length).toBeGreaterThan(4000);
  expect(IGNORABLE).toEqual(expect.arrayContaining(["\u3164", "\ufe0f", "\u034f", "\u115f", "\u{e0100}"]));
  const taken = IGNORABLE.filter((character) =>
    [character, `${character}pay bot`, `pay${character}bot`, `pay bot${character}`].some(
      (name) =>
        isUsername(name) ||
        !usernameProblem(name) ||
        !nameProblem(name) ||
        patterns.some((each) => each.test(name)),
    ),
  );
  expect(taken).toEqual([]);
});

test("nor has an address of the API, or for alerts", () => {
  const taken = IGNORABLE.filter(
    (each) => !apiUrlProblem(`https://api${each}.example`) || !emailProblem(`night${each}@acme.example`),
  );
  expect(taken).toEqual([]);
});
