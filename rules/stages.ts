/** How far a user is on the way from its declaration to its first approval. */
export const STAGES = [
  "declared",
  "key ready",
  "registered",
  "approved",
  "credentials stored",
  "active",
] as const;

export type Stage = (typeof STAGES)[number];
