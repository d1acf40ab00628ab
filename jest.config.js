/** Unit tests run in seconds and need node only; end-to-end tests drive real Terraform against the embedded AWS. */
const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.local/", "<rootDir>/cdktf.out/"],
  ...more,
});

module.exports = {
  projects: [
    project("unit", ["<rootDir>/test/**/*.test.ts", "!<rootDir>/test/e2e/**"]),
    project("e2e", ["<rootDir>/test/e2e/**/*.test.ts"]),
  ],
};
