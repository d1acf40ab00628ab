import { readFileSync } from "node:fs";
import { join } from "node:path";
import { partitionOf, unlistedRegion } from "../../rules/partitions";
import { PROJECT } from "../support/project";

/** The list that AWS's SDK brings, by partition. No export of the package has it. */
function sdkRegions(): [partition: string, region: string][] {
  const file = "node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js";
  const [, json = ""] = /partitionsInfo = (\{.*\});/s.exec(readFileSync(join(PROJECT, file), "utf8")) ?? [];
  const { partitions } = JSON.parse(json) as { partitions: { id: string; regions: object }[] };
  return partitions.flatMap(({ id, regions }) =>
    Object.keys(regions)
      .filter((region) => !region.endsWith("-global"))
      .map((region): [string, string] => [id, region]),
  );
}

test("no region that AWS's SDK lists is warned of, and each is of its partition", () => {
  const regions = sdkRegions();
  expect(regions.length).toBeGreaterThan(40);
  for (const [partition, region] of regions) {
    expect([region, unlistedRegion(region)]).toEqual([region, undefined]);
    expect([region, partitionOf(region)]).toEqual([region, partition]);
  }
});

test("a region that AWS does not list is warned of, with the one that was probably meant", () => {
  expect(unlistedRegion("eu-wset-1")).toEqual({
    what: '"eu-wset-1" is not among the regions that AWS listed when this version was made',
    fix: "did you mean eu-west-1? A newer region is fine",
  });
  expect(unlistedRegion("xy-middle-7")?.fix).toBe("check it; a newer region is fine");
});
