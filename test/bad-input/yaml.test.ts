import * as fc from "fast-check";
import type { WorkspaceDeclaration } from "../../fleet";
import { forAll, runs } from "../support/for-all";
import { writeFleet } from "../support/temporary-fleet";
import { load, usersStack, withoutTraces, workspaceStack } from "./compile";
import { anyFleet } from "./fleets";
import { textOf } from "./good-stack";

const FLEETS = 1500;

const directory = writeFleet({ "acme/workspace.yaml": "", "acme/treasury.yaml": "" });

/** What people wrote is what Terraform has, as text. */
function arrives(workspace: WorkspaceDeclaration): void {
  const { output } = usersStack(workspace);
  const users = workspace.files.flatMap((file) => file.users);
  const entries = Object.fromEntries(
    // biome-ignore lint/suspicious/noExplicitAny: an entry of the registration
    Object.entries<any>(output.registration.value).map(([name, entry]) => [textOf(name), entry]),
  );
  expect(Object.keys(entries).sort()).toEqual(users.map(({ username }) => username).sort());
  for (const user of users) {
    const entry = entries[user.username];
    for (const key of ["groups", "accountRules", "adminRules", "signers", "readers"] as const) {
      expect(entry[key].map(textOf)).toEqual(user[key]);
    }
    expect(textOf(entry.username)).toBe(user.username);
    expect(textOf(entry.apiUrl ?? "")).toBe(workspace.apiUrl ?? "");
  }
}

test(`of ${FLEETS} fleets each ends as problems, or as stacks that say what the files do`, () => {
  let compiled = 0;
  withoutTraces(() => {
    // One of ten also by the stack that the users share, which takes long.
    forAll(fc.tuple(anyFleet, fc.nat(9)), FLEETS, ([{ workspace: settings, users }, tenth]) => {
      const { workspace } = load(directory, settings, users);
      if (workspace === undefined) return undefined;
      compiled += 1;
      arrives(workspace);
      if (tenth > 0) return undefined;
      // biome-ignore lint/suspicious/noExplicitAny: a subscription
      const emails = Object.values<any>(workspaceStack(workspace).resource.aws_sns_topic_subscription ?? {});
      expect(emails.map(({ endpoint }) => textOf(endpoint))).toEqual(
        workspace.alerts ? workspace.alertEmails : [],
      );
      return undefined;
    });
  });
  // Or the generator makes nothing but mistakes, and the stacks are not looked at.
  expect(compiled).toBeGreaterThan(runs(FLEETS) / 10);
});
