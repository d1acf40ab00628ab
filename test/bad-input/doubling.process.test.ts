/** Every reader of what others wrote takes time in proportion to its length: counted, not believed. */
import { LeakScanner } from "../../audit/detect";
import { JsonPath } from "../../audit/detect/json-path";
import { saidOf } from "../../aws/failure";
import { checkCredentials } from "../../cli/commands/credentials/check";
import { credentialsIn } from "../../cli/commands/credentials/input";
import { readPlans } from "../../cli/shared/terraform-plan";
import { seconds } from "../../cli/shared/waiting";
import { challengeIn } from "../../cli/signing/challenge-input";
import { parseYaml } from "../../fleet/yaml/parse";
import { shapeProblems } from "../../fleet/yaml/shape";
import { ambiguity } from "../../fleet/yaml/yaml-11";
import { convert, diagnose, parsePrivateKey, parsePublicKey, readLabels } from "../../keys";
import { plainText } from "../../keys/plain-text";
import { readDer } from "../../keys/read/der";
import { redacted, withoutKeys, withoutSecrets } from "../../keys/redact";
import { placeOfPrivateKey } from "../../keys/search/among";
import { unescapeText } from "../../keys/search/reassemble";
import { Session } from "../../ledger-api/session";
import { didYouMean } from "../../messages/did-you-mean";
import { joinPath } from "../../messages/paths";
import { jsonText, oneLine, quoted, shown, visible, visibleLines } from "../../messages/safe-text";
import { shellWord } from "../../messages/shell";
import { readJsonDocuments } from "../../registration/json-documents";
import { readRegistration, userNamed } from "../../registration/read";
import { awsNameOf } from "../../rules/aws-names";
import { tokenProblem } from "../../rules/cdktf-tokens";
import { skeletonOf } from "../../rules/confusables/skeleton";
import * as formats from "../../rules/formats";
import { looksOf } from "../../rules/looks";
import { principalArnProblem } from "../../rules/principal-arns";
import { tagProblems } from "../../rules/tags";
import { nameProblem, usernameProblem } from "../../rules/user-names";
import { decodeChallenge } from "../../signing";
import { runs } from "../support/for-all";
import { ADVERSARIAL, isSlow } from "../support/linear";
import { registrationOf, sample } from "../support/page-users";

jest.setTimeout(600_000);

