export type { Leak, ScanOptions, ScanResult } from "./leak";
export { publishedKeys } from "./published";
export { LeakScanner } from "./scanner";
