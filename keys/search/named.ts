/**
 * How a program or a person names the number of a private key: not `secret` and the like, under which most numbers are no keys of pairs,
 * nor `private` alone, which is a field of Terraform's states.
 */
const KEY = String.raw`(?:private[ _.-]?(?:key|scalar|number|exponent)|\b(?:priv|prv)[ _.-]?key)(?<more>[\w.-]{0,40})`;
const SHORT = String.raw`\b(?:priv|prv)`;
const FORM = "(?:[ _-]?(?:hex|raw|b64|base64|bytes|value))?";
const QUOTES = "[\"'`\\\\\\])]{0,4}";
/** `: string`, and Go's `, err`. */
const TYPE = String.raw`(?::\s?&?(?:'static )?(?:str|string|bytes|hex|Buffer|Uint8Array)|,\s?\w{1,10})?`;
const IS = String.raw`\s{0,4}(?::?=>?|:|\bis\b|->)`;
/** Name and value as two members, as in the environment of a container: `name: PRIVATE_KEY`, `value: …`. */
const VALUE_IS = String.raw`\s{0,4},?\s{0,40}["'\\]{0,4}value["'\\]{0,4}\s{0,4}[:=]`;
/** What may stand before the digits: the mark of a block in YAML, and what makes bytes or a number of them. */
const BLOCK = String.raw`\s{0,4}(?:[|>][-+\d]{0,2})?`;
const OPEN = "[\\s\"'`\\\\[({]{0,40}";
const CALLS = String.raw`(?:(?:new\s)?[\w.:]{1,40}\(${OPEN}){0,3}`;
const PREFIX = "(?:0x|[xbh]'|hex:|base64:)?";

const NAMED = new RegExp(
  `(?:${KEY}|${SHORT})${FORM}${QUOTES}${TYPE}(?:${IS}|${VALUE_IS})${BLOCK}${OPEN}${CALLS}${PREFIX}$`,
  "i",
);

/** The other way round: `value` first, and then the name of what it is. */
const NAMED_BEHIND = new RegExp(
  String.raw`^["'\\]{0,4}\s{0,4},?\s{0,40}["'\\]{0,4}(?:name|key)["'\\]{0,4}\s{0,4}[:=]\s{0,4}["'\\]{0,4}[\w.-]{0,40}${KEY}["'\\]{0,4}(?![\w.-])`,
  "i",
);

/** Most numbers are digests: what tells that at once. */
const MAY_BE_NAMED = /pri?v/i;

/** How far before a number its name may begin, and how far behind it one may end. */
export const NAME_REACH = 96;
const NAME_REACH_BEHIND = 64;

/** What is said of a key and is not the key itself, though it may have 32 bytes too: `private_key_sha256`, `privateKeyId`. */
const NOT_ITSELF =
  /^(?:ids?|kid|arn|name|path|file|ur[il]|ref|version|etag|commit|sum|mac|sig|pub|salt|nonce|iv|enc|size|length)$|fingerprint|thumbprint|hash|digest|sha\d|md5|checksum|hmac|public|signature|encrypted|cipher|password|passphrase/;

/**
 * Whether the name of a private key stands before the number from `from` to `to`, or behind it.
 *
 * @param outside the end of what stands before the text
 */
export function isNamed(text: string, from: number, to: number, outside: string): boolean {
  // What else follows is no other member: most numbers are digests in logs, and this is to be fast for them.
  const behind = /["'\\,\r\n]/.test(text[to] ?? "") ? NAME_REACH_BEHIND : 0;
  const near = text.slice(Math.max(0, from - NAME_REACH), to + behind);
  const lacks = from < NAME_REACH ? outside.slice(from - NAME_REACH) : "";
  if (!MAY_BE_NAMED.test(near) && !MAY_BE_NAMED.test(lacks)) return false;
  return (
    says(NAMED, lacks + text.slice(Math.max(0, from - NAME_REACH), from)) ||
    says(NAMED_BEHIND, text.slice(to, to + behind))
  );
}

function says(name: RegExp, text: string): boolean {
  const found = name.exec(text);
  if (!found) return false;
  const words = (found.groups?.["more"] ?? "").split(/[_.-]+|(?<=[a-z0-9])(?=[A-Z])/);
  return !words.some((word) => NOT_ITSELF.test(word.toLowerCase()));
}
