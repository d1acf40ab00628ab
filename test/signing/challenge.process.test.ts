import { convert } from "../../keys";
import { localSigner, signChallenge } from "../../signing";
import { example, rfc7515 } from "../support/keys/vectors";
import { payloadsByPython } from "../support/signing/jws";
import { TRANSACTION } from "../support/workspace/requests";

test("Python's cryptography verifies RFC 7515's ES256 example, and what signChallenge makes, byte for byte", async () => {
  const { publicKey } = convert(JSON.stringify(rfc7515.jwk));
  const signed = async (text: string) =>
    signChallenge(Buffer.from(text).toString("base64url"), localSigner(example.pem));
  const odd = '{ "b" : 1.0e2,\n"a":"\\u00e9 é" , "n":100000000000000000001}';
  const transaction = JSON.stringify(TRANSACTION);
  const [rfcs = "", ...ours] = payloadsByPython([
    [publicKey, `${rfc7515.signingInput}.${rfc7515.signature}`],
    [example.publicKey, await signed(odd)],
    [example.publicKey, await signed(transaction)],
  ]);
  expect(JSON.parse(rfcs)).toMatchObject({ iss: "joe" });
  expect(ours).toEqual([odd, transaction]);
});
