const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, COMMA, COLON] = [
  0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a,
];

/** What may be outside strings, besides punctuation: white space, numbers, `true`, `false`, `null`, byte order marks. */
const FILLING = new Uint8Array(256);
for (const c of " \t\r\n\0-+.0123456789eEtrufalsn\xef\xbb\xbf\xff\xfe") FILLING[c.charCodeAt(0)] = 1;

const LONGEST_NAME = 512;

interface Level {
  readonly array: boolean;
  index: number;
  /** The bytes of the member's name that the stream is at: made into a string only on demand. */
  name: readonly number[];
}

/**
 * Follows a stream of bytes through JSON, and says at any point in which value it is: `a.b[3].c`. Also through JSON on
 * each line (a log), and JSON that begins on a line of its own within other text. It checks only what it needs to notice
 * that it is not in JSON. NUL bytes are skipped, so that UTF-16 is followed too.
 */
export class JsonPath {
  #levels: Level[] = [];
  #lost = false;
  #inString = false;
  #escaped = false;
  /** Whether the next string is the name of a member, and, in one, its characters so far. */
  #naming = false;
  #name: number[] = [];

  /** Goes on over the bytes from `from` to before `to`. */
  advance(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      if (this.#lost) at = this.#findAgain(bytes, at, to);
      else if (this.#inString) at = this.#passString(bytes, at, to);
      else this.#take(bytes[at++] as number);
    }
  }

  /** The path of the value that the stream has come to; for a member's name, of the object. Undefined outside JSON. */
  get path(): string | undefined {
    if (this.#lost || this.#levels.length === 0) return undefined;
    const steps = this.#levels.map(({ array, index, name }, depth) => {
      if (array) return `[${index}]`;
      if (this.#naming && depth === this.#levels.length - 1) return "";
      return step(Buffer.from(name).toString());
    });
    return steps.join("").replace(/^\./, "") || undefined;
  }

  #passString(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (this.#escaped) {
        if (byte !== 0) this.#escaped = false;
      } else if (byte === BACKSLASH) {
        this.#escaped = true;
      } else if (byte === QUOTE) {
        this.#inString = false;
        return at + 1;
      } else if (byte === NEWLINE) {
        this.#lost = true; // a string has no line break: this is not JSON
        return at;
      }
      if (this.#naming && this.#name.length <= LONGEST_NAME && byte !== 0) this.#name.push(byte);
    }
    return to;
  }

  #take(byte: number): void {
    const level = this.#levels.at(-1);
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        if (this.#naming) this.#name = [];
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#levels.push({ array: byte === OPEN_ARRAY, index: 0, name: [] });
        this.#naming = byte === OPEN_OBJECT;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        this.#lost = level?.array !== (byte === CLOSE_ARRAY);
        this.#levels.pop();
        this.#naming = false;
        break;
      case COLON:
        this.#lost = !this.#naming || !level;
        if (level) level.name = this.#name;
        this.#naming = false;
        break;
      case COMMA:
        this.#lost = !level;
        if (level) level.index++;
        this.#naming = level?.array === false;
        break;
      default:
        this.#lost = !FILLING[byte];
    }
  }

  /** Past text that is not JSON, to the next line that begins with a bracket. */
  #findAgain(bytes: Uint8Array, from: number, to: number): number {
    for (let at = bytes.indexOf(NEWLINE, from); at >= 0 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) {
      const next = bytes[at + 1] || bytes[at + 2]; // a NUL is the other half of a UTF-16 line break
      if (at + 1 < to && next !== OPEN_OBJECT && next !== OPEN_ARRAY) continue;
      this.#levels = [];
      this.#lost = this.#inString = this.#escaped = this.#naming = false;
      return at + 1;
    }
    return to;
  }
}

/** A member's name as a step of the path. A name may itself hold a key, and is then not to be printed. */
function step(name: string): string {
  if (/PRIVATE|[\w+/-]{40}/.test(name) || name.length > LONGEST_NAME) return `[${name.length} characters]`;
  return /^[A-Za-z_][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
