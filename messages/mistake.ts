/** What is wrong, and how to fix it: facts, put together where a person reads them. */
export interface Mistake {
  /** What is wrong, in words without a full stop. */
  readonly what: string;
  /** Empty where `what` says it all. */
  readonly fix: string;
}

/** `what; fix`. */
export const inOneLine = ({ what, fix }: Mistake): string => (fix === "" ? what : `${what}; ${fix}`);
