const { default: Sequencer } = require("@jest/test-sequencer");

/** The projects whose files take longest: what is left at the end then shares out evenly. */
const LONG = ["process", "e2e"];

/**
 * End-to-end files first, then those that start processes. Where an earlier run's times are not known, as in a fresh
 * clone, jest goes by the sizes of files alone. What is long also waits a lot, and others work meanwhile.
 */
module.exports = class LongFilesFirst extends Sequencer {
  sort(tests) {
    const rank = ({ context }) =>
      LONG.indexOf(context.config.displayName?.name ?? context.config.displayName);
    return super.sort(tests).sort((one, other) => rank(other) - rank(one));
  }
};
