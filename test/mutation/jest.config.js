const { join } = require("node:path");
const { projects, testTimeout } = require("../../jest.config");

/** The tests of one folder, in one project: Stryker's runner knows of no others. */
const [{ setupFiles, transform, modulePathIgnorePatterns, cacheDirectory }] = projects;
/** It ends with the process: one for all the runs of it. */
const moto = process.env.MUTATION_MOTO ? { globalSetup: "<rootDir>/test/support/setup/start-moto.ts" } : {};

module.exports = {
  rootDir: join(__dirname, "../.."),
  testRegex: [`/test/(${process.env.MUTATION_TESTS}).*\\.test\\.ts$`],
  testTimeout,
  cacheDirectory,
  setupFiles,
  transform,
  modulePathIgnorePatterns,
  ...moto,
};
