import { loadFleet } from "../../fleet";
import { COMPLETE, writeFleet } from "../support/temporary-fleet";
import { usersStack, withoutTraces } from "./compile";

/** `npm run synth` of 10,000 takes a minute and its time grows with the users, so that fewer are compiled here. */
const COMPILED = 500;

const CUSTODIES = ["secrets-manager", "secrets-manager", "secrets-manager", "kms"];

/** A fleet of so many users in one file, and of the names given in another. */
function fleetOf(count: number, ...more: string[]) {
  const user = (name: string, i = 0) =>
    [
      `- username: ${name}`,
      "  role: operator",
      `  custody: ${CUSTODIES[i % CUSTODIES.length]}`,
      "  signers: [arn:aws:iam::123456789012:role/settlement]",
      "",
    ].join("\n");
  const names = Array.from({ length: count }, (_, i) => `settlement bot ${i}`);
  return loadFleet(
    writeFleet({
      "acme/workspace.yaml": COMPLETE,
      "acme/treasury.yaml": `users:\n${names.map(user).join("")}`,
      ...(more.length > 0 && { "acme/zeta.yaml": `users:\n${more.map((name) => user(name)).join("")}` }),
    }),
  );
}

test.each([1, 10_000])("%d users are loaded", (count) => {
  const { workspaces, problems } = fleetOf(count);
  expect(problems).toEqual([]);
  const users = workspaces.flatMap((workspace) => workspace.files.flatMap((file) => file.users));
  expect(new Set(users.map(({ awsName }) => awsName)).size).toBe(count);
});

test("a name that one of 10,000 has already is told of, with both places", () => {
  const { problems } = fleetOf(10_000, "new bot", "Settlement-Bot 9999");
  expect(problems.map(({ line, what, fix }) => `${line}: ${what}; ${fix}`)).toEqual([
    expect.stringMatching(
      /^6: "Settlement-Bot 9999" is settlement-bot-9999 in AWS, and so is "settlement bot 9999" at .*treasury\.yaml:39998; rename one$/,
    ),
  ]);
});

test.each([1, COMPILED])("%d users are compiled into one stack", (count) => {
  withoutTraces(() => {
    const [workspace] = fleetOf(count).workspaces;
    const { output } = usersStack(workspace ?? fail());
    expect(Object.keys(output.registration.value)).toHaveLength(count);
  });
});

function fail(): never {
  throw new Error("no workspace");
}
