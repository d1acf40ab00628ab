/** Whether a plan's configuration is this package's own: its providers, and all that it makes, changes or reads. */

import { partitionOf } from "../../../rules/partitions";
import type { Plan } from "../../shared/terraform-plan";
import { userConfigurationFindings } from "./configured-users";
import type { Fact } from "./facts";
import { type Finding, finding, idles, type OwnedChange } from "./finding";
import { type Configuration, type ConfiguredResource, configurationOf } from "./ours/configuration";
import { contradictions } from "./ours/evaluate";
import { judged } from "./ours/judge";
import { placeOf } from "./ours/place";
import { OUR_TYPES, type Place, shapesIn } from "./ours/shapes";

export function configurationFindings(plan: Plan, changes: readonly OwnedChange[]): Finding[] {
  const configuration = configurationOf(plan.document);
  if (configuration === undefined) return [ofPlan({ fact: "no configuration" })];
  const { resources, modules, unknown } = configuration;
  const place = placeOf(configuration);
  const shapes = shapesIn(place);
  const checked = new Set(plan.checks.map(({ address }) => address));
  const changing = new Map(
    changes.filter((change) => !idles(change)).map((change) => [blockOf(change), change]),
  );
  const configured = new Map(resources.map((resource) => [resource.address, resource]));
  return [
    ...unknown.map((part) => ofPlan({ fact: "unknown part", part })),
    ...providerFindings(configuration, place),
    ...elsewhere(changes, place),
    ...userConfigurationFindings(plan, configuration, shapes),
    ...modules.map(({ name, source }) => at(name, { fact: "module", source })),
    ...resources.flatMap((resource) => {
      const { address, type, provisioners } = resource;
      const change = changing.get(address);
      const found = [
        ...provisioners.map((provisioner) => at(address, { fact: "provisioner", provisioner })),
        ...resource.more.map((part) => at(address, { fact: "unknown part", part })),
      ];
      if (type.includes(".") ? !OUR_TYPES.has(type) : false)
        found.push(at(address, { fact: "foreign read", type }));
      if (resource.provider !== "aws")
        found.push(at(address, { fact: "not ours", attributes: ["provider"] }, change));
      // What does not change was looked at when it was made; what is read is read each time.
      if (!OUR_TYPES.has(type) || (change === undefined && !type.includes("."))) return found;
      const { differences, isChecked } = judged(resource, shapes);
      if (differences.length > 0)
        found.push(at(address, { fact: "not ours", attributes: differences }, change));
      if (type === "aws_lambda_invocation" && !looksTwice(resource, configured))
        found.push(at(address, { fact: "not ours", attributes: ["depends_on"] }, change));
      if (type === LOOK && !hasItsOther(resource, resources))
        found.push(at(address, { fact: "not ours", attributes: ["qualifier"] }));
      if (isChecked && !checked.has(address)) found.push(at(address, { fact: "conditions gone" }, change));
      return found;
    }),
    ...[...changing].flatMap(([address, change]) => contradicting(configured.get(address), change, plan)),
  ];
}

/** A look at the key generator. */
const LOOK = "data.aws_lambda_function";

/** Whether there is a look at the newest version for one at what is unpublished, and the other way round. */
function hasItsOther({ values }: ConfiguredResource, resources: readonly ConfiguredResource[]): boolean {
  const other = values["qualifier"] === "$LATEST" ? undefined : "$LATEST";
  return resources.some(({ type, values }) => type === LOOK && (values["qualifier"] ?? undefined) === other);
}

/** Whether it waits for a look at the generator's newest version, and for one at what is unpublished. */
function looksTwice(
  { dependsOn }: ConfiguredResource,
  configured: ReadonlyMap<string, ConfiguredResource>,
): boolean {
  const looks = dependsOn.flatMap((address) => configured.get(address) ?? []);
  const versions = looks.filter(({ type }) => type === LOOK).map(({ values }) => values["qualifier"]);
  return versions.includes("$LATEST") && versions.some((each) => each === undefined || each === null);
}

/** The block that a change is of, in the configuration. */
const blockOf = ({ address }: OwnedChange) => address.replace(/\[[^\]]*\](?=\.|$)/g, "");

function contradicting(resource: ConfiguredResource | undefined, change: OwnedChange, plan: Plan): Finding[] {
  if (change.after === undefined) return [];
  if (resource === undefined) return [finding("weakened", change, { fact: "not configured" })];
  const attributes = contradictions(resource, change, plan);
  return attributes.length > 0 ? [finding("weakened", change, { fact: "contradicts", attributes })] : [];
}

const AWS = /^registry\.(?:terraform\.io|opentofu\.org)\/hashicorp\/aws$/;

function* providerFindings({ providers }: Configuration, { account, region }: Place): Generator<Finding> {
  if (!providers.has("aws")) yield at("provider.aws", { fact: "not configured" });
  for (const [key, { source, settings }] of providers) {
    const isAws = key === "aws" && AWS.test(source);
    if (!isAws) yield at(`provider.${key}`, { fact: "foreign provider", source });
    for (const setting of Object.keys(settings).filter((each) => !SETTINGS.has(each)))
      yield at(`provider.${key}`, { fact: "provider setting", setting });
    if (isAws && account === undefined) yield at(`provider.${key}`, { fact: "not pinned", to: "account" });
    if (isAws && region === undefined) yield at(`provider.${key}`, { fact: "not pinned", to: "region" });
  }
}

/** The first resource that is in another account or region than the provider: Terraform would not find it there, and make another. */
function elsewhere(changes: readonly OwnedChange[], { account, region }: Place): Finding[] {
  if (account === undefined || region === undefined) return [];
  for (const { type, before, after } of changes) {
    const arn = before?.["arn"] ?? after?.["arn"];
    if (!OUR_TYPES.has(type) || typeof arn !== "string") continue;
    const [, partition = "", , itsRegion = "", itsAccount = ""] = arn.split(":");
    const isHere =
      partition === partitionOf(region) &&
      ["", region].includes(itsRegion) &&
      ["", account].includes(itsAccount);
    if (!isHere) return [at("provider.aws", { fact: "elsewhere", arn })];
  }
  return [];
}

/** What we set of the provider. */
const SETTINGS = new Set(["region", "allowed_account_ids"]);

const ofPlan = (fact: Fact): Finding => ({ kind: "weakened", subject: { whole: "plan" }, fact });

function at(address: string, fact: Fact, change?: OwnedChange): Finding {
  return change
    ? finding("weakened", change, fact)
    : { kind: "weakened", subject: { address }, fact, address };
}
