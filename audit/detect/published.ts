/**
 * Private keys that their authors published as examples: finding them in manuals and tests is not a leak. By
 * fingerprint (SHA-256 of the public key's 65 bytes). This list is the documented exception of the leak scanner: a key
 * that an API user has registered is a leak even so.
 */
export const publishedKeys: ReadonlyMap<string, string> = new Map([
  [
    "67bcdee68938eb6480f7025f3dc8da7905fee8961cd91789b27ccfc43a032da0",
    "Ledger's manual, Register a new API User",
  ],
  ["dcd2446ca98830c843c493a672364ba971d674fbef5ce87d697165b31e90300a", "RFC 7515, appendix A.3"],
  ["90c71e80304f98d6556a402c0593b33a80acbd08e4aff9c4029f6e17e1039951", "RFC 7517, appendix A.2"],
  ["f61a37964b2f4f6ceecdf1f450b62929206daea8c6c21c43ba02b52900626b4b", "RFC 7518, appendix C"],
  ["a72786f5bc2b6afd59a579e9c83290f235d1e2c43328390da99c6bc00254ff6d", "RFC 7518, appendix C"],
  ["9f4db0c3f5057e21750e7d8f6b00b1701bb7ad4940f72d529f782c8d9fae455c", "RFC 9421, appendix B.1.3"],
  ["234878c68de1c6f3b306cb9a8b305fc6e96405f2f596b7db78baaa80d107a3f8", "RFC 9500, section 2.3"],
  ["b18b86ce1389e46de87aa4a5131ce83c1160fa33c087ab15b863574d31d8ff3c", "RFC 6979, appendix A.2.5"],
]);
