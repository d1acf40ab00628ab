import * as fc from "fast-check";
import { generateKeyPair } from "../../keys";
import { identityIn } from "../../ledger-api/identity";
import { anyCharacter, forAll } from "../support/for-all";

const { publicKey } = generateKeyPair();
const token = (payload: unknown) =>
  `e30.${Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)).toString("base64url")}.x`;

test.each<[string, unknown, object]>([
  [
    "as in Ledger's example",
    { pub_key: publicKey.toUpperCase(), workspace: "minivault" },
    { publicKey, workspace: "minivault" },
  ],
  ["the key alone", { pub_key: publicKey, sub: "x" }, { publicKey }],
  ["the workspace alone", { workspace: "minivault" }, { workspace: "minivault" }],
  ["neither", { sub: "x" }, {}],
  ["a key of another form than text", { pub_key: [publicKey], workspace: 7 }, {}],
  ["a text that is longer than any key", { pub_key: publicKey + " ".repeat(2000) }, {}],
  ["what is no key", { pub_key: "x" }, { publicKey: undefined }],
  ["a list", [publicKey], {}],
  ["no JSON", "{", {}],
  ["nothing", "", {}],
])("a token with %s", (_, payload, expected) => {
  expect(identityIn(token(payload))).toEqual(expected);
});

test("no token breaks it", () => {
  const text = fc.array(anyCharacter, { maxLength: 40 }).map((all) => all.join(""));
  forAll(
    text,
    200,
    (payload) => typeof identityIn(token(payload)) === "object" && typeof identityIn(payload) === "object",
  );
});
