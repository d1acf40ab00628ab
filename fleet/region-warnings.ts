import { unlistedRegion } from "../rules/partitions";
import type { Entry } from "./yaml/entry";
import type { Problem } from "./yaml/problems";
import { problemAt } from "./yaml/yaml-file";

/** The region of a file, if AWS does not list it. */
export function regionWarnings(file: Entry): Problem[] {
  const region = file.text("region");
  const mistake = region === undefined ? undefined : unlistedRegion(region);
  return mistake ? [problemAt(file.yaml, file.pathOf("region"), mistake)] : [];
}
