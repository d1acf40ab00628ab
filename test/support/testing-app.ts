import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, Testing } from "cdktf";

const outdir = mkdtempSync(join(tmpdir(), "cdktf.outdir."));

/** An app for tests. Without a folder given, cdktf makes one for each app, which takes a fifth of the time of a small stack. */
export const testingApp = (): App => Testing.app({ outdir });
