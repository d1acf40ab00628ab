import { newKey, scan } from "../../support/keys/spellings";
import { openssl } from "../../support/keys/tools";

const key = newKey();

test("explicit curve parameters and missing public keys hide nothing", () => {
  expect(scan(openssl("ec -param_enc explicit", key.sec1)).leaks).toHaveLength(1);
  expect(scan(openssl("ec -no_public", key.sec1)).leaks).toHaveLength(1);
  expect(scan(openssl("pkey -text -noout", key.sec1)).leaks).toEqual([
    expect.objectContaining({ form: "openssl text", publicKey: key.publicKey }),
  ]);
});