const bytes = (text: string) => Buffer.from(text, "utf8");
const yaml = (text: string) => parseYaml(bytes(text), "a.yaml");
/** A file whose shape is right, with the text at one place. */
const shape = (text: string, schema: "users.schema.json" | "workspace.schema.json") => {
  const { yaml: file } = yaml(text);
  if (file) shapeProblems(file, schema);
};
const scan = (content: Uint8Array) => {
  const scanner = new LeakScanner();
  scanner.push(content);
  return scanner.end();
};
const path = (content: Uint8Array) => {
  const json = new JsonPath();
  json.advance(content, 0, content.length);
  return json.path;
};
const session = new Session(
  { url: new URL("https://a.example/"), workspace: "a", apiKeyId: "b", apiKeySecret: "c" },
  { timeoutSeconds: 1, maxWaitSeconds: 1 },
);
const users = readRegistration(registrationOf([sample("settlement bot")]));
const entry = (more: object) => registrationOf([sample("bot", more as Record<string, unknown>)]);
const rules = Object.values(formats).filter((rule) => rule.length === 1) as ((text: string) => unknown)[];

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  YAML: yaml,
  "a value in YAML": (text) => yaml(`users:\n  - username: ${text.replace(/\s/g, "_")}\n`),
  "a text in a user file": (text) =>
    shape(`users:\n  - username: ${JSON.stringify(text)}\n    role: operator\n`, "users.schema.json"),
  "a key in a user file": (text) =>
    shape(`users:\n  - ${JSON.stringify(text)}: x\n    role: ${JSON.stringify(text)}\n`, "users.schema.json"),
  "a backend": (text) =>
    shape(`backend:\n  s3:\n    bucket: ${JSON.stringify(text)}\n`, "workspace.schema.json"),
  "JSON documents": readJsonDocuments,
  "a text in JSON documents": (text) => readJsonDocuments(JSON.stringify({ [text]: [text, text] })),
  "a registration": readRegistration,
  "a name in a registration": (text) =>
    readRegistration(JSON.stringify({ [text]: { [text]: { publicKey: text } } })),
  "the ARN of a registration": (text) => readRegistration(entry({ keyArn: text })),
  "the address of a registration": (text) => readRegistration(entry({ apiUrl: `https://${text}` })),
  "the public key of a registration": (text) => readRegistration(entry({ publicKey: text })),
  "the name of a user": (text) => userNamed(users, text),
  "a plan": (text) => readPlans(text, "a"),
  "a value in a plan": (text) =>
    readPlans(JSON.stringify({ format_version: text, resource_changes: text }), "a"),
  "a challenge": decodeChallenge,
  "the JSON of a challenge": (text) => decodeChallenge(bytes(text).toString("base64url")),
  "a text in a challenge": (text) =>
    decodeChallenge(bytes(JSON.stringify({ [text]: text })).toString("base64url")),
  "an answer with a challenge": (text) =>
    challengeIn({ bytes: bytes(text), name: "a", readableByOthers: false }),
  credentials: (text) => credentialsIn(text, { workspace: "a" }),
  "an API secret": (text) => checkCredentials({ apiKeyId: "12345678", apiKeySecret: text }, []),
  "a key": diagnose,
  "a key in bytes": (text) => diagnose(Buffer.from(text, "latin1")),
  "a key in hexadecimal": (text) => diagnose(bytes(text).toString("hex")),
  "a key in base64": (text) => diagnose(bytes(text).toString("base64")),
  "a key in UTF-16": (text) => diagnose(Buffer.from(`\ufeff${text}`, "utf16le")),
  "a private key": parsePrivateKey,
  "a public key": parsePublicKey,
  "a key to convert": convert,
  DER: (text) => readDer(Buffer.concat([Buffer.of(0x30, 0x83, 0xff, 0xff, 0xff), bytes(text)])),
  "labels of a version": (text) => readLabels({ [text]: [text, `generation-${text}`, `public-key-${text}`] }),
  "the audit": (text) => scan(bytes(text)),
  "the audit, in UTF-16": (text) => scan(Buffer.from(text, "utf16le")),
  "the audit, in JSON": (text) => scan(bytes(JSON.stringify({ a: text }))),
  "a path in JSON": (text) => path(bytes(text)),
  "text without escapes": unescapeText,
  "text in plain characters": plainText,
  "a search for keys": placeOfPrivateKey,
  redaction: redacted,
  "redaction of keys": withoutKeys,
  "redaction of secrets": withoutSecrets,
  "what AWS said": (text) => saidOf({ name: "AccessDenied", message: text }),
  "visible text": visible,
  "visible lines": visibleLines,
  "a text on one line": oneLine,
  "a quoted text": quoted,
  "a shown text": shown,
  "JSON text": (text) => jsonText({ [text]: text }),
  "a word of a shell": shellWord,
  "a path": (text) => joinPath("a", text),
  "did you mean": (text) => didYouMean(text, ["operator", text]),
  "the looks of a name": looksOf,
  "what a name is drawn like": skeletonOf,
  "how others read YAML": (text) => ambiguity(text, text),
  "a user name": usernameProblem,
  "the name of a group": nameProblem,
  "a name in AWS": awsNameOf,
  "an ARN": (text) => [
    principalArnProblem(text),
    principalArnProblem(`arn:aws:iam::123456789012:role/${text}`),
  ],
  "an ARN of a session": (text) => principalArnProblem(`arn:aws:sts::123456789012:assumed-role/${text}`),
  tags: (text) => tagProblems({ [text]: text }),
  "a token of cdktf": tokenProblem,
  "formats of settings": (text) => rules.map((rule) => rule(text)),
  "the Retry-After header": (text) =>
    session.retryAfter({ status: 429, headers: { "retry-after": text }, json: {} }),
  "what the workspace said": (text) => session.saidBy({ status: 400, headers: {}, json: { message: text } }),
  "a number of seconds": seconds,
};

/** A usual run tries a tenth of the texts, others with each reader; `npm run soak` tries all: together they take minutes. */
const step = Math.max(1, Math.round(1000 / runs(100)));
const texts = (reader: string) =>
  Object.entries(ADVERSARIAL).filter((_, index) => (index + reader.length) % step === 0);

test.each(Object.entries(READERS))("%s", (reader, read) => {
  const reading = (text: string) => {
    try {
      return read(text);
    } catch (error) {
      return error; // a refusal is an answer
    }
  };
  // What is slow by chance is not slow three times.
  const slow = texts(reader).filter(([, made]) => [1, 2, 3].every(() => isSlow(reading, made)));
  expect(slow.map(([name]) => name)).toEqual([]);
});
