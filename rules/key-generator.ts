/**
 * What the key generator's function is, apart from its code, role and network. The workspace's stack declares it, and plans and
 * `status` compare the function in AWS with it.
 */
export const GENERATOR = {
  runtime: "nodejs22.x",
  architecture: "arm64",
  handler: "index.handler",
  /** Seconds. */
  timeout: 120,
  /** MB. */
  memorySize: 256,
} as const;
