export type { Leak, ScanOptions, ScanResult } from "./leak";
export { LeakScanner } from "./scanner";
