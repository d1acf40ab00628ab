/** Whether a host is this machine itself, where an emulator, a stub or a tunnel listens. IPv6 as in a URL, in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
