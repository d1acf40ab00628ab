import { Phrase, say } from "./phrase";
import { publicKeyText, type Texts } from "./texts";

const COMPARE = say`compare its public key with the registered one`;

export const keyTexts = {
  "key generated": ({ by }) =>
    ({
      kms: say`its key is generated, in KMS`,
      "key generator": say`its key is generated, by the key generator`,
      "key generator or earlier": say`its key is generated, or taken from the secret that is there already`,
    })[by],
  "key generator asked again": () =>
    say`the key generator runs again: it answers with the key that is in the secret, or makes it if there is none`,
  pointer: ({ is }) =>
    ({
      made: say`services can follow which of its keys is current`,
      moved: say`the key generator makes its current generation **the one that services follow**`,
      destroyed: say`what says which of its keys is current is **destroyed**: services that follow it find no key`,
      "no longer managed": say`Terraform no longer manages what says which of its keys is current`,
    })[is],
  "another function": ({ name }) =>
    say`calls ${name ?? "a function that is known after apply only"}, which is **not the key generator** of its workspace`,
  "alias points elsewhere": ({ alias }) =>
    alias === undefined
      ? say`another key is **promoted**: its alias will point to that key`
      : say`the alias ${alias} points to another key`,
  destroyed: ({ what, days, replaced, refused }) => {
    const secret = what === "private key" || what === "credentials";
    const lost = {
      "private key": say`its private key`,
      credentials: say`its credentials`,
      "KMS key that signs": say`its private key`,
      "KMS key that encrypts": say`a key that encrypts secrets or alerts, and with it what it encrypts,`,
    }[what];
    const how = !secret
      ? say`its KMS key is to be deleted in ${days} days`
      : days === "0"
        ? say`its secret is deleted without recovery. Ledger Enterprise still trusts a key that is lost: revoke the user`
        : say`its secret is deleted, and can be restored within ${days} days`;
    const instead = secret
      ? say`, and an empty secret is made in its place`
      : say`, and another key is made in its place`;
    const refusal = say` (AWS will refuse it while removal protection is on: turn that off first, in a change of its own)`;
    return say`${lost} ${what === "credentials" ? say`are` : say`is`} **destroyed**: ${how}${replaced ? instead : say``}${refused ? refusal : say``}`;
  },
  "records destroyed": ({ what, name }) =>
    what === "log"
      ? say`the log ${name} is **destroyed**, with all that is in it`
      : say`the bucket ${name} is **destroyed**`,
  "no longer managed": ({ what }) =>
    what === "KMS key"
      ? say`Terraform no longer manages its KMS key`
      : say`Terraform no longer manages the secret of its ${new Phrase([what])}`,
  imported: ({ what, name = "" }) => {
    const imported = say`is **imported** as it is`;
    return what === undefined
      ? imported
      : {
          "private key": say`the secret of its private key ${imported}: ${COMPARE}`,
          "KMS key": say`its KMS key ${imported}: ${COMPARE}`,
          alias: say`the alias of its KMS key ${imported}: ${COMPARE}`,
          "other secret": say`the secret ${name} ${imported}: find out who made it, and what is in it`,
          "other KMS key": say`the KMS key ${name} ${imported}: find out who made it, and what it encrypts`,
          "other alias": say`the alias ${name} ${imported}: find out which key it points to`,
          role: say`the role ${name} ${imported}: find out who made it, and what it may do`,
          function: say`the function ${name} ${imported}: find out who made it, and what it does`,
        }[what];
  },
  "no longer found": ({ address }) =>
    say`${address} is **no longer found** where the stack looks: it was deleted by hand, or the stack's region or account changed; its key may still be registered and used`,
  "pinned key": ({ is }) =>
    is === "another key"
      ? say`the public key that is pinned for it in YAML is **not the one of its KMS key**`
      : say`the public key that is pinned for it in YAML could not be compared with the one of its KMS key`,
  "pinned before the key exists": ({ key }) =>
    say`its public key is **pinned in YAML before its KMS key exists**, so it can only be that of another key: ${publicKeyText(key)}`,
} satisfies Partial<Texts>;
