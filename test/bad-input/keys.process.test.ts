/** A private key that somebody put in a wrong place is in no message: those go to terminals and CI logs. */
import { createPrivateKey } from "node:crypto";
import { KeyCustody, LedgerWorkspace, RoleWatch, WorkspaceTrail } from "../../constructs";
import { encodePrivateKey, generateKeyPair } from "../../keys";
import { synthesizeUser } from "../support/synthesis";
import { problemsOf, USERS, WORKSPACE } from "../support/temporary-fleet";
import { outcome } from "./compile";

const pem = Buffer.from(generateKeyPair().privateKeyPem).toString();
const scalar = Buffer.from(createPrivateKey(pem).export({ format: "jwk" }).d ?? "", "base64url").toString(
  "hex",
);

const der = createPrivateKey(pem).export({ format: "der", type: "sec1" });

const FORMS: Readonly<Record<string, unknown>> = {
  PEM: pem,
  "the hexadecimal of PEM": encodePrivateKey(Buffer.from(pem)),
  "the private number": scalar,
  "the base64 of DER": der.toString("base64"),
  "the base64url of DER": der.toString("base64url"),
  "a buffer": Buffer.from(pem),
  "a list of it": [pem],
  "an object with it": { key: scalar },
};

/** Every 16 characters of the secret part, in whatever form it was given. */
const PIECES: readonly string[] = (() => {
  const body = pem.split("\n").slice(1, -2).join("");
  return [scalar, body.slice(10), Buffer.from(body.slice(10)).toString("hex")].flatMap((secret) =>
    Array.from({ length: Math.floor((secret.length - 16) / 8) + 1 }, (_, i) =>
      secret.slice(8 * i, 8 * i + 16),
    ),
  );
})();

function expectNoKey(message: string): void {
  // One by one in a loop: jest's matchers take longer than what they look at here.
  for (const piece of PIECES) if (message.includes(piece)) expect(message).not.toContain(piece);
}

const USER_PROPS = [
  "username",
  "role",
  "custody",
  "signers",
  "readers",
  "generations",
  "assignments",
  "tags",
];
const WORKSPACE_PROPS = [
  ...["name", "account", "region", "deployers", "custodians", "signerAccounts", "alertTopic", "apiUrl"],
  ...["codeSigningConfig", "rolePath", "tags", "permissionsBoundary", "alertEmails", "logKmsKey", "vpc"],
];

describe.each(Object.entries(FORMS))("%s", (_, key) => {
  const messageOf = (build: () => unknown): string => {
    try {
      build();
      return "";
    } catch (error) {
      return `${error} ${JSON.stringify(
        error,
        Object.getOwnPropertyNames(error).filter((name) => name !== "stack"),
      )}`;
    }
  };

  test.each(USER_PROPS)("given as %s of a user", (prop) => {
    for (const value of [key, [key], { [String(key)]: "x" }, { x: key }])
      expectNoKey(messageOf(() => synthesizeUser({ [prop]: value } as never)));
  });

  test.each(WORKSPACE_PROPS)("given as %s of a workspace", (prop) => {
    for (const value of [key, [key], { [String(key)]: "x" }, { x: key }]) {
      const props = { name: "acme", [prop]: value } as never;
      expectNoKey(outcome((stack) => new LedgerWorkspace(stack, "Workspace", props)).message ?? "");
    }
  });

  test.each([
    ["a trail", ["name", "kmsKey", "retentionInDays", "tags"], WorkspaceTrail, {}],
    [
      "the watch over roles",
      ["workspace", "roles", "deployers", "alertTopic", "alertEmails", "tags"],
      RoleWatch,
      { workspace: "acme", roles: [] },
    ],
  ] as const)("given to %s", (_, props, Construct, good) => {
    for (const prop of props) {
      for (const value of [key, [key], { [String(key)]: "x" }, { x: key }]) {
        const { message } = outcome(
          (stack) => new Construct(stack, "It", { ...good, [prop]: value } as never),
        );
        expectNoKey(message ?? "");
      }
    }
  });

  test("given as the public key of a custody", () => {
    const publicKey = key as never;
    for (const make of [KeyCustody.imported, KeyCustody.kms]) {
      const message = messageOf(() => make({ publicKey }));
      expect(message).not.toBe("");
      expectNoKey(message);
    }
  });
});

const TEXTS = Object.keys(FORMS).filter((form) => typeof FORMS[form] === "string");

test.each(TEXTS)("%s, anywhere in YAML", (form) => {
  const key = JSON.stringify(FORMS[form]);
  const files = [
    ...["account", "region", "apiUrl", "rolePath", "alertTopic"].map((name) => [`${name}: ${key}`, USERS]),
    ...["deployers", "custodians", "signerAccounts"].map((name) => [`${name}: [${key}]`, USERS]),
    [`${WORKSPACE}\n${key}: x`, USERS],
    ...["role", "custody", "publicKey", "generations"].map((name) => [
      WORKSPACE,
      `users: [{ username: bot, ${name}: ${key} }]`,
    ]),
    ...["signers", "readers", "groups"].map((name) => [
      WORKSPACE,
      `users: [{ username: bot, role: operator, ${name}: [${key}] }]`,
    ]),
    [WORKSPACE, `users: [{ ${key}: x }]`],
  ];
  for (const [workspace = "", users = ""] of files) {
    const problems = problemsOf({ "acme/workspace.yaml": workspace, "acme/treasury.yaml": users });
    expectNoKey(problems.join("\n"));
  }
});
