/**
 * A reader of DER (X.690) as far as key files need it. Written out here because the checks that matter are on the
 * bytes themselves: OpenSSL, and so node's crypto, quietly takes explicit curve parameters for the named curve.
 */

/** One tag-length-value. `content` and `whole` are views of the input, not copies. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag and length included. */
  readonly whole: Uint8Array;
}

export const Tag = {
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  SEQUENCE: 0x30,
  /** Context-specific and constructed: [0] and [1]. */
  CONTEXT_0: 0xa0,
  CONTEXT_1: 0xa1,
} as const;

/** The bytes are not DER; `truncated` if they are the beginning of a longer DER. */
export class DerError extends Error {
  constructor(readonly truncated: boolean) {
    super(truncated ? "DER ends early" : "not DER");
  }
}

/** The element at the start of `bytes`; throws DerError. Only definite lengths of the shortest form are DER. */
export function readElement(bytes: Uint8Array): Element {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new DerError(true);
  if ((tag & 0x1f) === 0x1f) throw new DerError(false); // multi-byte tags: no key format has them
  let length = first;
  let header = 2;
  if (first >= 0x80) {
    const lengthBytes = first & 0x7f;
    if (lengthBytes === 0 || lengthBytes > 3) throw new DerError(false); // 16 MiB is more than any key
    if (bytes.length < 2 + lengthBytes) throw new DerError(true);
    length = 0;
    for (const byte of bytes.subarray(2, 2 + lengthBytes)) length = length * 256 + byte;
    if (length < 0x80 || length < 256 ** (lengthBytes - 1)) throw new DerError(false);
    header += lengthBytes;
  }
  if (bytes.length < header + length) throw new DerError(true);
  return { tag, content: bytes.subarray(header, header + length), whole: bytes.subarray(0, header + length) };
}

/** All elements of a constructed element's content, which must be filled exactly; throws DerError. */
export function readAll(content: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let rest = content; rest.length > 0; ) {
    const element = readElement(rest);
    elements.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return elements;
}

/** The one element that fills a constructed element's content; throws DerError. */
export function readOnly(content: Uint8Array): Element {
  const element = readElement(content);
  if (element.whole.length !== content.length) throw new DerError(false);
  return element;
}

/** An OBJECT IDENTIFIER's content in dotted form, `1.2.840.10045.3.1.7`. */
export function dotted(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const first = arcs[0] ?? 0;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...arcs.slice(1)].join(".");
}
