import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePrivateKey, generateKeyPair } from "../../../keys";
import { ACCOUNT, Deployment, REGION } from "./deployment";

/** The stacks: of the workspace, and of its two files of users, `old` and `new`. */
const SHARED = `acme-${REGION}`;
export const [OLD, NEW] = ["acme-old", "acme-new"];

const role = (name: string) => `"arn:aws:iam::${ACCOUNT}:role/${name}"`;
const SETTINGS = `account: "${ACCOUNT}"\nregion: ${REGION}\ndeployers: [${role("terraform")}]\ncustodians: [${role("custodian")}]\n`;
export const WHO = `role: operator, signers: [${role("signer")}], readers: [${role("reader")}]`;

/** A deployment of a user of each custody, who moves between two files. */
export class TwoFiles extends Deployment {
  readonly brought = generateKeyPair();

  /** The entries of the users, by their names. */
  readonly entriesByName: Record<string, string> = {
    made: WHO,
    "in kms": `${WHO}, custody: kms`,
    imported: `${WHO}, custody: imported, publicKey: "${this.brought.publicKey}"`,
  };

  /** All that the users' entries have, and more. */
  entries(more = ""): string {
    return Object.entries(this.entriesByName)
      .map(([username, entry]) => `  - { username: ${username}, ${entry}${more} }\n`)
      .join("");
  }

  /** What the file has that users move out of. */
  movedTo(file: string, names = Object.keys(this.entriesByName)): string {
    return names.map((username) => `  - { username: ${username}, movedTo: ${file} }\n`).join("");
  }

  /** Writes the two files, and synthesizes. */
  declare(files: Readonly<Record<"old" | "new", string>>): void {
    this.write("acme/workspace.yaml", SETTINGS);
    for (const [file, users] of Object.entries(files))
      this.write(`acme/${file}.yaml`, users === "" ? "users: []\n" : `users:\n${users}`);
    this.synthesize();
  }

  /** Applies all stacks, with the users in `old`, and loads the key that is imported. */
  async settle(): Promise<void> {
    this.declare({ old: this.entries(), new: "" });
    for (const stack of [SHARED, OLD, NEW]) await this.apply(stack);
    const args = ["import-key", "imported", "--registration", await this.registrationFile(OLD)];
    const { code, stderr } = await this.command(args, encodePrivateKey(this.brought.privateKeyPem));
    if (code !== 0) throw new Error(stderr);
    await this.apply(OLD); // Terraform asks whether the key is there
  }

  /** What a registration says of where each user's key and credentials are, and which key it is. */
  async keysIn(stack: string): Promise<string[][]> {
    return Object.entries(await this.registration(stack)).map(
      ([name, { publicKey, keyArn, credentialsArn }]) => [name, publicKey, keyArn, credentialsArn],
    );
  }

  /** The registration of a stack in a file, as people give it to a command. */
  async registrationFile(stack: string): Promise<string> {
    const file = join(this.directory, `${stack}.json`);
    writeFileSync(file, (await this.run(stack, "output", "-json")).stdout);
    return file;
  }

  /** Plans stacks, and has `review` judge all of it at once. */
  async review(...stacks: string[]) {
    const plans: string[] = [];
    for (const stack of stacks) {
      await this.run(stack, "plan", "-out=plan");
      plans.push((await this.run(stack, "show", "-json", "plan")).stdout);
    }
    return this.command(["review", "--fail-on", "destroy,weakened", "--format", "json"], plans.join("\n"));
  }
}
