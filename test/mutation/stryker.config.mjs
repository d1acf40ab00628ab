/**
 * Changes the code, one small thing at a time, and sees whether a test fails: `npm run mutate -- FOLDER`. The score of a folder
 * may not fall below its `atLeast`.
 */
const FOLDERS = {
  "constructs/policies": {
    // policy-mutants.process.test.ts takes out each action of the lists, in the policies that they end up in.
    files: "!(actions).ts",
    tests: "permissions/(own-policies|principals|limits)|constructs/(policies|api-user|custody|workspace)/",
    atLeast: 99,
  },
  functions: { files: "key-generator/!(build|zip).ts", tests: "functions/", atLeast: 96 },
  // Of the recogniser see below: most of its tests are the audit's and process tests, which are not counted here.
  keys: {
    files: "{curve,der,error,key-pair,labels,portable,private-key,public-key}.ts",
    tests: "keys/",
    atLeast: 93,
  },
  signing: { files: "*.ts", tests: "signing/", atLeast: 94 },
  "cli/commands/review": {
    // What judges a change; how a plan is compared with this package's own, see below. The other files have no score yet.
    files: "{access,checks,pattern,policy,protection,statement,types}.ts",
    tests: "cli/commands/review/",
    // Tables that are read when a module is loaded: each of their mutants costs a run of all tests, which see every plan.
    ignoreStatic: true,
    atLeast: 95,
  },
  "cli/commands/review/ours": {
    files: "*.ts",
    tests: "cli/commands/review/",
    ignoreStatic: true,
    atLeast: 62,
  },
  "keys/recogniser": {
    in: "keys",
    files: "{redact,looks,recognise,spellings,pem,read/bytes,read/composite}.ts",
    tests: "keys/",
    atLeast: 50,
  },
};

const folder = process.env.MUTATE ?? "";
const found = FOLDERS[folder];
if (!found) throw new Error(`MUTATE=${folder}: is not one of ${Object.keys(FOLDERS).join(", ")}`);

const OUT = `.local/mutation/${process.env.MUTATION_OUT ?? folder.replaceAll("/", "-")}`;
process.env.MUTATION_TESTS ??= found.tests;
process.env.RUNS ??= "0.1";

export default {
  mutate: [`${found.in ?? folder}/${found.files}`],
  plugins: ["./test/mutation/runner.mjs"],
  testRunner: "in-process",
  ignorers: ["messages"],
  coverageAnalysis: "perTest",
  ignoreStatic: found.ignoreStatic ?? false,
  concurrency: Number(process.env.WORKERS ?? 1),
  ignorePatterns: ["/.local", "/cdktf.out", "/docs/api"],
  tempDirName: `${OUT}.sandbox`,
  incremental: true,
  incrementalFile: `${OUT}.incremental.json`,
  reporters: ["clear-text", "json", "progress-append-only"],
  jsonReporter: { fileName: `${OUT}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 30,
  thresholds: { high: 95, low: 90, break: found.atLeast },
  allowEmpty: false,
};
