/**
 * How fast the registration page of many users opens and searches in headless Chromium: never part of pass or fail.
 * node --import tsx test/bench/registration-page.bench.ts [USERS]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundlePage } from "../../registration-page/bundle";
import { pageOf } from "../../registration-page/html";
import { launch, open } from "../support/e2e/chromium";
import { pageDataOf, sample } from "../support/page-users";

const count = Number(process.argv[2] ?? 500);
const RUNS = 5;

/** Sets the field and waits until the result has been painted; answers with milliseconds. */
const search = (text: string) => `new Promise((resolve) => {
  const field = document.getElementById("search");
  const began = performance.now();
  field.value = ${JSON.stringify(text)};
  field.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
})`;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "registration-page-bench-"));
  const file = join(folder, "page.html");
  const html = pageOf(pageDataOf(Array.from({ length: count }, (_, i) => sample(`user ${i}`))), bundlePage());
  writeFileSync(file, html);
  const browser = await launch();
  const times: Record<string, number[]> = {
    "opens, usable": [],
    "searches, first": [],
    "searches, checked": [],
    "all checked": [],
  };
  const note = (name: string, value: number) => times[name]?.push(value);
  try {
    for (let run = 0; run < RUNS; run++) {
      const { page } = await open(browser, file);
      note(
        "opens, usable",
        await page.evaluate<number>(
          "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()",
        ),
      );
      note("searches, first", await page.evaluate<number>(search("user 49")));
      await page.locator(".banner.proved").waitFor({ timeout: 120_000 });
      note("all checked", await page.evaluate<number>("performance.now()"));
      for (const text of ["u", "user 4", "nobody", ""])
        note("searches, checked", await page.evaluate<number>(search(text)));
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
  console.log(`${count} users, ${(Buffer.byteLength(html) / 1024).toFixed(0)} KiB`);
  for (const [name, values] of Object.entries(times)) {
    const sorted = values.sort((a, b) => a - b);
    const [median = 0, worst = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    console.log(`${name.padEnd(18)} median ${median.toFixed(0)} ms   worst ${worst.toFixed(0)} ms`);
  }
}

void main();
