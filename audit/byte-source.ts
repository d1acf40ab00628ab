/** Reads a stream of chunks by the byte, without copying what is handed on whole. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #unread: Uint8Array[] = [];

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, at least one and at most `most`; undefined at the end. */
  async take(most = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    const chunk = this.#unread.pop() ?? (await this.#next());
    if (!chunk || chunk.length <= most) return chunk;
    this.unread(chunk.subarray(most));
    return chunk.subarray(0, most);
  }

  /** The next `size` bytes, or fewer at the end. */
  async read(size: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let missing = size; missing > 0; ) {
      const part = await this.take(missing);
      if (!part) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Puts bytes back, to be taken next. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#unread.push(bytes);
  }

  /** The next bytes without taking them. */
  async peek(size: number): Promise<Buffer> {
    const bytes = await this.read(size);
    this.unread(bytes);
    return bytes;
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      if (value.length > 0) return value;
    }
  }
}
