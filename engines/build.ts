/** Writes `dist/cdktn/`: the last part of `npm run build`. */
import { join } from "node:path";
import { buildCdktn } from "./cdktn";

buildCdktn(join(__dirname, "..", "dist"));
