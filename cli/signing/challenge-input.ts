import { Failure } from "../../messages/failure";
import type { Input } from "../shared/input";
import { jsonIn } from "../shared/json-input";
import { textIn } from "../shared/text-input";

/**
 * The challenge in what was given: Ledger's base64url text, or the JSON that `GET /requests/{id}/challenge` answers with.
 * Whether the text is a challenge is for decodeChallenge to say.
 */
export function challengeIn(input: Input): string {
  const { name } = input;
  const given = textIn(input);
  const text = given.trim();
  if (text === "") throw new Failure(`${name} is empty`, "give the challenge, or the JSON that it stands in");
  // Base64url has no braces. What stands around them is for the reader of JSON to name.
  return text.includes("{") ? challengeOf(parse(given, name), name) : text;
}

function parse(text: string, name: string): unknown {
  const [answer, ...more] = jsonIn(text, name, "give the whole answer, or the challenge alone");
  if (more.length > 0) throw new Failure(`${name} has more than one answer`, "give one challenge at a time");
  return answer;
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
