import * as fc from "fast-check";
import { PUBLIC_KEY } from "../support/keys/public-key";
import { hostileText, malformedAws, oddNumber, oneIn, strangeName, wrongType } from "./hostile";

const mostly = oneIn(40);

/** A fleet as YAML texts: right in shape, wrong here and there. */
export interface YamlFleet {
  readonly workspace: string;
  readonly users: string;
}

/** What is written into YAML without quotes. */
class Plain {
  constructor(readonly text: string) {}
}

/** JSON is YAML: keys and texts in quotes, half a pair of surrogates as an escape. */
function yamlOf(value: unknown): string {
  if (value instanceof Plain) return value.text;
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${yamlOf(each)}`).join(", ")}}`;
}

/** A line for each entry at the top, so that lines differ. */
function yamlLines(entries: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(entries).filter(([, value]) => value !== undefined);
  return lines.map(([key, value]) => `${JSON.stringify(key)}: ${yamlOf(value)}\n`).join("");
}

const unquoted = fc
  .constantFrom(
    "007",
    "1e3",
    "0x10",
    "yes",
    "no",
    "null",
    "~",
    ".nan",
    "2024-01-01",
    "1_0",
    "!!str x",
    "*a",
    "&a x",
  )
  .map((text) => new Plain(text));

/** Not often, so that fleets pass at times: a value is spoilt in one of some twenty. */
const any = [hostileText, wrongType, unquoted, malformedAws] as const;
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(mostly(value, ...any), { nil: undefined, freq: 2 });

const own = (names: readonly string[]) =>
  fc.constantFrom(...names).map((name) => `arn:aws:iam::123456789012:role/${name}`);
const arns = fc.uniqueArray(mostly(own(["a", "b/c", "d+=,.@-_", "e"]), malformedAws), { maxLength: 3 });
const names = fc.uniqueArray(mostly(strangeName, hostileText), { maxLength: 3 });
const flag = fc.boolean();

const generations = fc.dictionary(fc.oneof(fc.nat().map(String), hostileText), hostileText, { maxKeys: 2 });

const user = fc
  .record({
    username: fc.oneof(
      { weight: 3, arbitrary: strangeName },
      { weight: 1, arbitrary: mostly(hostileText, ...any) },
    ),
    role: mostly(fc.constantFrom("operator", "administrator"), ...any),
    custody: maybe(fc.constantFrom("secrets-manager", "kms", "imported")),
    signers: maybe(arns),
    readers: maybe(arns),
    groups: maybe(names),
    rules: maybe(names),
    generations: fc.option(
      mostly(fc.constantFrom({ 1: "current" }, { 9999: "current" }), generations, ...any),
      {
        nil: undefined,
      },
    ),
    removalProtection: maybe(flag),
    more: mostly(fc.constant({}), fc.dictionary(hostileText, wrongType, { maxKeys: 1 })),
  })
  .map(({ rules, more, ...rest }) => ({
    ...rest,
    ...(rest.custody === "imported" && { publicKey: PUBLIC_KEY }),
    [rest.role === "administrator" ? "adminRules" : "accountRules"]: rules,
    ...(more as object),
  }));

const tagText = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom("cost-center", "Z\u00fcrich 1", "a:b/c=d+e@f", "x") },
  { weight: 1, arbitrary: hostileText },
);
const setting = fc.oneof(hostileText, fc.constant("STACK ${x} %{ if"), wrongType);
const arnOf = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;

const workspace = fc.record({
  account: mostly(fc.constant("123456789012"), ...any),
  region: mostly(fc.constant("eu-west-1"), ...any),
  deployers: maybe(arns),
  custodians: mostly(fc.constant(["arn:aws:iam::123456789012:role/custodian"]), arns),
  signerAccounts: maybe(fc.constantFrom(["210987654321"], [])),
  alertEmails: maybe(
    fc.uniqueArray(
      mostly(
        strangeName.map((name) => `${name.replace(/[\s<>()",;:\\[\]]/g, "")}@acme.example`),
        hostileText,
      ),
      { maxLength: 2 },
    ),
  ),
  tags: maybe(fc.dictionary(tagText, tagText, { maxKeys: 3 })),
  backend: maybe(
    fc.oneof(
      fc.record({ bucket: setting, endpoints: fc.constant({ s3: "https://${x}" }) }).map((s3) => ({ s3 })),
      fc.constant({ local: { path: "${x}/STACK" } }),
      fc.constant({ http: { address: "https://state.example/STACK?%{x}" } }),
    ),
  ),
  permissionsBoundary: maybe(fc.constant("arn:aws:iam::123456789012:policy/boundary")),
  rolePath: maybe(fc.constantFrom("/", "/custody/")),
  removalProtection: maybe(flag),
  recoveryWindowInDays: fc.option(mostly(fc.constantFrom(7, 29, 30), oddNumber, ...any), { nil: undefined }),
  allowUsers: maybe(flag),
  alerts: maybe(flag),
  alertTopic: maybe(fc.constant(arnOf("sns", "alerts"))),
  logKmsKey: maybe(fc.constant(arnOf("kms", "key/1"))),
  vpc: maybe(fc.constant({ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] })),
  apiUrl: maybe(strangeName.map((name) => `https://api.example/${name.replace(/[\s?#]/g, "")}`)),
});

/** Most are wrong in one place or a few. */
export const anyFleet: fc.Arbitrary<YamlFleet> = fc
  .record({
    workspace,
    region: fc.option(mostly(fc.constant("eu-west-1"), ...any), { nil: undefined }),
    users: fc.array(user, { minLength: 1, maxLength: 3 }),
  })
  .map(({ workspace: settings, region, users }) => ({
    workspace: yamlLines(settings),
    users: yamlLines({ region, users }).replaceAll(', {"username"', ',\n  {"username"'),
  }));
