/** Writes what the registration page is made of into `dist/registration-page/`: part of `npm run build`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundlePage } from "./bundle";

const folder = join(__dirname, "..", "dist", "registration-page");
const { script, style } = bundlePage();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "page.js"), script);
writeFileSync(join(folder, "page.css"), style);
