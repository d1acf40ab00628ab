/** What pages show of the command's output is what it prints. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entry, found, output, plan, role, secret } from "../support/cli/plan";
import { PROJECT } from "../support/project";
import { lines, writeFleet } from "../support/temporary-fleet";
import { BLOCKS } from "./blocks";

/** The block of a page that a test compares, by the comment behind it. */
function sample(page: string): string {
  const { currentTestName = "" } = expect.getState();
  const found = BLOCKS.filter((block) => block.page === page && block.next.includes(`"${currentTestName}"`));
  expect(found).toHaveLength(1);
  return found[0]?.text ?? "";
}

test("a mistake is reported as README shows it", () => {
  const example = (name: string) => readFileSync(join(PROJECT, "api-users/acme-prod", name), "utf8");
  const users = BLOCKS.find(
    ({ page, text }) => page === "README.md" && text.startsWith("# api-users/acme-prod/"),
  );
  const wrong = users?.text.replace(role("settlement"), "arn:aws:iam::123456789012:root") ?? "";
  const fleet = { "acme-prod/workspace.yaml": example("workspace.yaml"), "acme-prod/treasury.yaml": wrong };
  const said = lines(writeFleet(fleet)).map((line) => `api-users/${line}`);
  expect(said.join("\n")).toBe(sample("README.md"));
});

const SECRET = "aws_secretsmanager_secret";

test("a signer is removed, as docs/gitops.md shows it", () => {
  const before = secret({ signers: ["settlement", "batch"] });
  const changes = [{ type: SECRET, before, after: secret() }];
  const { markdown } = found([
    plan(
      changes,
      output(
        { "settlement bot": entry({ signers: [role("settlement"), role("batch")] }) },
        { "settlement bot": entry() },
      ),
    ),
  ]);
  expect(markdown.trim()).toBe(sample("docs/gitops.md"));
});

test("removal protection is turned off, as docs/gitops.md shows it", () => {
  const changes = [{ type: SECRET, before: secret(), after: secret({ isProtected: false }) }];
  const registration = { "settlement bot": entry() };
  const { markdown } = found([plan(changes, output(registration, registration))]);
  expect(markdown.trim()).toBe(sample("docs/gitops.md"));
});
