import { fingerprint } from "../../keys/public-key";
import { Evidence, outermost } from "../../keys/search/evidence";
import { examine } from "../../keys/search/examine";
import { REACH } from "../../keys/search/reassemble";
import { JsonPath } from "./json-path";
import type { Leak, ScanOptions, ScanResult } from "./leak";
import { publishedKeys } from "./published";
import { Suspects } from "./suspects";

/**
 * Bytes examined at a time, and how many before and after them are seen again, so that no key is cut in two: the length of
 * a key, and twice that, for UTF-16. Together they stay below 128 KiB, up to which V8 discards strings cheaply.
 */
const STRETCH = 96 << 10;
const BEHIND = 4 << 10;
const AHEAD = 2 * REACH + 1024;

/** The most leaks of each kind that are listed for one input: a log may hold the same key a million times. */
const MOST_LEAKS = 1000;

type Place = Pick<Leak, "line" | "offset" | "jsonPath"> & { readonly form: string };

/** Something to report, before line and path are known. */
type Hit = Pick<Leak, "kind" | "form" | "publicKey"> & { readonly start: number; readonly end: number };

/**
 * Looks for private keys in one input, given in chunks of any size. Memory is bounded whatever the input's length, and
 * what is found does not depend on the chunks: they are gathered into stretches of fixed size. Each stretch is examined together
 * with what is before and after it, and reports what begins in it.
 */
export class LeakScanner {
  readonly #users: ReadonlyMap<string, string>;
  readonly #published: ReadonlyMap<string, string>;
  readonly #suspects: Suspects<Place>;
  readonly #stretch: number;
  readonly #json = new JsonPath();
  readonly #leaks: Leak[] = [];
  /** For each public key, where its last sighting ended: the same key inside it is the same leak. */
  readonly #ends = new Map<string, number>();
  /** Where each listed leak ends. */
  readonly #listedEnds = new Map<Leak, number>();
  readonly #counts = { "private-key": 0, "published-key": 0, "encrypted-key": 0, "other-key": 0 };

  #window = Buffer.alloc(0);
  #length = 0;
  /** Where in the input the window begins, and where in the window what no stretch has answered for yet. */
  #base = 0;
  #from = 0;
  /** The line that `#at`, a place in the window, is on. */
  #line = 1;
  #at = 0;

  constructor({ knownPublicKeys = new Map(), published = new Map(), stretch = STRETCH }: ScanOptions = {}) {
    this.#users = new Map(Array.from(knownPublicKeys, ([key, user]) => [key.toLowerCase(), user]));
    this.#suspects = new Suspects(new Set(Array.from(this.#users.keys(), (key) => key.slice(2, 66))));
    this.#published = new Map([...publishedKeys, ...published]);
    this.#stretch = stretch;
  }

