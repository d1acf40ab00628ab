/** One PEM block (RFC 7468), or the beginning of one. */
export interface PemBlock {
  readonly label: string;
  /** Between the two boundaries: header lines, if any, and base64. */
  readonly body: string;
  /** Neither end is missing. */
  readonly complete: boolean;
  /** The boundaries stand on lines of their own. */
  readonly inLines: boolean;
}

const DASHES = "-----";

/** A boundary with any number of dashes, blanks beside them, and letters of either case: as word processors and mails leave it. */
const BOUNDARY = /-{1,5}[ \t]?(BEGIN|END) ((?:[A-Z0-9]{1,20} ){0,3}[A-Z0-9]{1,20})[ \t]?-{1,5}/gi;

/** The text with its boundaries as they should be. */
export const withBoundaries = (text: string): string =>
  text.replace(BOUNDARY, (_, which: string, label: string) =>
    `${DASHES}${which} ${label}${DASHES}`.toUpperCase(),
  );

/** Whether a text has a PEM boundary in it. */
export const hasPem = (text: string): boolean => /-----(?:BEGIN|END) /.test(text);

/**
 * The PEM blocks of a text, and what stands outside them. Goes from boundary to boundary and never back, so that the time
 * stays linear for a text of a million boundaries.
 */
export function splitPem(text: string): { blocks: PemBlock[]; outside: string } {
  const boundaries = [...text.matchAll(/-----(BEGIN|END) /g)];
  const blocks: PemBlock[] = [];
  const outside: string[] = [];
  let position = 0;
  for (let i = 0; i < boundaries.length; i++) {
    const boundary = boundaries[i] as RegExpExecArray;
    if (boundary[1] === "END") {
      blocks.push(cutBlock("")); // an end without a beginning: the top was not copied
      position = boundary.index + boundary[0].length;
      continue;
    }
    outside.push(text.slice(position, boundary.index));
    const end = boundaries[i + 1];
    const inside = text.slice(boundary.index + boundary[0].length, end?.index);
    const [label = "", ...rest] = inside.split(DASHES, 2);
    position = end?.index ?? text.length;
    if (end?.[1] !== "END" || rest.length === 0) {
      blocks.push(cutBlock(label));
      continue;
    }
    const close = `${label}${DASHES}`;
    position += end[0].length;
    const complete = text.startsWith(close, position);
    if (complete) position += close.length;
    const body = inside.slice(close.length);
    blocks.push({ label, body, complete, inLines: /^[ \t]*\r?\n/.test(body) && /\n[ \t]*$/.test(body) });
    i++;
  }
  outside.push(text.slice(position));
  return { blocks, outside: outside.join("") };
}

const cutBlock = (label: string): PemBlock => ({ label, body: "", complete: false, inLines: false });
