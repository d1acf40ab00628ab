/** A user of each custody moves from one file to another and back, in either order, and keeps its key; and the same YAML makes a new user. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePrivateKey, generateKeyPair } from "../../keys";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";

jest.setTimeout(900_000);

const SHARED = `acme-${REGION}`;
const [OLD, NEW] = ["acme-old", "acme-new"];
const deployment = new Deployment();

const role = (name: string) => `"arn:aws:iam::${ACCOUNT}:role/${name}"`;
const SETTINGS = `account: "${ACCOUNT}"\nregion: ${REGION}\ndeployers: [${role("terraform")}]\ncustodians: [${role("custodian")}]\n`;
const WHO = `role: operator, signers: [${role("signer")}], readers: [${role("reader")}]`;
const brought = generateKeyPair();

/** The entries of a user of each custody, by its name. */
const USERS = {
  made: WHO,
  "in kms": `${WHO}, custody: kms`,
  imported: `${WHO}, custody: imported, publicKey: "${brought.publicKey}"`,
};

const entries = (more = "") =>
  Object.entries(USERS)
    .map(([username, entry]) => `  - { username: ${username}, ${entry}${more} }\n`)
    .join("");
const movedTo = (file: string, names = Object.keys(USERS)) =>
  names.map((username) => `  - { username: ${username}, movedTo: ${file} }\n`).join("");

function declare(files: Readonly<Record<string, string>>): void {
  deployment.write("acme/workspace.yaml", SETTINGS);
  for (const [file, users] of Object.entries(files))
    deployment.write(`acme/${file}.yaml`, users === "" ? "users: []\n" : `users:\n${users}`);
  deployment.synthesize();
}

beforeAll(() => deployment.start());
afterAll(() => deployment.end());

/** What a registration says of where each user's key and credentials are, and which key it is. */
const keysIn = async (stack: string) =>
  Object.entries(await deployment.registration(stack)).map(
    ([name, { publicKey, keyArn, credentialsArn }]) => [name, publicKey, keyArn, credentialsArn],
  );

/** The registration of a stack in a file, as people give it to a command. */
async function registrationOf(stack: string): Promise<string> {
  const file = join(deployment.directory, `${stack}.json`);
  writeFileSync(file, (await deployment.run(stack, "output", "-json")).stdout);
  return file;
}

/** Each key of a stack signs, and its public key verifies that. */
async function expectProofs(stack: string): Promise<void> {
  const args = ["verify", "--proof", "--registration", await registrationOf(stack)];
  expect(await deployment.command(args)).toMatchObject({ code: 0, stderr: "" });
}

interface Found {
  readonly kind: string;
  readonly text: string;
  readonly fact: { readonly fact: string };
}

/** What `review` says of the plans of stacks, all at once. */
async function reviewed(...stacks: string[]) {
  const plans: string[] = [];
  for (const stack of stacks) {
    await deployment.run(stack, "plan", "-out=plan");
    plans.push((await deployment.run(stack, "show", "-json", "plan")).stdout);
  }
  return deployment.command(
    ["review", "--fail-on", "destroy,weakened", "--format", "json"],
    plans.join("\n"),
  );
}

test("a user of each custody moves there and back, in either order of the stacks, and keeps its key", async () => {
  declare({ old: entries(), new: "" });
  for (const stack of [SHARED, OLD, NEW]) await deployment.apply(stack);
  const args = ["import-key", "imported", "--registration", await registrationOf(OLD)];
  expect(await deployment.command(args, encodePrivateKey(brought.privateKeyPem))).toMatchObject({ code: 0 });
  await deployment.apply(OLD); // Terraform asks whether the key is there
  const before = await keysIn(OLD);
  expect(before).toHaveLength(3);

  declare({ old: movedTo("new"), new: entries(", movedFrom: old") });
  const review = await reviewed(NEW, OLD);
  const findings = (JSON.parse(review.stdout) as { plans: { findings: Found[] }[] }).plans.flatMap(
    (each) => each.findings,
  );
  expect(findings.filter(({ kind }) => kind === "weakened" || kind === "destroy")).toEqual([]);
  expect(review.code).toBe(0);
  // The rules that watch the KMS key go from one stack to the other.
  expect(findings.filter(({ fact }) => fact.fact === "watched elsewhere")).toHaveLength(3);
  expect(findings.filter(({ fact }) => fact.fact === "moved")).toHaveLength(6);
  expect(review.stdout).not.toMatch(/revoke|is \*\*added|key is generated/);
  for (const stack of [NEW, OLD]) await deployment.apply(stack);
  expect(await keysIn(NEW)).toEqual(before);
  expect(await keysIn(OLD)).toEqual([]);
  await expectProofs(NEW);
  for (const stack of [NEW, OLD]) expect(await deployment.plan(stack)).toEqual({});

  // Back again, the other way round, with one who was never there: the same YAML makes it.
  const fresh = `  - { username: fresh, ${WHO}, movedFrom: new }\n`;
  declare({
    new: movedTo("old", [...Object.keys(USERS), "fresh"]),
    old: entries(", movedFrom: new") + fresh,
  });
  for (const stack of [NEW, OLD]) await deployment.apply(stack);
  const after = await keysIn(OLD);
  expect(after.filter(([name]) => name !== "fresh")).toEqual(before);
  expect(after).toHaveLength(4);
  expect(await keysIn(NEW)).toEqual([]);
  await expectProofs(OLD);

  // Both lines may go.
  declare({ new: "", old: `${entries()}  - { username: fresh, ${WHO} }\n` });
  for (const stack of [NEW, OLD]) expect(await deployment.plan(stack)).toEqual({});
});
