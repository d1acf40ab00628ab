/** Headless Chromium, from the PATH, and pages in it that may reach nothing. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

function executable(): string {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {}
    }
  }
  throw new Error(`none of ${NAMES.join(", ")} is on the PATH; install Chromium: apt-get install chromium`);
}

/** Without the flags, Chromium asks hosts of its own; root has no sandbox. */
const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args: FLAGS });
}

/** A page, and what it was let ask for, or complained about, meanwhile. */
export interface Opened {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

/** A page costs Chromium more than what a test does in it: each browser has one, and one more that ignores the CSP. */
const pages = new WeakMap<Browser, Map<boolean, Promise<Page>>>();

function pageOf(browser: Browser, bypassCSP: boolean): Promise<Page> {
  const own = pages.get(browser) ?? new Map<boolean, Promise<Page>>();
  pages.set(browser, own);
  const page = own.get(bypassCSP) ?? newPage(browser, bypassCSP);
  own.set(bypassCSP, page);
  return page;
}

async function newPage(browser: Browser, bypassCSP: boolean): Promise<Page> {
  const context = await browser.newContext({ bypassCSP, permissions: ["clipboard-read", "clipboard-write"] });
  return context.newPage();
}

/**
 * Opens a file as people do, from the disk. What was open before is left.
 *
 * @param bypassCSP for a tool that has to run in the page, as axe does
 */
export async function open(
  browser: Browser,
  file: string,
  options: { colorScheme?: "light" | "dark"; bypassCSP?: boolean; width?: number } = {},
): Promise<Opened> {
  const { colorScheme = "light", bypassCSP = false, width = 1000 } = options;
  const page = await pageOf(browser, bypassCSP);
  page.removeAllListeners();
  await page.goto("about:blank");
  await page.emulateMedia({ colorScheme, media: null });
  await page.setViewportSize({ width, height: 800 });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText === "csp") requests.splice(requests.indexOf(request.url()), 1);
  });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`file://${file}`);
  return { page, requests, complaints };
}
