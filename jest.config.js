const { mkdtempSync, rmSync } = require("node:fs");
const { availableParallelism, tmpdir } = require("node:os");
const { join } = require("node:path");

// The version of the AWS SDK that is pinned supports the Node versions that this project does.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

// cdktf leaves a folder for each app, and a run makes thousands: they are made in one folder, which goes with the run.
process.env.TMPDIR = mkdtempSync(join(tmpdir(), "jest-"));
process.on("exit", () => rmSync(process.env.TMPDIR, { recursive: true, force: true }));

/** By default it would be in that folder too. */
const cacheDirectory = join(__dirname, "node_modules/.cache/jest");

/** Which project a test file is in, its name says: `*.process.test.ts`, `test/e2e/*.test.ts`, and all others. */
const project = (displayName, testMatch, { moduleNameMapper = {}, ...more } = {}) => ({
  displayName,
  testMatch,
  cacheDirectory,
  setupFiles: ["<rootDir>/test/support/setup/no-token-traces.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  // The folders that jest lists, file by file, before it begins: without them it would list all of node_modules too.
  roots: ["<rootDir>/test"],
  moduleNameMapper: { "^archiver$": "<rootDir>/test/support/setup/archiver.js", ...moduleNameMapper },
  ...more,
});

/** One moto for all files, each of which has an account of its own in it. */
const withMoto = {
  globalSetup: "<rootDir>/test/support/setup/start-moto.ts",
  globalTeardown: "<rootDir>/test/support/setup/stop-moto.ts",
};

module.exports = {
  cacheDirectory,
  // End-to-end files wait for AWS as much as they work: four at a time, where there are two cores or more.
  maxWorkers: Math.min(4, 2 * availableParallelism()),
  testSequencer: "<rootDir>/test/support/setup/long-files-first.js",
  // Many tests start processes, which take their time on a busy machine; a test that hangs still ends.
  testTimeout: 60_000,
  projects: [
    // In this process: what starts another one fails.
    project("fast", ["<rootDir>/test/**/*.test.ts"], {
      testPathIgnorePatterns: ["<rootDir>/test/e2e/", "\\.process\\.test\\.ts$"],
      moduleNameMapper: { "^(node:)?child_process$": "<rootDir>/test/support/setup/no-child-process.ts" },
    }),
    // Starts processes (the command itself, OpenSSL, Python, moto), or takes long.
    project("process", ["<rootDir>/test/**/*.process.test.ts"], {
      testPathIgnorePatterns: ["<rootDir>/test/e2e/"],
      ...withMoto,
    }),
    // Real Terraform on the embedded AWS.
    project("e2e", ["<rootDir>/test/e2e/**/*.test.ts"], {
      ...withMoto,
      globalSetup: "<rootDir>/test/support/setup/start-e2e.ts",
    }),
  ],
};
