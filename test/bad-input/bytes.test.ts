import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { stringify } from "yaml";
import { formatProblem, loadFleet } from "../../fleet";
import { forAll } from "./for-all";
import { USERS, WORKSPACE, writeFleet } from "./temporary-fleet";

const directory = writeFleet({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": USERS });

/** Workspaces, or problems: each on one line that names a file, a line, what is wrong, and the mend. */
function answers(file: "workspace" | "treasury", content: string | Uint8Array): void {
  writeFileSync(join(directory, "acme/workspace.yaml"), file === "workspace" ? content : WORKSPACE);
  writeFileSync(join(directory, "acme/treasury.yaml"), file === "treasury" ? content : USERS);
  const { workspaces, problems, warnings } = loadFleet(directory);
  expect(workspaces.length + problems.length).toBeGreaterThan(0);
  for (const problem of [...problems, ...warnings]) {
    const line = formatProblem(problem);
    expect(line).toMatch(/^[^\n]+:[1-9]\d*: [^\n]+[;,?] [^\n]+$/);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
}

function anywhere(content: string | Uint8Array): undefined {
  answers("workspace", content);
  answers("treasury", content);
}

describe("the loader answers, and never throws, for", () => {
  it("any bytes", () => {
    forAll(fc.uint8Array({ maxLength: 200 }), 100, anywhere);
  });

  it("any text", () => {
    forAll(fc.string({ unit: "binary", maxLength: 200 }), 100, anywhere);
  });

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
    forAll(text, 100, anywhere);
  });

  it("any values", () => {
    const value = fc
      .anything({ withNullPrototype: true, maxDepth: 4 })
      .map((each) => stringify({ users: each, tags: each, backend: { s3: each } }) ?? "");
    forAll(value, 100, anywhere);
  });

  it("any value under any key of a user", () => {
    const key = fc.constantFrom(
      "username",
      "role",
      "custody",
      "publicKey",
      "generation",
      "pending",
      "signers",
      "readers",
      "groups",
      "adminRules",
    );
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
    );
    const users = fc.array(fc.dictionary(key, value), { minLength: 1, maxLength: 4 });
    forAll(users, 100, (list) => {
      answers("treasury", JSON.stringify({ users: list }));
      return undefined;
    });
  });
});
