/** `npm run shapes`: writes what `review` takes for this package's own. */
import "../setup/no-token-traces";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../project";
import { shapesOfSamples } from "./shapes";

const text = JSON.stringify(shapesOfSamples(), null, 1)
  // A line for each attribute, so that a change of one is one line.
  .replace(/\n {5,}/g, "")
  .replace(/\n {4}(?=[}\]])/g, "");
writeFileSync(join(PROJECT, "cli/commands/review/ours/ours.json"), `${text}\n`);
