/** For every AWS client: an answer, or an error, within seconds where nobody listens. The SDK's own limits are far longer. */
export const requestHandler = {
  connectionTimeout: 5_000,
  requestTimeout: 10_000,
  throwOnRequestTimeout: true,
} as const;
