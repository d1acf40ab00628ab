import * as fc from "fast-check";
import { stringify } from "yaml";
import { anyCharacter, forAll } from "../support/for-all";
import { USERS, WORKSPACE, writeFleet } from "../support/temporary-fleet";
import { load } from "./compile";
import { CONTROLS, hostileText } from "./hostile";

/** What need not even look like a fleet. Of each kind, so many inputs, each as `workspace.yaml` and as a user file. */
const EACH = 250;

const directory = writeFleet({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": USERS });

function anywhere(content: string | Uint8Array): undefined {
  load(directory, content, USERS);
  load(directory, WORKSPACE, content);
}

describe(`the loader answers, and never throws, for ${EACH} times`, () => {
  it("any bytes", () => forAll(fc.uint8Array({ maxLength: 200 }), EACH, anywhere));

  it("any text", () => forAll(fc.string({ unit: anyCharacter, maxLength: 200 }), EACH, anywhere));

  it("any text of YAML's own characters", () => {
    const piece = fc.constantFrom(
      ...[
        "- ",
        ": ",
        "\n",
        "  ",
        "\t",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a ",
        "*a",
        "!!str ",
        "!x ",
        "|\n",
        ">-\n",
        "? ",
      ],
      ...[
        "'",
        '"',
        "#",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "<<",
        "users",
        "username",
        "role",
        "region",
        "~",
        "0",
        "\r",
      ],
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    forAll(text, EACH, anywhere);
  });

  it("any values", () => {
    const value = fc
      .anything({ withNullPrototype: true, maxDepth: 4 })
      .map((each) => stringify({ users: each, tags: each, backend: { s3: each } }) ?? "");
    forAll(value, EACH, anywhere);
  });

  it("hostile text without quotes", () => {
    forAll(hostileText, EACH, (text) => {
      load(directory, `${WORKSPACE}apiUrl: ${text}\n`, USERS.replace("settlement bot", text));
      load(directory, `${WORKSPACE}${text}: x\n`, USERS.replace("role:", `${text}:`));
      return undefined;
    });
  });
});

it(`of ${CONTROLS.length} control characters each is refused in every text, and shown as its number`, () => {
  for (const control of CONTROLS) {
    const written = JSON.stringify(`a${control}b`);
    const { problems } = load(
      directory,
      `account: ${written}\nregion: ${written}\ndeployers: [${written}]\nalertEmails: [${JSON.stringify(`a${control}@b.example`)}]\n` +
        `tags: {${written}: x, z: ${written}}\nbackend: {s3: {bucket: ${written}}}\nrolePath: ${written}\napiUrl: ${JSON.stringify(`https://a/${control}`)}\n`,
      `users:\n- username: ${written}\n  role: ${written}\n  custody: ${written}\n  signers: [${written}]\n  groups: [${written}]\n`,
    );
    // Line breaks and tabs may be meant in a backend's settings; no-one can tell a separator that is seen.
    expect([control, problems.length]).toEqual([control, /[\n\t\u2028\u2029]/.test(control) ? 13 : 14]);
  }
});
