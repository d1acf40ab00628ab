/**
 * Imports run one way: main -> fleet -> constructs -> keys, functions -> keys, cli -> page, signing, audit, fleet, keys; signing -> keys; audit -> keys; page -> keys,
 * and the names of roles in constructs.
 * Nothing imports main, cli or local-aws, except that local-aws and tests may use what they run.
 */
const only = (from, ...allowed) => ({
  name: `${from}-imports-only-${allowed.join("-") || "nothing"}`,
  severity: "error",
  from: { path: `^${from}/` },
  to: {
    path: "^(main\\.ts|constructs/|keys/|functions/|signing/|fleet/|audit/|page/|cli/|local-aws/|test/)",
    pathNot: [`^${from}/`, ...allowed.map((name) => `^${name}(/|$)`)].join("|"),
  },
});

module.exports = {
  forbidden: [
    only("keys"),
    only("constructs", "keys"),
    only("functions", "keys"),
    only("signing", "keys"),
    only("fleet", "constructs", "keys"),
    only("audit", "keys"),
    only("page", "keys", "constructs/api-user-role.ts"),
    only("cli", "page", "signing", "audit", "fleet", "keys"),
    only("local-aws", "audit", "fleet", "keys"),
    {
      name: "main-imports-only-fleet-and-constructs",
      severity: "error",
      from: { path: "^main\\.ts$" },
      to: { path: "^(keys/|functions/|cli/|local-aws/|test/)" },
    },
    {
      name: "keys-are-pure",
      comment: "keys/ knows no AWS, no Terraform and no file system",
      severity: "error",
      from: { path: "^keys/" },
      to: { path: "^(fs|node:fs|net|node:net|http|https|child_process)|@aws-sdk|cdktf|constructs" },
    },
    {
      name: "the-page-runs-in-a-browser",
      comment: "what the page's script imports, at whatever distance, is no module of Node's",
      severity: "error",
      from: { path: "^page/browser/" },
      to: { reachable: true, path: "^(node:)?(fs|crypto|path|buffer|util|os|net|http|https|child_process)$" },
    },
    {
      name: "constructs-touch-no-network",
      severity: "error",
      from: { path: "^constructs/" },
      to: { path: "@aws-sdk|^(http|https|net|dns|child_process)$" },
    },
    {
      name: "deep-imports-of-the-provider",
      comment: "the root of the bindings loads 2,135 modules: import @cdktf/provider-aws/lib/<resource>",
      severity: "error",
      from: {},
      to: { path: "node_modules/@cdktf/provider-aws/lib/index\\.(js|d\\.ts)$" },
    },
    {
      name: "no-circles",
      comment: "types may know each other; code may not",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-undeclared-dependencies",
      severity: "error",
      from: { path: "^(constructs|keys|signing|fleet|audit|page|cli)/" },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        pathNot: "cdktf|constructs|esbuild|fflate",
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default"] },
  },
};
