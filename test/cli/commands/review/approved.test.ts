/** review --approved: the plan that is applied is the one that people approved. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plan, secret } from "../../../support/cli/plan";
import { ledgerApiUser } from "../../../support/cli/run-cli";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "approved-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const change = { type: "aws_secretsmanager_secret", before: secret(), after: secret({ signers: ["other"] }) };
const APPROVED = plan([change], { timestamp: "2026-11-27T09:00:00Z", prior_state: { who: "reader" } });
const review = (now: unknown, approved: unknown = APPROVED) =>
  ledgerApiUser(["review", file("plan.json", now), "--approved", file("approved.json", approved)]);

test("passes a plan of the same changes, made later and by another role", async () => {
  const later = plan([change], { timestamp: "2026-11-28T00:00:00Z", prior_state: { who: "deployer" } });
  const { code, stdout, stderr } = await review(later);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("**Who may sign or read**");
});

const OTHERS: readonly (readonly [what: string, now: unknown])[] = [
  ["fewer changes", plan([])],
  ["another value", plan([{ ...change, after: secret({ signers: ["third"] }) }])],
  ["an attribute that is unknown now", plan([{ ...change, unknown: { policy: true } }])],
  ["drift", { ...APPROVED, resource_drift: plan([change]).resource_changes }],
  ["an output", { ...APPROVED, output_changes: { x: { actions: ["create"], after: 1 } } }],
  [
    "a provisioner in the configuration",
    { ...APPROVED, configuration: { root_module: { resources: [{ provisioners: [] }] } } },
  ],
  ["a check that fails", { ...APPROVED, checks: [{ address: { to_display: "check.a" }, status: "fail" }] }],
  ["something that this version does not know", { ...APPROVED, action_invocations: [] }],
];

test.each(OTHERS)("fails on %s, and still prints the review", async (_, now) => {
  const { code, stdout, stderr } = await review(now);
  expect(code).toBe(1);
  expect(stdout).not.toBe("");
  expect(stderr).toBe(
    `error: ${join(folder, "plan.json")} makes other changes than the approved plan; have this one reviewed and approved\n`,
  );
});

test.each([
  ["{}", "approved.json is not a plan: "],
  ["", "approved.json is empty; "],
])("refuses %j as the approved plan", async (approved, message) => {
  expect(await review(APPROVED, approved)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});

test("compares one plan: of several, one could stand in for another", async () => {
  const path = file("plan.json", APPROVED);
  expect(await ledgerApiUser(["review", path, path, "--approved", path])).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: --approved compares one plan, and there are several; run review for each plan\n",
  });
});
