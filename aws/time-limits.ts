/**
 * For every AWS client: an answer, or an error, within seconds where nobody listens. The SDK's own limits are far longer.
 * And certificates are checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export const requestHandler = {
  connectionTimeout: 5_000,
  requestTimeout: 10_000,
  throwOnRequestTimeout: true,
  httpsAgent: { rejectUnauthorized: true },
} as const;
