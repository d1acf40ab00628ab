import type { Facts, PublicKey, Right, Who } from "../facts";
import { type Phrase, say } from "./phrase";

/** Words for each fact. The compiler sees to it that none is missing. */
export type Texts = { readonly [Name in keyof Facts]: (fact: Readonly<Facts[Name]>) => Phrase };

const LATER = say`known after apply only`;

export function rightText(right: Right): Phrase {
  if (typeof right === "object") return say`read ${right.read}`;
  return {
    sign: say`sign`,
    "read the private key": say`sign (read the private key)`,
    "read the credentials": say`read the credentials`,
  }[right];
}

export const whoText = (who: Who): Phrase => (who === null ? LATER : say`${who}`);

export function publicKeyText(key: PublicKey): Phrase {
  if (typeof key === "object") return say`fingerprint ${key.fingerprint}`;
  return key === "known after apply" ? LATER : say`not a public key`;
}
