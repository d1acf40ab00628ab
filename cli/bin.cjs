#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// The published package is compiled. A clone, which alone has this file, runs its sources.
if (existsSync(join(__dirname, "bin.ts"))) {
  require("tsx/cjs");
  require("../assets.ts").buildAssets();
  require("./bin.ts");
} else {
  require("../dist/cli/bin.js");
}
