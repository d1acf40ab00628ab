/**
 * The rules of the house: imports run one way. docs/ARCHITECTURE.md has the tree that they hold up.
 * `test/house.test.ts` shows that each rule fails where it should.
 */
const ROOMS = [
  "text",
  "messages",
  "proxy",
  "aws",
  "rules",
  "keys",
  "ledger-api",
  "signing",
  "audit",
  "registration",
  "registration-page",
  "constructs",
  "functions",
  "fleet",
  "cli",
  "local-aws",
  "engines",
  "test",
];

/** `room` imports itself and what is named, folders or files, nothing else of ours. */
const only = (room, ...allowed) => ({
  name: `${room}-imports-only-${allowed.join("-") || "nothing"}`,
  severity: "error",
  from: { path: `^${room}/` },
  to: {
    path: `^(main\\.ts|(${ROOMS.join("|")})/)`,
    pathNot: [room, ...allowed].map((name) => (name.endsWith(".ts") ? `^${name}$` : `^${name}/`)).join("|"),
  },
});

/** Where the built zip of the key generator is, for the stack that deploys it and the command that compares it with AWS. */
const GENERATORS_ZIP = "functions/key-generator/zip.ts";

const NODE_IO = "^(node:)?(fs|fs/promises|net|http|https|http2|tls|dns|dgram|child_process)$";
const ENGINE = "(^|node_modules/)(cdktf|cdktn|constructs|@cdktf/|@cdktn/)";

/** Those who have to know a private key when they see one. */
const ASK_ABOUT_KEYS = [
  "cli/commands/inspect/command",
  "cli/commands/import-key/command",
  "cli/commands/credentials/check",
  "fleet/yaml/parse",
  "audit/detect/scanner",
  "keys/redact",
];

module.exports = {
  required: [
    {
      name: "who-asks-about-keys-asks-the-recogniser",
      comment: "one list of spellings: what one of them knows, all know",
      severity: "error",
      module: { path: `^(${ASK_ABOUT_KEYS.join("|")})\\.ts$` },
      to: { path: "^keys/spellings\\.ts$", reachable: true },
    },
  ],
  forbidden: [
    {
      name: "the-recogniser-has-few-doors",
      comment: "what finds keys is put together in keys alone, so that nobody has a recogniser of their own",
      severity: "error",
      from: { pathNot: "^(keys|test)/" },
      to: {
        path: "^keys/(spellings|plain-text|read/|search/)",
        pathNot: "^keys/search/(among|evidence|examine|reassemble)\\.ts$",
      },
    },
    only("text"),
    only("keys", "text"),
    only("messages", "keys"),
    only("rules", "messages", "keys"),
    only("proxy", "rules", "messages", "keys"),
    only("aws", "proxy", "rules", "messages", "keys"),
    only("ledger-api", "proxy", "rules", "messages", "keys"),
    only("signing", "keys", "aws", "messages"),
    only("functions", "rules", "keys", "aws", "messages"),
    only("registration", "rules", "keys", "messages", "text"),
    only("audit", "registration", "keys", "messages"),
    only("registration-page", "registration", "keys", "messages"),
    only("constructs", "rules", "keys", "messages", GENERATORS_ZIP),
    only("fleet", "rules", "constructs", "keys", "messages", "text"),
    only(
      "cli",
      ...["messages", "proxy", "aws", "rules", "keys", "ledger-api", "signing", "audit", "registration"],
      ...["registration-page", "fleet", "text", GENERATORS_ZIP],
    ),
    only("engines", "fleet"),
    only("local-aws", "messages", "rules", "proxy", "aws", "keys", "audit", "registration", "fleet"),
    {
      name: "main-imports-only-fleet-and-messages",
      severity: "error",
      from: { path: "^main\\.ts$" },
      to: { path: `^(${ROOMS.join("|")})/`, pathNot: "^(fleet|messages)/" },
    },
    {
      name: "the-fleet-meets-constructs-in-few-places",
      comment:
        "declarations are plain data; stacks.ts and backend/construct.ts alone turn them into constructs, and synthesize.ts runs those",
      severity: "error",
      from: { path: "^fleet/", pathNot: "^fleet/(stacks|synthesize|backend/construct)\\.ts$" },
      to: { path: `^constructs/|${ENGINE}` },
    },
    {
      name: "the-loader-loads-no-engine",
      comment:
        "commands read a fleet where cdktf is not installed (npm install --omit=peer), and start sooner",
      severity: "error",
      from: { path: "^fleet/index\\.ts$" },
      to: { reachable: true, path: ENGINE },
    },
    {
      name: "a-command-imports-no-command",
      comment:
        "what two commands share lives below both: cli/shared, cli/custody, cli/signing, or a room of its own",
      severity: "error",
      from: { path: "^cli/commands/([^/]+)/" },
      to: { path: "^cli/commands/", pathNot: "^cli/commands/$1/" },
    },
    {
      name: "shared-code-knows-no-command",
      severity: "error",
      from: { path: "^cli/(shared|custody|signing)/" },
      to: { path: "^cli/commands/" },
    },
    {
      name: "pure-rooms",
      comment: "no AWS, no Terraform, no file system and no network in what everyone stands on",
      severity: "error",
      from: { path: "^(text|messages|rules|keys)/" },
      to: { path: `${NODE_IO}|@aws-sdk|${ENGINE}` },
    },
    {
      name: "the-page-runs-in-a-browser",
      comment: "what the page's script imports, at whatever distance, is no module of Node's",
      severity: "error",
      from: { path: "^registration-page/browser/" },
      to: { reachable: true, path: "^(node:)?(fs|crypto|path|buffer|util|os|net|http|https|child_process)$" },
    },
    {
      name: "constructs-touch-no-network",
      severity: "error",
      from: { path: "^constructs/" },
      to: { path: "@aws-sdk|^(node:)?(http|https|net|dns|child_process)$" },
    },
    {
      name: "deep-imports-of-the-provider",
      comment: "the root of the bindings loads 2,135 modules: import @cdktf/provider-aws/lib/<resource>",
      severity: "error",
      from: {},
      to: { path: "node_modules/@cdktf/provider-aws/lib/index\\.(js|d\\.ts)$" },
    },
    {
      name: "the-function-knows-no-proxy",
      comment: "what makes keys asks AWS itself, whatever its environment says",
      severity: "error",
      from: { path: "^functions/" },
      to: { reachable: true, path: "^proxy/" },
    },
    {
      name: "no-circles",
      comment: "not of types either: what a construct promises stands in a file of its own",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-undeclared-dependencies",
      comment: "the bin takes tsx in a clone only, which has it",
      severity: "error",
      from: {
        pathNot: "^cli/bin\\.cjs$",
        path: `^(${ROOMS.filter((room) => !["functions", "local-aws", "engines", "test"].includes(room)).join("|")})/`,
      },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        pathNot: "cdktf|cdktn|constructs|esbuild|fflate",
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default"] },
  },
};
