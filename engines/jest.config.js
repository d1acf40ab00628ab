const { join } = require("node:path");
const { projects, ...shared } = require("../jest.config");

/**
 * The tests of constructs, fleet and permissions, on the engine whose packages are in ENGINE_MODULES. What they and the
 * bindings import by cdktf's names comes from there.
 */
const root = join(__dirname, "..");
const modules = process.env.ENGINE_MODULES;
const scope = process.env.ENGINE === "cdktn" ? "@cdktn" : "@cdktf";
const fast = projects.find(({ displayName }) => displayName === "fast");

module.exports = {
  ...shared,
  rootDir: root,
  projects: [
    {
      ...fast,
      rootDir: root,
      roots: [join(root, "test")],
      testMatch: ["constructs", "fleet", "permissions"].map((room) => `<rootDir>/test/${room}/**/*.test.ts`),
      // It loads both engines itself.
      testPathIgnorePatterns: [...fast.testPathIgnorePatterns, "constructs/terraform/engine\\.test\\.ts$"],
      modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/cdktf.out/"],
      moduleNameMapper: {
        ...fast.moduleNameMapper,
        "^cdktf$": join(modules, process.env.ENGINE),
        "^constructs$": join(modules, "constructs"),
        "^@cdktf/provider-aws/(.*)$": join(modules, scope, "provider-aws", "$1"),
      },
    },
  ],
};