  /** Takes the next bytes. They are copied: the caller may use the chunk again. */
  push(chunk: Uint8Array): void {
    const capacity = BEHIND + this.#stretch + AHEAD;
    for (let taken = 0; taken < chunk.length; ) {
      if (this.#length === capacity) this.#finishStretch();
      const size = Math.min(chunk.length - taken, capacity - this.#length);
      this.#makeRoom(this.#length + size, capacity);
      this.#window.set(chunk.subarray(taken, taken + size), this.#length);
      this.#length += size;
      taken += size;
    }
  }

  /** What was found, at the end of the input. Do not use the scanner afterwards. */
  end(): ScanResult {
    this.#examine(this.#length);
    this.#suspects.judge();
    this.#reportSuspects();
    const bytes = this.#base + this.#length;
    this.#window.fill(0);
    this.#leaks.sort((a, b) => a.offset - b.offset);
    const unlisted = Math.max(0, this.#counts["private-key"] - MOST_LEAKS);
    return { leaks: this.#leaks, unlisted, uncompared: this.#suspects.uncompared, bytes };
  }

  /** Most inputs are small: the window grows with them. */
  #makeRoom(size: number, capacity: number): void {
    if (size <= this.#window.length) return;
    const larger = Buffer.alloc(Math.min(capacity, Math.max(size, this.#window.length * 2)));
    this.#window.copy(larger, 0, 0, this.#length);
    this.#window.fill(0);
    this.#window = larger;
  }

  #finishStretch(): void {
    const to = this.#length - AHEAD;
    this.#examine(to);
    const dropped = Math.max(0, to - BEHIND);
    this.#window.copyWithin(0, dropped, this.#length);
    this.#base += dropped;
    this.#length -= dropped;
    this.#at -= dropped;
    this.#from = to - dropped;
  }

  /** Examines the window, and reports what begins from `#from` to before `to`. */
  #examine(to: number): void {
    const view = this.#window.subarray(0, this.#length);
    const evidence = new Evidence();
    examine(view, evidence, outermost);

    for (const x of evidence.points) this.#suspects.point(x);
    const mine = ({ start }: { start: number }) => start >= this.#from && start < to;
    const hits: Hit[] = [
      ...evidence.keys.map((key) => ({ ...key, kind: "private-key" as const })),
      ...evidence.strangers.map((key) => ({ ...key, end: key.start, kind: `${key.kind}-key` as const })),
    ];
    const events = [...hits, ...evidence.suspects].filter(mine).sort(byPlace);
    for (const event of events) {
      if (!("kind" in event)) this.#suspects.suspect(event.scalar, () => this.#placeOf(event, view));
      else this.#report(event, view);
    }
    this.#reportSuspects();
    this.#moveTo(to, view);
  }

  #report(hit: Hit, view: Buffer): void {
    const identity = hit.publicKey ?? hit.kind;
    const start = this.#base + hit.start;
    const end = Math.max(start + 1, this.#base + hit.end);
    if (start < (this.#ends.get(identity) ?? 0)) return;
    this.#ends.set(identity, end);
    this.#list(hit.kind, this.#placeOf(hit, view), end, hit.publicKey);
  }

  /** A JWK's `d` is a bare scalar too, and a line of a PEM can be: both were already found as what they are. */
  #reportSuspects(): void {
    for (const { publicKey, place } of this.#suspects.takeFound()) {
      const { offset } = place;
      const covers = (leak: Leak) => leak.offset <= offset && offset < (this.#listedEnds.get(leak) ?? 0);
      const isListed = this.#leaks.some((leak) => leak.publicKey === publicKey && covers(leak));
      if (!isListed) this.#list("private-key", place, offset + 1, publicKey);
    }
  }

  #list(kind: Leak["kind"], place: Place, end: number, publicKey?: string): void {
    const print = publicKey && fingerprint(publicKey);
    const user = publicKey && this.#users.get(publicKey);
    const publishedIn = print && !user ? this.#published.get(print) : undefined;
    const listedAs = publishedIn ? "published-key" : kind;
    if (this.#counts[listedAs]++ >= MOST_LEAKS) return;
    const leak: Leak = { kind: listedAs, ...place, publicKey, fingerprint: print, user, publishedIn };
    this.#leaks.push(leak);
    this.#listedEnds.set(leak, end);
  }

  #placeOf({ form, start }: { form: string; start: number }, view: Buffer): Place {
    this.#moveTo(start, view);
    return { form, line: this.#line, offset: this.#base + start, jsonPath: this.#json.path };
  }

  /** Counts lines and follows JSON up to `to`; places are asked for in ascending order. */
  #moveTo(to: number, view: Buffer): void {
    this.#json.advance(view, this.#at, to);
    for (let at = view.indexOf(0x0a, this.#at); at >= 0 && at < to; at = view.indexOf(0x0a, at + 1))
      this.#line++;
    this.#at = to;
  }
}

/** In the order of the input; of two that begin at the same place, the better description first: the whole key, then the longer one. */
function byPlace(a: Ordered, b: Ordered): number {
  return a.start - b.start || cut(a) - cut(b) || (b.end ?? 0) - (a.end ?? 0);
}

type Ordered = Pick<Hit, "start" | "form"> & Partial<Pick<Hit, "end">>;
const cut = ({ form }: Ordered) => (form.endsWith("cut off") ? 1 : 0);
