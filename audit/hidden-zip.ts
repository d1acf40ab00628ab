/** The end of a zip archive: a signature, counts and places in 18 bytes, and a comment of up to 64 KiB with its length. */
const [SIGNATURE, SIZE, COMMENT_LENGTH] = [Buffer.from([0x50, 0x4b, 5, 6]), 22, 20];
const MOST_BYTES = SIZE + 0xffff;

/** Keeps the end of a stream, to look there for a zip archive behind other data: a program that unpacks itself, a zip with a script before it. */
export class StreamEnd {
  #chunks: Uint8Array[] = [];
  #length = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (
      let first = this.#chunks[0];
      first && this.#length - first.length >= MOST_BYTES;
      first = this.#chunks[0]
    ) {
      this.#chunks.shift();
      this.#length -= first.length;
    }
  }

  /** Whether an archive ends exactly where the stream does. */
  isZip(): boolean {
    const end = Buffer.concat(this.#chunks).subarray(-MOST_BYTES);
    for (let at = end.lastIndexOf(SIGNATURE); at >= 0; at = at > 0 ? end.lastIndexOf(SIGNATURE, at - 1) : -1)
      if (at + SIZE <= end.length && end.readUInt16LE(at + COMMENT_LENGTH) === end.length - at - SIZE)
        return true;
    return false;
  }
}
