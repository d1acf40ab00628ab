/** What `npm start`'s cards and page say first: its keys cannot be used. */
import type { CardFacts } from "./card";

export const PRACTICE = "PRACTICE";

const WHY = "These keys are in the AWS that npm start runs, and end with it.";
const ADVICE = "Register none of them.";

export const PRACTICE_NOTE = `${WHY} ${ADVICE}`;

/** In letters of five lines, for a terminal. */
const LARGE = `
████  ████   ███   ████ █████ ███  ████ █████
█   █ █   █ █   █ █       █    █  █     █
████  ████  █████ █       █    █  █     ████
█     █  █  █   █ █       █    █  █     █
█     █   █ █   █  ████   █   ███  ████ █████`;

/** For a terminal; the word itself is there too, for those who search or listen. */
export const largePractice = (): string[] => [...LARGE.split("\n"), "", `${PRACTICE}: ${WHY}`, ADVICE, ""];

export const isPractice = (cards: readonly Pick<CardFacts, "practice">[]): boolean =>
  cards.some(({ practice }) => practice === true);
