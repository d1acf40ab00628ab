import { Failure } from "../../messages/failure";
import type { Input } from "../shared/input";

/**
 * The challenge in what was given: Ledger's base64url text, or the JSON that `GET /requests/{id}/challenge` answers with.
 * Whether the text is a challenge is for decodeChallenge to say.
 */
export function challengeIn({ bytes, name }: Input): string {
  const text = bytes.toString("utf8").trim();
  if (text === "") throw new Failure(`${name} is empty`, "give the challenge, or the JSON that it stands in");
  return text.startsWith("{") ? challengeOf(parse(text, name), name) : text;
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(
      `${name} begins like JSON but is not valid JSON`,
      "give the whole answer, or the challenge alone",
    );
  }
}

/** `challenge` of the answer `{ "challenge": "…", "id": 29 }`. `where` it is from, for messages. */
export function challengeOf(answer: unknown, where: string): string {
  const { challenge } = (answer ?? {}) as { challenge?: unknown };
  if (typeof challenge === "string") return challenge;
  throw new Failure(
    `${where} has no \`challenge\``,
    "give what GET /requests/{id}/challenge answers with; a challenge that is decoded already cannot be signed",
  );
}
