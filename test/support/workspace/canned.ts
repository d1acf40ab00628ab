import { Session } from "../../../ledger-api/session";

/** A session whose login works, and whose other requests get the same JSON for an answer, or one for each page. */
export function sessionWith(...pages: readonly unknown[]): Session {
  const settings = {
    url: new URL("https://api.example/"),
    workspace: "acme",
    apiKeyId: "id",
    apiKeySecret: "x",
  };
  const jsonFor = ({ pathname, searchParams }: URL) =>
    pathname === "/auth/token"
      ? { access_token: "token", expires_in: 300 }
      : pages[(Number(searchParams.get("page") ?? 1) - 1) % pages.length];
  return new Session(
    settings,
    { timeoutSeconds: 1, maxWaitSeconds: 0 },
    {
      now: Date.now,
      sleep: async () => undefined,
      exchange: async ({ url }) => ({ status: 200, headers: {}, json: jsonFor(url) }),
    },
  );
}
