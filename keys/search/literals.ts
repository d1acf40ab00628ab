/**
 * Finds several texts in one pass that looks at few bytes: of each text that is there, two neighbouring bytes stand at one of the places that it
 * looks at. Most pairs of bytes in logs are in none of the texts.
 */
export class Literals {
  /** For each pair of bytes, which of `#candidates` have it; 0 for none. */
  readonly #table = new Uint16Array(1 << 16);
  readonly #candidates: Candidate[][] = [[]];
  readonly #step: number;

  /** @param texts of latin1; the shortest tells how many bytes can be passed over */
  constructor(readonly texts: readonly string[]) {
    this.#step = Math.min(...texts.map(({ length }) => length)) - 1;
    for (const [index, text] of texts.entries())
      for (let offset = 0; offset < this.#step; offset++) this.#add({ index, offset, text });
  }

  /** Where each text begins, in ascending order: a list for each text, undefined where it is not. */
  find(bytes: Uint8Array, latin1: string): readonly (readonly number[] | undefined)[] {
    const found: number[][] = [];
    const table = this.#table;
    const step = this.#step;
    for (let at = 0; at + 1 < bytes.length; at += step) {
      const which = table[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] as number;
      if (which === 0) continue;
      for (const { index, offset, text } of this.#candidates[which] as Candidate[]) {
        if (!latin1.startsWith(text, at - offset)) continue;
        found[index] ??= [];
        found[index].push(at - offset);
      }
    }
    return found;
  }

  #add(candidate: Candidate): void {
    const { text, offset } = candidate;
    const pair = (text.charCodeAt(offset) << 8) | text.charCodeAt(offset + 1);
    const which = this.#table[pair] || this.#candidates.push([]) - 1;
    this.#table[pair] = which;
    this.#candidates[which]?.push(candidate);
  }
}

/** A text, and how far behind its beginning a pair is. */
interface Candidate {
  readonly index: number;
  readonly offset: number;
  readonly text: string;
}
